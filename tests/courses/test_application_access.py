"""Nobody but the family and staff of its schools reaches an application, an interest or a document by any address."""

import io

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import get_resolver

from courses.applying import applications, documents, interest
from courses.models import ExamImport, IdentityReveal
from institutions import roles
from institutions.models import Institution, Staff
from tests import factories
from tests.courses import applying

pytestmark = [pytest.mark.django_db, pytest.mark.once]
# What makes an address one of applying; those without an object of a person in them are for everyone.
WORDS = ("application", "interest", "exam_import", "pathways/apply")
NUMBER = "23272220110501123X"
NAMES = ("reference", "pk", "learner_id", "document", "section")


class World:
    """A family with an application, a proof and an interest; staff of its schools; strangers of all kinds."""

    def __init__(self):
        call_command("make_groups", verbosity=0, stdout=io.StringIO())
        bureau = factories.institution()
        self.round = applying.pathway_round(
            pathways=2, institution=bureau, rules={"bonus_kinds": ["少数民族"], "exam_year": 2027}
        )
        learner = applying.young(name="王小林")
        learner.set_document("resident", NUMBER)
        learner.save()
        self.junior = self._junior_school()
        origin = {"junior_school": self.junior.name, "school_unlisted": ""}
        draft = applying.draft(self.round, learner, bonus=["少数民族"], **origin)
        self.proof = documents.add(draft, upload=applying.photograph(), kind="少数民族")
        self.application = applications.submit(draft, by=draft.account)
        self.intake = applying.interest_intake()
        self.interest = interest.register(intake=self.intake, learner=learner)
        school = self.round.list_of_intakes[0].program.institution
        self.work = ExamImport.objects.create(
            institution=bureau, round=self.round, file_name="成绩.csv", state="checked", content=b""
        )
        self.family = learner.account
        self.clerk = self._staff(school)
        self.sending_clerk = self._staff(self.junior.institution)
        self.strangers = {
            "another family": applying.young().account,
            "staff of another school": self._staff(factories.institution()),
            "staff of another junior school": self._staff(self._junior_school().institution),
            "signed out": None,
        }

    def _junior_school(self):
        return factories.junior_school(institution=factories.institution(kind=Institution.Kind.JUNIOR))

    def _staff(self, institution):
        account = factories.account(is_staff=True)
        account.groups.add(Group.objects.get(name=roles.MANAGER))
        Staff.objects.create(account=account, institution=institution)
        return account

    def addresses(self):
        """Every address of the project that names an application, its documents, an interest or an import."""
        for route in dict.fromkeys(_walk(get_resolver().url_patterns, "")):
            if any(word in route for word in WORDS) and any(f":{name}>" in route for name in NAMES):
                path = self._path(route)
                if path:
                    yield path

    def _path(self, route):
        if route.startswith("cms/"):
            pk = next((own for word, own in self._admin().items() if f"/{word}/" in f"/{route}"), None)
            if pk is None:
                return None
            return "/" + route.replace("<int:pk>", str(pk)).replace("<int:document>", str(self.proof.pk))
        pk = self.interest.pk if "interests" in route else self.proof.pk
        intake = self.intake if "interest" in route else self.round.list_of_intakes[0]
        values = {
            "<slug:reference>": self.application.reference,
            "<int:pk>": pk,
            "<slug:section>": "school",
            "<int:intake_id>": intake.pk,
            "<int:learner_id>": self.application.learner_id,
        }
        for name, value in values.items():
            route = route.replace(name, str(value))
        return f"/{route}"

    def _admin(self):
        return {
            "pathway_application": self.application.pk,
            "exam_import": self.work.pk,
            "application_rules": self.round.application_rules.pk,
        }


def _walk(patterns, prefix):
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield route


def sign_in(client, account):
    """The client, signed in as this account past the second factor, or signed out."""
    client.logout()
    if account:
        client.force_login(account)
        session = client.session
        session["second_factor_not_now"] = True
        session.save()


@pytest.fixture
def world(settings):
    """As above."""
    settings.SECOND_FACTOR_REQUIRED = False
    return World()


