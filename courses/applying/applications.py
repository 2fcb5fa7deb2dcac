"""An application as its family moves it: begin, save, submit, change until the window closes, withdraw.

Each function is one transaction. The order of locks: the application, then what entering.py locks (the learner, the
entry, the round). Submitting makes or changes the `Entry` that takes part in the round; nothing else makes one.
"""

from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Learner
from courses import entering
from courses.applying import messages
from courses.applying.answers import Answers, changed_between
from courses.applying.forms import ELSEWHERE, PROVINCE, consents_lacking
from courses.applying.states import ApplicationState, may_move
from courses.models import AdmissionRound, ApplicationEvent, PathwayApplication, PathwayPage, SchoolRecord
from courses.models.schooling import candidate_key
from courses.moves import EnrollmentError

Act = ApplicationEvent.Act
State = ApplicationState


class ApplicationError(EnrollmentError):
    """Something that cannot be done with an application (any more), with words for people."""


class NothingChanged(ApplicationError):
    """It was sent already, as it stands: a double tap, or an old page."""

    def __init__(self):
        super().__init__(_("Nothing has changed since it was submitted."))


def is_for_applications(round):
    """Whether one takes part in this round by an application: its classes are pathways."""
    return round.intakes.filter(program__in=PathwayPage.objects.values("pk")).exists()


@contextmanager
def changing(application):
    """The transaction in which one application is changed; yields it as it is now, locked."""
    with transaction.atomic():
        rows = PathwayApplication.objects.select_related(
            "round__term", "round__institution", "learner", "account", "entry"
        )
        yield rows.select_for_update(of=("self",), no_key=True).get(pk=application.pk)


def move(application, target, *, act, by, fields=(), **told):
    """Move a locked application along the table and add its row of history, which is returned.

    `fields` are further columns that were set. Submitting again what waits already stays where it is.
    """
    source = application.state
    if not (may_move(source, target) or source == target == State.SUBMITTED):
        raise ApplicationError(
            _("This is not possible now: the application is “%(state)s”.") % {"state": application.get_state_display()}
        )
    application.state = target
    application.save(update_fields=["state", *fields])
    return ApplicationEvent.objects.create(
        application=application, act=act, by=by, from_state=source, to_state=target, **told
    )


@transaction.atomic
def begin(*, round, learner, by, first=None):
    """The learner's live application in the round, made now if there is none; `first` is the wished intake.

    Raises entering.NotOpen, or ApplicationError when a consent is lacking.
    """
    learner = Learner.objects.select_for_update().get(pk=learner.pk)
    there = PathwayApplication.objects.live().filter(round=round, learner=learner).first()
    if there:
        return there
    if not AdmissionRound.objects.get(pk=round.pk).is_open():
        raise entering.NotOpen(_("Applications for this round are closed."))
    _require_consents(learner)
    application = PathwayApplication(round=round, learner=learner, account_id=learner.account_id)
    application.typed = {"choice1": str(first.pk)} if first else {}
    application.save(force_insert=True)
    ApplicationEvent.objects.create(application=application, act=Act.BEGUN, by=by, to_state=State.DRAFT)
    return application


def save(application, *, typed, section=None):
    """Keep answers as they were typed, valid or not. Returns the application as it is now."""
    with changing(application) as fresh:
        _require_editable(fresh)
        kept = fresh.typed | typed
        if section:
            kept["seen"] = sorted({*kept.get("seen", []), section})
        fresh.typed, fresh.saved_at = kept, timezone.now()
        fresh.save(update_fields=["answers", "saved_at"])
        return fresh


def submit(application, *, by):
    """Send the application to the school; returns it. Sent again, what changed is recorded.

    Raises ApplicationError, and what entering.apply raises.
    """
    with changing(application) as fresh:
        _require_editable(fresh)
        _require_consents(fresh.learner)
        answers = Answers(fresh)
        if not answers.may_submit:
            raise ApplicationError(_("Something is still missing. The list shows what."))
        if fresh.submitted_at and not fresh.has_changes and fresh.state != State.RETURNED:
            raise NothingChanged
        again = fresh.submitted_at is not None
        changed = changed_between(fresh.sent, fresh.typed) if again else []
        _write_learner(fresh.learner, answers)
        _write_record(fresh.learner, answers)
        chosen = _enter(fresh, answers, by)
        _send(fresh)
        told = {"changed": changed, "choices": [intake.pk for intake in chosen]}
        move(fresh, State.SUBMITTED, act=Act.CHANGED if again else Act.SUBMITTED, by=by, fields=_SENT_FIELDS, **told)
        fresh.schools.set({intake.program.institution for intake in chosen})
        messages.tell(fresh, "submitted", occasion=fresh.number, choices=chosen)
        return fresh


