"""What each role may do, in words, as a table made from roles.py."""

from django.utils.translation import gettext_lazy as _

from institutions.roles import ROLES

# Each line of the table: what it says, and the permission (or act on pages) that stands for it.
_LINES = [
    (_("write the pages of programs and the page of the institution"), "page.change"),
    (_("publish pages, approve those of editors"), "page.publish"),
    (_("write notices and the pages of the whole site"), "page.everywhere"),
    (_("open intakes, run enrollment"), "courses.change_intake"),
    (_("import courses from a table"), "courses.add_courseimport"),
    (_("take attendance"), "courses.change_attendance"),
    (_("read reports of their institutions"), "courses.view_enrollment"),
    (_("read reports of all institutions"), "institutions.view_all_figures"),
    (_("write messages to classes"), "courses.add_broadcast"),
    (_("answer reviews of decisions of others"), "courses.change_appeal"),
    (_("ask for an exception"), "courses.add_ruleexception"),
    (_("approve exceptions that others ask for"), "courses.change_ruleexception"),
    (_("audit the history, write service pledges"), "courses.add_historycheck"),
    (_("carry cohorts of pathways through"), "courses.change_cohort"),
    (_("delete intakes in which nobody ever was"), "courses.delete_intake"),
    (_("keep terms, holidays, categories and junior schools"), "courses.change_term"),
    (_("change name, address and hours of the institution"), "institutions.change_institution"),
    (_("write which majors are taught, with seats and graduates"), "courses.change_majoroffer"),
    (_("make agreements, begin the training of an order"), "partners.add_agreement"),
    (_("sign agreements for the school"), "partners.change_agreement"),
    (_("look into what is flagged about agreements"), "partners.change_agreementflag"),
    (_("check enterprises, review training orders"), "partners.change_trainingorder"),
    (_("read the demand for talent, decide about majors"), "partners.add_majordecision"),
    (_("take members into the alliance"), "partners.add_alliancemember"),
    (_("lend and borrow in the alliance for the institution"), "partners.change_sharedresource"),
    (_("invite colleagues, change their roles"), "institutions.change_staff"),
    (_("add and delete institutions"), "institutions.delete_institution"),
    (_("accounts of all staff"), "accounts.change_account"),
]


def _of(role):
    permissions, on_pages, everywhere = ROLES[role]
    return {*permissions, *(f"page.{act}" for act in on_pages), *(["page.everywhere"] if everywhere else [])}


def role_table():
    """The lines as (words, [whether each role may]), in the order of ROLES."""
    allowed = {role: _of(role) for role in ROLES}
    return [(words, [name in allowed[role] for role in ROLES]) for words, name in _LINES]