def test_strangers_get_404_or_403_on_every_address(client, world):
    addresses = list(world.addresses())
    assert len(addresses) >= 20, addresses
    for who, account in world.strangers.items():
        sign_in(client, account)
        for address in addresses:
            for answer in (client.get(address), client.post(address)):
                refused = answer.status_code in (403, 404, 405)
                # The admin sends whoever may not enter it to sign in, and says nothing of what is there.
                if address.startswith("/cms/") and answer.status_code == 302:
                    refused = answer.url.split("?")[0] in ("/cms/login/", "/account/login/", "/cms/")
                assert refused, (who, address, answer.status_code)
                assert "王小林" not in answer.text
    assert world.application.history.count() == 2


def test_the_family_and_its_school_do_reach_them(client, world):
    sign_in(client, world.family)
    for name in ("", "check/", "form/", "form.pdf", "school/", f"proofs/{world.proof.pk}/", "withdraw/"):
        answer = client.get(f"/my/applications/{world.application.reference}/{name}")
        assert answer.status_code == 200, name
        assert "no-store" in answer["Cache-Control"] or "private" in answer["Cache-Control"]
    sign_in(client, world.clerk)
    page = f"/cms/pathway_application/inspect/{world.application.pk}/"
    assert client.get(f"/application/{world.application.reference}/").url == page
    shown = client.get(page).text
    assert "20270001" not in shown
    assert "G232722201105011234" not in shown
    proof = client.get(f"/cms/pathway_application/proof/{world.application.pk}/{world.proof.pk}/")
    assert proof.content[:2] == b"\xff\xd8"
    assert proof["X-Content-Type-Options"] == "nosniff"

    whole = client.post(page, {"decision": "reveal", "purpose": "check"})
    assert "20270001" in whole.text
    assert IdentityReveal.objects.get().by == world.clerk


def test_staff_return_and_confirm_and_land_on_the_next(client, world):
    other = applying.submitted(world.round)
    sign_in(client, world.clerk)
    page = f"/cms/pathway_application/inspect/{world.application.pk}/"
    assert client.get("/cms/pathway_application/").status_code == 200
    client.post(page, {"decision": "keep", "remark-candidate_number": "少一位"})
    assert client.get("/cms/pathway_application/").context["object_list"][0].pk == world.application.pk
    answer = client.post(page, {"decision": "return", "number": "1", "remark-candidate_number": "少一位"})
    assert answer.url == f"/cms/pathway_application/inspect/{other.pk}/"
    answer = client.post(answer.url, {"decision": "verify", "number": "1"})
    assert answer.url == "/cms/pathway_application/"
    world.application.refresh_from_db()
    other.refresh_from_db()
    assert (world.application.state, other.state) == ("returned", "verified")

    sign_in(client, world.family)
    assert "少一位" in client.get(f"/my/applications/{world.application.reference}/").text
    assert "少一位" in client.get(f"/my/applications/{world.application.reference}/school/").text
    assert world.application.reference in client.get("/my/").text


def test_the_sending_school_reads_what_it_can_confirm_and_nothing_else(client, world):
    sign_in(client, world.sending_clerk)
    page = f"/cms/pathway_application/inspect/{world.application.pk}/"
    assert client.get(f"/application/{world.application.reference}/").url == page
    applying.submitted(world.round)  # Of a learner of another school.
    assert [one.pk for one in client.get("/cms/pathway_application/").context["object_list"]] == [world.application.pk]
    shown = client.get(page)
    for told in ("王小林", world.junior.name, "20270001", "G232", "101", "少数民族", "2011-05-01"):
        assert told in shown.text, told
    hidden = [NUMBER, f"G{NUMBER}", "1234567", "138 1234 5678", "王芳", world.application.entry.reference]
    for kept in (*hidden, *(intake.program.title for intake in world.round.list_of_intakes)):
        assert kept not in shown.text, kept
    proof = client.get(f"/cms/pathway_application/proof/{world.application.pk}/{world.proof.pk}/")
    assert proof.content[:2] == b"\xff\xd8"
    assert client.post(page, {"decision": "reveal", "purpose": "check"}).url == "/cms/"  # Wagtail's refusal.
    assert not IdentityReveal.objects.exists()
    others = [
        one for one in world.addresses() if "pathway_application" not in one and not one.startswith("/application/")
    ]
    assert {client.get(one).status_code for one in others} <= {302, 403, 404, 405}
    for listing in ("enrollment", "learner", "admission_round", "intake", "interest"):
        assert "王小林" not in client.get(f"/cms/{listing}/", follow=True).text