_SENT_FIELDS = ["answers_sent", "answers_sent_before", "number", "submitted_at", "correct_until", "entry", "reviewer"]
_SENT_FIELDS += ["draft_remarks", "draft_note"]


def _send(fresh):
    """What stands in the form is now what the school reads."""
    fresh.answers_sent_before, fresh.answers_sent = fresh.answers_sent, fresh.answers
    fresh.number += 1
    fresh.submitted_at, fresh.correct_until = timezone.now(), None
    fresh.reviewer, fresh.draft_remarks, fresh.draft_note = None, {}, ""


def _write_learner(learner, answers):
    if not answers.is_minor:
        return
    learner.guardian_name = answers.valid["guardian_name"]
    learner.guardian_phone = answers.valid["guardian_phone"]
    learner.save(update_fields=["guardian_name", "guardian_phone"])


def _write_record(learner, answers):
    """What the family said of school and exam. Official scores of another candidate number are not theirs."""
    record = SchoolRecord.objects.filter(learner=learner).first() or SchoolRecord(learner=learner)
    valid, school = answers.valid, answers.forms["school"].school
    key = candidate_key(valid["candidate_number"])
    if record.candidate_key != key:
        record.official_scores, record.official_at = {}, None
    record.candidate_number, record.candidate_key = valid["candidate_number"], key
    record.student_number = valid["student_number"]
    record.junior_school, record.other_school = school, "" if school else valid["junior_school"]
    record.graduation_year = int(valid["graduation_year"])
    record.household_district = answers.household_district()
    record.household_elsewhere = valid["household"] in (PROVINCE, ELSEWHERE)
    record.typed_scores = answers.points
    record.save()


def _enter(fresh, answers, by):
    """Make the entry, or bring its choices to what was typed; after applications closed they stay. Returns them."""
    entry = fresh.entry
    if entry is None:
        fresh.entry = entering.apply(
            round=fresh.round, learners=[fresh.learner], choices=answers.chosen, by=by, quiet=True
        )[0]
        return answers.chosen
    now = [row.intake for row in entering.submitted(entry)]
    if not fresh.round.is_open():
        return now
    if [intake.pk for intake in now] != [intake.pk for intake in answers.chosen]:
        entering.change(entry, choices=answers.chosen, by=by, quiet=True)
    return answers.chosen


def withdraw(application, *, by, note=""):
    """Take the application back, and with it the entry; what was typed is erased. Returns it."""
    with changing(application) as fresh:
        if fresh.entry_id and fresh.entry.is_live:
            entering.withdraw(fresh.entry, by=by, note=note, quiet=True)
        was_sent = fresh.submitted_at is not None
        forget(fresh)
        move(fresh, State.WITHDRAWN, act=Act.WITHDRAWN, by=by, note=note)
        if was_sent:
            messages.tell(fresh, "withdrawn", occasion="once")
        return fresh


def forget(application):
    """Erase what was typed and uploaded; the history stays, it names nobody."""
    application.answers = application.answers_sent = application.answers_sent_before = ""
    application.draft_remarks, application.draft_note = {}, ""
    application.save(update_fields=["answers", "answers_sent", "answers_sent_before", "draft_remarks", "draft_note"])
    application.documents.all().delete()


def _require_editable(fresh):
    if fresh.is_editable():
        return
    if not fresh.is_live:
        raise ApplicationError(_("This application was withdrawn."))
    raise ApplicationError(_("Applications for this round are closed. Ring the school if something is wrong."))


def _require_consents(learner):
    if consents_lacking(learner):
        raise ApplicationError(_("Tick the box to agree. Without it we cannot go on."))
