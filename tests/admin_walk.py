"""All addresses of the admin, and for each an object of one's own institution and one of somebody else's.

`addresses()` are the routes of the URL resolver below /cms/. `World` makes what they name. Whoever adds a view whose
address names a new kind of object adds it to `World.objects`: the key is the first part of the address and the name in
the address, or the name alone.
"""

import io
import re
from fnmatch import fnmatch
from pathlib import Path

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import transaction
from django.urls import get_resolver
from PIL import Image as Picture
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Workflow

from accounts.encryption import encrypt_bytes
from courses import entering
from courses.answering import appeals
from courses.applying import applications, documents
from courses.enrollment import cancel
from courses.models import (
    AppealFile,
    Broadcast,
    BulkWork,
    Category,
    ColumnTemplate,
    CommunityCoursePage,
    CourseImport,
    ExamImport,
    FeeProof,
    HistoryCheck,
    Holiday,
    MajorOffer,
    Pledge,
    RefundPolicy,
    RuleException,
)
from home.models import HomePage
from institutions import roles
from institutions.collections import workspace_of
from institutions.models import InstitutionApprovalTask, InstitutionIndexPage, InstitutionPage, Invitation, Staff
from notifications.models import Message
from partners import agreement_texts, matching, members
from partners.models import OccupationMajor
from payments import desk, incidents, money, purposes
from tests import factories
from tests.courses import applying, cohorts
from tests.partners import agreeing, making, sharing_stories
from tests.payments.stories import Places

TABLE = Path(__file__).with_name("permissions.txt")
# A new role needs a letter here, and thereby a look at the table.
_LETTERS = {"编辑": "E", "教师": "T", "报名管理员": "O", "机构管理员": "M", "教育局": "B", "系统管理员": "A"}
GROUPS = {_LETTERS[name]: name for name in roles.ROLES}
_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
COMPARE = "pages/^(\\d+)/revisions/compare/(live|earliest|\\d+)\\.\\.\\.(live|latest|\\d+)/$"


def addresses():
    """The routes below /cms/, without that prefix, each once."""
    routes = _walk(get_resolver().url_patterns, "")
    return list(dict.fromkeys(route.removeprefix("cms/") for route in routes if route.startswith("cms/")))


def _walk(patterns, prefix):
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield route


def read_table():
    """The rows of the table: (pattern, columns), in the order of the file; the first that matches a route counts."""
    rows = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            pattern, columns = line.rsplit(maxsplit=1)
            rows.append((pattern.strip(), columns))
    return rows


def row_of(route, rows):
    """The row that speaks of this route, or None."""
    return next((row for row in rows if fnmatch(route or "(home)", row[0])), None)


