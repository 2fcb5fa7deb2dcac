"""Takes the sample away again: pages, classes, enrollments, people. What others have made stays."""

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from wagtail.models import Page

from accounts.append_only import without_guard
from accounts.models import Account
from courses.answering import chain
from courses.models import (
    Appeal,
    Attendance,
    CaseEntry,
    Enrollment,
    HistoryCheck,
    HistoryEntry,
    Intake,
    Pledge,
    Program,
    Rating,
    RuleException,
)
from courses.sample import admission, applying, cohorts, pathways, paying, pictures
from courses.sample.people import OWN_PHONES, PHONE_PREFIX, SIGN_INS
from institutions.models import Institution
from notifications.models import Message


@transaction.atomic
def remove_sample():
    """Remove every sample course with its enrollments (anybody's), all sample people, institutions and pictures.

    Wagtail's pages of the website (home, notices, plain pages, institutions) are removed with the home page.
    """
    emails = [person.email for person in SIGN_INS if person.email]
    accounts = Account.objects.filter(Q(phone__startswith=PHONE_PREFIX) | Q(phone__in=OWN_PHONES) | Q(email__in=emails))
    intakes = Intake.objects.filter(program__in=Program.objects.filter(is_sample=True))
    enrollments = Enrollment.objects.filter(Q(intake__in=intakes) | Q(account__in=accounts))
    Message.objects.filter(account__in=accounts).delete()
    paying.remove(accounts, Institution.objects.filter(name__endswith="（示例）"))
    Appeal.objects.filter(decided_by__in=accounts).delete()
    HistoryCheck.objects.filter(by__in=accounts).delete()
    RuleException.objects.filter(Q(intake__in=intakes) | Q(asked_by__in=accounts) | Q(decided_by__in=accounts)).delete()
    Pledge.objects.filter(title__endswith="（示例）").delete()
    with without_guard(connection):
        applying.remove(intakes, accounts)
        CaseEntry.objects.filter(Q(intake__in=intakes) | Q(by__in=accounts)).delete()
    Attendance.objects.filter(by__in=accounts).delete()
    remove_enrollments(enrollments)
    intakes.delete()
    admission.remove(accounts, Institution.objects.filter(name__endswith="（示例）"))
    for page in Page.objects.filter(depth=2):
        page.specific.delete()
    accounts.delete()
    pathways.remove()
    Institution.objects.filter(name__endswith="（示例）").delete()
    pictures.remove()


def remove_enrollments(enrollments):
    """Remove these enrollments with all that hangs on them; the chain of history begins anew."""
    keys = list(enrollments.values_list("pk", flat=True))
    Appeal.objects.filter(enrollment__in=keys).delete()
    Rating.objects.filter(enrollment__in=keys).delete()
    Attendance.objects.filter(enrollment__in=keys).delete()
    # Past the manager, which refuses: history is removed together with the sample people it is about.
    rows = QuerySet(HistoryEntry).filter(enrollment__in=keys)
    with without_guard(connection):
        rows._raw_delete(rows.db)
        cohorts.remove(keys)
        CaseEntry.objects.filter(enrollment__in=keys).delete()
        chain.begin_anew()
    Enrollment.objects.filter(pk__in=keys).delete()
