"""The junior middle school that sends a learner: what it reads of an application, and for whom staff act.

It confirms what it knows itself: who the learner is, the school record, the scores, proofs of bonus items. It reads
nothing of the guardian and of the choices, and no identity number. The candidate number is in its own books, so it
sees it whole; a student number is most often "G" and the identity number, so it stays masked.
"""

from django.db.models import Q

from courses.models import PathwayApplication
from institutions.models import Institution

_SECTIONS = ("learner", "school", "origin", "scores", "bonus")
_LEFT_OUT = ("district",)


def only_sends(application, account):
    """Whether this account may check the application as staff of the sending school, and not of a receiving one."""
    if PathwayApplication.objects.received_by(account).filter(pk=application.pk).exists():
        return False
    return PathwayApplication.objects.sent_from(account).filter(pk=application.pk).exists()


def school_of_staff(application, account):
    """The name of the school for which this account acts on the application; "" where it has no post at any."""
    mine = Institution.objects.filter(staff__account=account)
    if only_sends(application, account):
        return str(application.learner.school_record.junior_school)
    received = mine.filter(Q(pk=application.round.institution_id) | Q(pk__in=application.schools.values("pk")))
    return received.values_list("name", flat=True).first() or ""


def rows_for(account, answers, *, masked=True):
    """The sections with their answers (as `Answers.rows`) that this account reads of them."""
    if not only_sends(answers.application, account):
        return answers.rows(masked=masked)
    return [(section, _own(answers, own)) for section, own in answers.rows(masked=True) if section.key in _SECTIONS]


def history_for(account, application, shown):
    """What happened, the newest first: [(event, its remarks, its note)].

    `shown` are the names of the questions that this account reads. A sending school reads no remark on others, and only
    its own comments: those of the receiving school can speak of choices.
    """
    events = application.history.select_related("by").order_by("-pk")
    if not only_sends(application, account):
        return [(event, event.remarks.values(), event.note) for event in events]
    mine = school_of_staff(application, account)
    return [
        (
            event,
            [text for name, text in event.remarks.items() if name in shown],
            event.note if event.school == mine else "",
        )
        for event in events
    ]


def _own(answers, rows):
    return [
        (name, label, answers.words(name) if name == "candidate_number" else words)
        for name, label, words in rows
        if name not in _LEFT_OUT
    ]