class World:
    """Two institutions, each with all that an address of the admin can name, and one account for each group."""

    def __init__(self):
        listing = factories.website()
        home = HomePage.objects.first()
        self.institutions_page = home.add_child(instance=InstitutionIndexPage(title="学校", slug="schools"))
        call_command("make_groups", verbosity=0)
        self.listing = listing
        ours = factories.institution(name="塔河县社区教育学院")
        theirs = factories.institution(name="呼玛县社区教育学院", district=factories.district("232721", "呼玛县"))
        self.accounts = {letter: self._member(group, ours) for letter, group in GROUPS.items()}
        self.own = self._objects(ours, self.accounts["E"]) | {"parent_page_id": listing.pk}
        self.foreign = self._objects(theirs, self._member(roles.EDITOR, theirs))
        self.shared = self._shared()
        self.theirs = theirs

    def page(self, objects):
        """The course of one side."""
        return CommunityCoursePage.objects.get(pk=objects["page_id"])

    def _member(self, group, institution):
        account = factories.account(is_staff=True, email=f"{Group.objects.get(name=group).pk}-{institution.pk}@x.cn")
        account.groups.add(Group.objects.get(name=group))
        Staff.objects.create(account=account, institution=institution)
        return account

    def _objects(self, institution, author):
        """What belongs to one institution, by the names in addresses."""
        course = factories.program(institution=institution, owner=author)
        first = course.save_revision(user=author)
        state = Workflow.objects.get(name=roles.WORKFLOW).start(course, author)
        intake = factories.intake(program=course)
        enrollment = factories.enroll(intake)
        proof = FeeProof.objects.create(enrollment=enrollment, what="低保证")
        round = factories.admission_round(institution=institution, rule="ranked", rank_by=["语文"])
        entry = entering.apply(round=round, learners=[factories.learner()], choices=round.list_of_intakes, by=author)[0]
        broadcast = Broadcast.objects.create(
            by=author, intake=intake, title="停课", body="明天停课。", form_key=f"walk{institution.pk}", state="done"
        )
        page = self.institutions_page.add_child(
            instance=InstitutionPage(
                title=institution.name, slug=f"i{institution.pk}", institution=institution, summary="大家来学。"
            )
        )
        collection = workspace_of(institution).institution_workspace.collection
        post = Staff.objects.create(account=factories.account(is_staff=True), institution=institution)
        invitation = Invitation.objects.create(
            institution=institution, role=roles.EDITOR, name="新同事", email="new@example.cn", invited_by=author
        )
        image = Image.objects.create(title="图", file=ContentFile(_png(), name="a.png"), collection=collection)
        document = Document.objects.create(title="文", file=ContentFile(b"x", name="a.txt"), collection=collection)
        return {
            "page_id": course.pk,
            "page_pk": course.pk,
            "page_to_move_id": course.pk,
            "parent_page_id": course.pk,
            "destination_id": self.listing.pk,
            "api/main/pages pk": course.pk,
            "api/main/images pk": image.pk,
            "api/main/documents pk": document.pk,
            "object_id": course.pk,
            "revision_id": first.pk,
            "task_state_id": state.current_task_state.pk,
            "workflow_state_id": state.pk,
            "intake pk": intake.pk,
            "enrollment pk": enrollment.pk,
            "reference": enrollment.reference,
            "enrollment": enrollment.pk,
            "enrollment_id": enrollment.pk,
            "desk/slip pk": enrollment.pk,
            "proofs pk": proof.pk,
            "refund_policy pk": RefundPolicy.objects.create(name="常规", institution=institution).pk,
            "intake_pk": intake.pk,
            "learner pk": enrollment.learner_id,
            "meeting": intake.meetings.first().pk,
            "intake": intake.pk,
            "message_log pk": Message.objects.filter(account=enrollment.learner.account).first().pk,
            "broadcast pk": broadcast.pk,
            **_shared_by(institution),
            **_review_of(enrollment),
            **cohorts.objects_of(institution),
            "column_template/export kind": "intake",
            "column_template/export pk": intake.pk,
            **_candidate_of(institution),
            **agreeing.objects_of(institution),
            **_money_of(institution, author),
            "work pk": BulkWork.objects.create(
                by=author, kind="copy", title="复制", form_key=f"work{institution.pk}"
            ).pk,
            "import pk": CourseImport.objects.create(
                by=author, institution=institution, file_name="课程.csv", state="checked", header=["课程名称"]
            ).pk,
            "intake_id": intake.pk,
            "match_request pk": matching.ask(making.approved(), institution, by=author).pk,
            "major_offer pk": MajorOffer.objects.create(
                institution=institution, major=factories.major(), year=2026, seats=40
            ).pk,
            **_applying_of(institution, author),
            "admission_round pk": entry.round_id,
            "admission_round reference": entry.reference,
            "institution pk": institution.pk,
            "institution_page": page.pk,
            "staff pk": post.pk,
            "staff/invitations pk": invitation.pk,
            "image_id": image.pk,
            "document_id": document.pk,
            "doc_id": document.pk,
            "documents pk": document.pk,
            "images pk": image.pk,
            "collection_id": collection.pk,
            "collections pk": collection.pk,
        }

    def _shared(self):
        """What belongs to nobody in particular: the same for everyone."""
        task = InstitutionApprovalTask.objects.get(name=roles.APPROVAL)
        enterprise = making.enterprise()
        claim = members.claim(enterprise, by=factories.account(), name="刘", message="人事", decider="staff")
        return {
            "enterprise pk": enterprise.pk,
            "enterprise/paper paper": enterprise.papers.get().pk,
            "enterprise/claim claim": claim.pk,
            "training_order pk": making.submitted(of=enterprise).pk,
            "training_order/close pk": making.approved(of=enterprise).pk,
            "alliance_member pk": sharing_stories.member(making.enterprise()).pk,
            "agreement_template pk": agreement_texts.current().pk,
            "file_format": "csv",
            "demand/majors major": factories.major().pk,
            "kind": "enrollment_enrolled",
            "pledge pk": Pledge.objects.create(title="零差错", text="办得准。").pk,
            "history_check pk": HistoryCheck.objects.create(by=self.accounts["B"]).pk,
            "act": "cancel",
            "term pk": factories.term().pk,
            "column_template pk": ColumnTemplate.objects.create(name="录取名册").pk,
            "holiday pk": Holiday.objects.create(name="冬至", starts_on="2026-12-22", ends_on="2026-12-22").pk,
            "category pk": Category.objects.first().pk,
            "occupation_major pk": OccupationMajor.objects.create(
                occupation=making.occupation(), major=factories.major()
            ).pk,
            "training_order/match pk": making.approved(of=enterprise).pk,
            "junior_school pk": factories.junior_school().pk,
            "major_chooser pk": factories.major().pk,
            "secondary_major_chooser pk": factories.major().pk,
            "college_major_chooser pk": factories.major("college").pk,
            "sites pk": 1,
            "settings pk": 1,
            "groups pk": Group.objects.first().pk,
            "users pk": self.accounts["M"].pk,
            "workflows pk": Workflow.objects.get(name=roles.WORKFLOW).pk,
            "workflow_pk": Workflow.objects.get(name=roles.WORKFLOW).pk,
            "task_id": task.pk,
            "workflows/tasks pk": task.pk,
            "action_name": "approve",
            "content_type_app_name": "courses",
            "content_type_model_name": "communitycoursepage",
            "app_label": "wagtailcore",
            "model_name": "page",
            "app_name": "home",
            "action": "publish",
            "session_id": 1,
            "redirect_id": 1,
            "uploaded_file_id": 1,
            "filter_spec": "max-50x50",
            "uidb64": "x",
            "token": "y",
        }

    def path(self, route, objects):
        """The address of a route with these objects; None when it names something that is in neither."""
        if route == COMPARE:
            return f"/cms/pages/{objects['page_id']}/revisions/compare/earliest...latest/"
        route = route.replace("^", "").replace("$", "")
        known = self.shared | objects
        parts, missing = route.split("<")[0].strip("/").split("/"), []

        def fill(match):
            keys = [f"{'/'.join(parts[:length])} {match[1]}" for length in range(len(parts), 0, -1)] + [match[1]]
            value = next((known[key] for key in keys if key in known), None)
            missing.append(match[1]) if value is None else None
            return str(value)

        route = self._words(route)
        path = "/cms/" + _PARAMETER.sub(fill, route)
        return None if missing else path

    def _words(self, route):
        """Names of models and actions that only make sense together."""
        if route.startswith("pages/create/"):
            return "pages/create/courses/communitycoursepage"
        if route.startswith("settings/"):
            return route.replace("<slug:app_name>/<slug:model_name>", "home/siteidentity")
        if route.startswith("tag-autocomplete/<"):
            return "tag-autocomplete/taggit/tag/"
        if route.startswith("workflows/tasks/add/"):
            return "workflows/tasks/add/wagtailcore/groupapprovaltask/"
        return route

    def is_about_one(self, route):
        """Whether the route names something that belongs to an institution."""
        return self.path(route, self.own) != self.path(route, self.foreign)