def test_a_junior_school_offers_nothing(client, world):
    sign_in(client, world.sending_clerk)
    for form in ("admission_round", "major_offer"):
        assert not client.get(f"/cms/{form}/new/").context["form"].fields["institution"].queryset.exists()
    junior = world.junior.institution
    assert junior not in Institution.objects.providers()
    assert world.round.institution in Institution.objects.providers()


def test_both_schools_decide_and_the_history_says_which(client, world):
    page = f"/cms/pathway_application/inspect/{world.application.pk}/"
    sign_in(client, world.sending_clerk)
    remarks = {"remark-candidate_number": "少一位", "remark-choice1": "换一个"}
    client.post(page, {"decision": "return", "number": "1", **remarks})
    world.application.refresh_from_db()
    returned = world.application.history.last()
    assert (world.application.state, returned.by, returned.school) == (
        "returned",
        world.sending_clerk,
        world.junior.name,
    )
    assert returned.remarks == {"candidate_number": "少一位"}
    sign_in(client, world.family)
    assert "少一位" in client.get(f"/my/applications/{world.application.reference}/school/").text
    assert world.junior.name in client.get(f"/my/applications/{world.application.reference}/").text

    mended = applications.save(world.application, typed={"candidate_number": "202700011"})
    applications.submit(mended, by=world.family)
    sign_in(client, world.clerk)
    client.post(page, {"decision": "keep", "note": "志愿待议", "remark-choice1": "志愿重复"})
    sign_in(client, world.sending_clerk)
    client.post(page, {"decision": "take_over"})
    shown = client.get(page).text
    assert "志愿重复" not in shown
    assert "志愿待议" not in shown
    sign_in(client, world.clerk)
    client.post(page, {"decision": "return", "number": "2", "note": "志愿待议", "remark-choice1": "志愿重复"})
    applications.submit(world.application, by=world.family)
    sign_in(client, world.sending_clerk)
    assert "志愿重复" not in client.get(page).text
    assert "志愿待议" not in client.get(page).text
    client.post(page, {"decision": "verify", "number": "3"})
    assert list(world.application.history.filter(act__in=["returned", "verified"]).values_list("act", "school")) == [
        ("returned", world.junior.name),
        ("returned", world.round.list_of_intakes[0].program.institution.name),
        ("verified", world.junior.name),
    ]
    sign_in(client, world.clerk)
    assert world.junior.name in client.get(page).text
    client.post(page, {"decision": "return", "number": "3", "note": "请核对"})
    world.application.refresh_from_db()
    assert world.application.state == "returned"


def test_rules_and_tables_are_written_in_the_admin(client, world):
    from django.core.files.uploadedfile import SimpleUploadedFile

    staff = world._staff(world.round.institution)
    sign_in(client, staff)
    page = f"/cms/application_rules/edit/{world.round.application_rules.pk}/"
    data = {"exam_year": "2027", "household": "prefecture", "conditions": "一\n\n二", "bonus_kinds": "", "remark": ""}
    assert client.post(page, data).status_code == 302
    world.round.application_rules.refresh_from_db()
    assert world.round.application_rules.conditions == ["一", "二"]
    assert client.get("/cms/application_rules/new/").status_code == 200

    file = SimpleUploadedFile("成绩.csv", "考生号,姓名,语文,数学\n20270001,王小林,90,80\n".encode())
    sent = client.post("/cms/exam_import/new/", {"kind": "scores", "round": world.round.pk, "file": file})
    columns = client.get(sent.url).context["form"]
    chosen = {name: field.initial for name, field in columns.fields.items()}
    assert client.post(sent.url, chosen).status_code == 302
    inspect = sent.url.replace("columns/", "")
    assert "王小林" in client.get(inspect).text
    client.post(inspect)
    report = b"".join(client.get(f"{inspect}report/").streaming_content).decode()
    assert "王小林" in report
    world.application.entry.refresh_from_db()
    assert world.application.entry.marks == {"语文": 90, "数学": 80}
    assert client.get("/cms/interest/").status_code == 200
