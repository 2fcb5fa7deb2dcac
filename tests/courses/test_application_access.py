"""Nobody but the family and staff of its schools reaches an application, an interest or a document by any address."""

import io

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import get_resolver

from courses.applying import applications, documents, interest
from courses.models import ExamImport, IdentityReveal
from institutions import roles
from institutions.models import Staff
from tests import factories
from tests.courses import applying

pytestmark = [pytest.mark.django_db, pytest.mark.once]
# What makes an address one of applying; those without an object of a person in them are for everyone.
WORDS = ("application", "interest", "exam_import", "pathways/apply")
NAMES = ("reference", "pk", "learner_id", "document", "section")


class World:
    """A family with an application, a proof and an interest; staff of one of its schools; strangers of all kinds."""

    def __init__(self):
        call_command("make_groups", verbosity=0, stdout=io.StringIO())
        bureau = factories.institution()
        self.round = applying.pathway_round(
            pathways=2, institution=bureau, rules={"bonus_kinds": ["少数民族"], "exam_year": 2027}
        )
        learner = applying.young(name="王小林")
        draft = applying.draft(self.round, learner, bonus=["少数民族"])
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
        self.strangers = {
            "another family": applying.young().account,
            "staff of another school": self._staff(factories.institution()),
            "signed out": None,
        }

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