def _review_of(enrollment):
    """A review with a document, for another enrollment of the class: as the addresses of both name it."""
    made = factories.enroll(enrollment.intake)
    cancel(made, by=factories.account(is_staff=True), reason="wrong_data")
    made.refresh_from_db()
    appeal = appeals.ask(made, by=made.account, text="请再看一下这个决定。")
    file = AppealFile.objects.create(
        appeal=appeal, name="a.jpg", kind="image/jpeg", size=1, content=encrypt_bytes(b"x")
    )
    exception = RuleException.objects.create(
        kind="late", why="site_down", note="网站打不开", intake=made.intake, learner=made.learner, asked_by=made.account
    )
    return {"appeal pk": appeal.pk, "appeal file_id": file.pk, "exception pk": exception.pk}


def _shared_by(institution):
    """A member of the alliance with something that it shares, and a request for it."""
    member = sharing_stories.member(institution)
    resource = sharing_stories.resource(member)
    request = sharing_stories.asked(resource, by_member=sharing_stories.member(making.enterprise()))
    return {"alliance member": member.pk, "alliance resource": resource.pk, "alliance request_pk": request.pk}


def _candidate_of(institution):
    """A candidate of an order program of the institution, with a paper."""
    made = making.candidate(making.order_program(institution=institution), papers=[making.picture()])
    return {
        "candidate pk": made.pk,
        "candidate intake_pk": made.page.intake.pk,
        "candidate enrollment_id": made.enrollment_id,
        "candidate paper": made.enrollment.candidate_papers.get().pk,
    }


