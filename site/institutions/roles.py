"""The groups of staff and what each may do in the admin. Which institution they do it for: `Staff`."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import GroupPagePermission, Page, Workflow, WorkflowPage, WorkflowTask

from institutions.collections import grant_shared

EDITOR, OFFICER, MANAGER, BUREAU, ADMINISTRATOR = "编辑", "报名管理员", "机构管理员", "教育局", "系统管理员"
# Which classes: those that name the account (Intake.teachers).
TEACHER = "教师"

WORKFLOW, APPROVAL = "发布审核", "机构管理员审核"

_ATTENDANCE = ["courses.view_attendance", "courses.change_attendance"]
_ROUNDS = [*(f"courses.{act}_admissionround" for act in ("view", "add", "change")), "courses.view_entry"]
_INTAKES = ["courses.view_intake", "courses.add_intake", "courses.change_intake", *_ATTENDANCE, *_ROUNDS]
# See enrollments, rosters and learners; act on them; the desk; a whole identity number, and the list of who saw one.
# Reviews of decisions are answered by whoever did not decide.
_REVIEWS = ["courses.view_appeal", "courses.change_appeal", "courses.view_rating"]
# Cohorts of pathways: the school collects, the college decides (Cohort.collected_by, decided_by).
_COHORTS = ["courses.view_cohort", "courses.change_cohort"]
_SEE = [
    *("courses.view_enrollment", "accounts.view_learner", *_REVIEWS, "courses.view_ruleexception"),
    "partners.view_candidate",
]
_DESK = [
    *(*_SEE, *_COHORTS, "courses.add_enrollment", "courses.change_enrollment"),
    *("accounts.change_learner", "courses.add_identityreveal", "courses.change_entry", "courses.add_ruleexception"),
    # Recommend those who applied for an order program to the enterprise.
    "partners.change_candidate",
]
_DELETE = ["courses.delete_intake", "courses.delete_admissionround"]
# Know who saw whole numbers; approve the exceptions that others ask for.
_OVERSEE = ["courses.view_identityreveal", "courses.change_ruleexception"]
_SHARED = [
    f"courses.{act}_{model}"
    for model in ("term", "holiday", "category", "juniorschool", "columntemplate")
    for act in ("view", "add", "change", "delete")
]
# Applications to pathways: check them, who may apply, what the exam office sends, who is interested.
_APPLYING = [
    *("courses.view_pathwayapplication", "courses.change_pathwayapplication", "courses.view_interest"),
    *("courses.view_examimport", "courses.add_examimport"),
    *(f"courses.{act}_applicationrules" for act in ("view", "add", "change", "delete")),
]
# A file makes courses that are public at once: for those who may publish.
_IMPORTS = ["courses.view_courseimport", "courses.add_courseimport"]
# The history is audited, and pledges are written, for all institutions at once.
_SHARED += [
    *("courses.view_historycheck", "courses.add_historycheck", "courses.change_answersettings"),
    *(f"courses.{act}_pledge" for act in ("view", "add", "change", "delete")),
]
# Money: take it and pay it out at the desk; decide refunds, take back mistakes, clear exceptions; see all and export.
_LOOK_AT_MONEY = [f"payments.view_{model}" for model in ("payment", "refund", "closing")]
_CASHIER = [*_LOOK_AT_MONEY, "payments.take_money"]
_MONEY_REPORTS = [*_LOOK_AT_MONEY, "payments.report_money", "payments.view_incident"]
_POLICIES = [f"courses.{act}_refundpolicy" for act in ("view", "add", "change", "delete")]
_MONEY = [*_CASHIER, *_MONEY_REPORTS, "payments.reverse_money", "payments.change_incident", *_POLICIES]
_INSTITUTION = ["institutions.view_institution", "institutions.change_institution"]
# What the institution teaches, and what became of its graduates.
_INSTITUTION += [f"courses.{act}_majoroffer" for act in ("view", "add", "change", "delete")]
_STAFF = [f"institutions.{act}_staff" for act in ("view", "add", "change", "delete")]
_MESSAGES = [
    *("notifications.view_message", "notifications.change_delivery"),
    *("courses.view_broadcast", "courses.add_broadcast"),
]
_TEXTS = [
    *("notifications.add_textversion", "notifications.change_messagesettings", "notifications.view_all_messages"),
]
# Check enterprises and review their orders; the rules for orders.
_PARTNERS = [
    *("partners.view_enterprise", "partners.change_enterprise"),
    *("partners.view_trainingorder", "partners.change_trainingorder", "partners.change_partnersettings"),
    *(
        "partners.view_matchrequest",
        *(f"partners.{act}_occupationmajor" for act in ("view", "add", "change", "delete")),
    ),
    # The demand board, and what is decided about majors.
    *("partners.view_alliancemember", "partners.add_alliancemember", "partners.change_alliancemember"),
    *("partners.view_majordecision", "partners.add_majordecision", "partners.change_demandsettings"),
]
# Lend and borrow within the alliance, for one's own institution.
_SHARE = ["partners.change_sharedresource"]
# Tripartite agreements: make them and begin the training; sign for the school; look into what is flagged; the template.
_AGREE = ["partners.view_agreement", "partners.add_agreement"]
_FLAGS = ["partners.view_agreement", "partners.view_agreementflag", "partners.change_agreementflag"]
_SIGN = [*_AGREE, "partners.change_agreement", *_FLAGS]
_AGREE_ALL = [*_FLAGS, "partners.view_agreementtemplate", "partners.add_agreementtemplate"]
# Answer for a school that is asked to train for an order.
_MATCHES = ["partners.view_matchrequest", "partners.change_matchrequest"]
# Figures of all institutions, for those who answer for all: counts only, nobody by name.
_FIGURES = "institutions.view_all_figures"
_ALL = ("add", "change", "publish", "bulk_delete", "lock", "unlock")

# The lists below which institutions write their programs: courses, pathways, order programs.
LISTS = (("courses", "courseindexpage"), ("courses", "pathwayindexpage"), ("partners", "orderprogramindexpage"))

# Per group: permissions on models, and on pages below the lists of programs or (True) everywhere. Rooms above this one
# are named as text only, so that nothing is imported upwards; a name that does not exist is an error.
ROLES = {
    EDITOR: ([], ("add", "change"), False),
    TEACHER: (_ATTENDANCE, (), False),
    OFFICER: ([*_INTAKES, *_APPLYING, *_MESSAGES, *_DESK, *_CASHIER, *_AGREE], (), False),
    MANAGER: (
        [
            *(*_INTAKES, *_APPLYING, *_IMPORTS, *_MESSAGES, *_DESK, *_MONEY, *_OVERSEE, *_DELETE),
            *(*_INSTITUTION, *_STAFF, *_MATCHES, *_SHARE, *_SIGN),
        ],
        ("add", "change", "publish"),
        False,
    ),
    BUREAU: (
        [
            *(*_INTAKES, *_APPLYING, *_IMPORTS, *_SEE, *_OVERSEE, *_SHARED, "courses.view_cohort"),
            *(*_PARTNERS, *_SHARE, *_MONEY_REPORTS, *_AGREE_ALL),
            *(*_INSTITUTION, "institutions.add_institution", *_STAFF, *_MESSAGES, *_TEXTS, _FIGURES),
        ],
        ("add", "change", "publish", "lock", "unlock"),
        True,
    ),
    ADMINISTRATOR: (
        [
            *_INTAKES,
            *_APPLYING,
            *_IMPORTS,
            *_MESSAGES,
            *(*_TEXTS, _FIGURES),
            *(*_DESK, *_MONEY, *_OVERSEE),
            *(*_PARTNERS, *_MATCHES, *_SHARE, *_SIGN, *_AGREE_ALL),
            *_DELETE,
            *_SHARED,
            *_INSTITUTION,
            "institutions.add_institution",
            "institutions.delete_institution",
            *_STAFF,
            *(f"accounts.{act}_account" for act in ("view", "add", "change")),
        ],
        _ALL,
        True,
    ),
}


@transaction.atomic
def make_groups():
    """Make the groups, or bring them to what is written here. What was given to a group by hand is taken back.

    Returns the names of groups whose permissions on pages could not be set, because there is no list of programs yet.
    """
    lists = [page for page in (_first_page(*one) for one in LISTS) if page]
    institutions = _first_page("institutions", "institutionindexpage")
    top = Page.objects.filter(depth=1).first()
    without_pages = []
    for name, (permissions, on_pages, everywhere) in ROLES.items():
        group = Group.objects.get_or_create(name=name)[0]
        group.permissions.set(_permissions(["wagtailadmin.access_admin", *permissions]))
        pages = [top] if everywhere else lists
        GroupPagePermission.objects.filter(group=group).delete()
        if on_pages and not pages:
            without_pages.append(name)
        for page in pages if on_pages else ():
            _allow(group, page, on_pages)
        if on_pages:
            grant_shared(group, may_add=everywhere)
            if institutions and not everywhere:
                # An institution has its one page: it is written, not made.
                _allow(group, institutions, [act for act in on_pages if act != "add"])
    for listing in filter(None, (*lists, institutions)):
        _moderate(listing)
    return without_pages


def writes_pages(account):
    """Whether one of the account's roles writes pages."""
    names = [name for name, (_models, on_pages, _everywhere) in ROLES.items() if on_pages]
    return account.groups.filter(name__in=names).exists()


def _first_page(app, model):
    return Page.objects.filter(content_type__app_label=app, content_type__model=model).first()


def _allow(group, page, acts):
    GroupPagePermission.objects.bulk_create(
        GroupPagePermission(group=group, page=page, permission=permission)
        for permission in _permissions([f"wagtailcore.{act}_page" for act in acts])
    )


def _moderate(listing):
    """What editors write below this list is approved by those who may publish, of the same institution."""
    from institutions.models import InstitutionApprovalTask  # The models of this room use this module.

    workflow = Workflow.objects.get_or_create(name=WORKFLOW)[0]
    task = InstitutionApprovalTask.objects.get_or_create(name=APPROVAL)[0]
    task.groups.set(Group.objects.filter(name__in=[name for name in ROLES if "publish" in ROLES[name][1]]))
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": 0})
    WorkflowPage.objects.update_or_create(page=listing, defaults={"workflow": workflow})


def _permissions(names):
    """The permissions of these names (app.codename); one that does not exist is a mistake in ROLES."""
    found = []
    for name in names:
        app, codename = name.split(".")
        found.append(Permission.objects.get(content_type__app_label=app, codename=codename))
    return found