def _applying_of(institution, author):
    """An application with a proof, the rules of its round, an interest and a table of the exam office."""
    round = applying.pathway_round(pathways=1, institution=institution, rules={"bonus_kinds": ["少数民族"]})
    draft = applying.draft(round, bonus=["少数民族"])
    proof = documents.add(draft, upload=applying.photograph(), kind="少数民族")
    made = applications.submit(draft, by=draft.account)
    work = ExamImport.objects.create(
        by=author, institution=institution, round=round, file_name="成绩.csv", state="checked", content=b""
    )
    return {
        "pathway_application pk": made.pk,
        "pathway_application document": proof.pk,
        "exam_import pk": work.pk,
        "application_rules pk": round.application_rules.pk,
    }


def _money_of(institution, author):
    """A payment that was taken at the desk and is to go back, and an exception about it."""
    purposes.register("place", Places())
    facts = {"account": factories.account(), "institution": institution, "amount": 100}
    payment = money.request(purpose=f"place:{institution.pk}", expires_at=None, **facts)
    payment = desk.take(payment, by=author, method="cash", amount=100, key=f"walk{institution.pk}")
    refund = money.refund(payment, amount=1, reason="goodwill")
    incidents.report("twice", f"walk{institution.pk}", payment=payment)
    return {
        "payment pk": payment.pk,
        "refund pk": refund.pk,
        "incident pk": payment.incidents.get().pk,
        "institution_id": institution.pk,
        "money/receipt pk": payment.receipts.get().pk,
    }


def _png():
    stream = io.BytesIO()
    Picture.new("RGB", (8, 8)).save(stream, "PNG")
    return stream.getvalue()


def is_open(response):
    """Whether the answer is the page, or a complaint about how it was asked, and not a refusal."""
    if response.status_code in (301, 302):
        return not response.url.split("?")[0].endswith(("/cms/", "/cms/login/", "/account/login/"))
    return response.status_code in (200, 400)


def opens(client, path):
    """Whether the person may open the address; one that only takes forms is sent an empty one, and nothing is kept."""
    response = client.get(path)
    return is_open(response) if response.status_code != 405 else is_open(send_nothing(client, path))


def send_nothing(client, path):
    """The answer to an empty form, with all that it did undone."""
    with transaction.atomic():
        response = client.post(path)
        transaction.set_rollback(True)
    return response


def is_for_everyone(route):
    """What holds nobody's data and is needed to sign in."""
    return route.startswith(("login/", "logout/", "password_reset/", "jsi18n/", "sprite/"))
