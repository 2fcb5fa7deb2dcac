"""The marks by which applications are ranked: taken from the official scores, at the latest when the list is closed."""

from django.db import transaction
from django.utils.translation import gettext as _

from courses.applying import messages
from courses.applying.states import ApplicationState
from courses.draws import freezing
from courses.models import AdmissionRound, ApplicationRules, Entry, PathwayApplication, SchoolRecord
from courses.states import State


def counted(record, rules, *, verified):
    """The scores of a record that count in a round: official ones, or confirmed ones where the rules say so."""
    if record is None:
        return {}
    if record.official_scores:
        return record.official_scores
    return record.typed_scores if rules.typed_scores_count and verified else {}


def open_rounds(rounds):
    """Those of these rounds whose marks may still change: ranked, and their list not closed."""
    ranked = rounds.filter(rule=AdmissionRound.Rule.RANKED).exclude(status=AdmissionRound.Status.CANCELLED)
    closed = AdmissionRound.objects.filter(draws__frozen_at__isnull=False)
    drawn = AdmissionRound.objects.filter(entries__enrollments__state__in=(State.OFFERED, State.NOT_ADMITTED))
    return ranked.exclude(pk__in=closed.values("pk")).exclude(pk__in=drawn.values("pk"))


def fill(round, *, learners=None):
    """Write the marks of a round's applications from the learners' scores; returns how many entries changed.

    What staff entered by hand stays where there are no scores. Runs inside the caller's transaction.
    """
    rules, changed = ApplicationRules.of_round(round), []
    rows = Entry.objects.live().filter(round=round, application__isnull=False)
    rows = rows.filter(learner__in=learners) if learners is not None else rows
    rows = rows.select_related("application").order_by("pk")
    entries = list(rows.select_for_update(of=("self",), no_key=True))
    records = SchoolRecord.objects.filter(learner__in=[entry.learner_id for entry in entries]).in_bulk(
        field_name="learner_id"
    )
    for entry in entries:
        verified = entry.application.state == ApplicationState.VERIFIED
        scores = counted(records.get(entry.learner_id), rules, verified=verified)
        marks = {subject: scores[subject] for subject in round.subjects if subject in scores}
        if marks and marks != entry.marks:
            entry.marks = marks
            changed.append(entry)
    Entry.objects.bulk_update(changed, ["marks"], batch_size=500)
    return len(changed)


@transaction.atomic
def prepare(round):
    """Before the list is closed: every application was looked at; then the scores that count are its marks.

    Raises DrawError while applications wait. One that was returned and not mended, or has no scores, cannot be ranked:
    its marks are taken away, and the family is told.
    """
    if not open_rounds(AdmissionRound.objects.filter(pk=round.pk)).exists():
        return
    applications = PathwayApplication.objects.filter(round=round).exclude(entry=None)
    # Locked until the list is closed: nobody returns what is being ranked.
    list(applications.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    waiting = applications.filter(state=ApplicationState.SUBMITTED).count()
    if waiting:
        text = _("%(n)d applications wait to be checked. Confirm or return them before the list is closed.")
        raise freezing.DrawError(text % {"n": waiting})
    if any(one.may_correct() for one in applications.filter(state=ApplicationState.RETURNED)):
        raise freezing.DrawError(
            _("An application that was returned may still be corrected. Close the list afterwards.")
        )
    fill(round)
    for application in applications.exclude(state=ApplicationState.WITHDRAWN).select_related(
        "entry", "account", "learner"
    ):
        _leave_out(application, round)


def _leave_out(application, round):
    returned = application.state == ApplicationState.RETURNED
    if returned:
        Entry.objects.filter(pk=application.entry_id).update(marks={})
    lacking = [subject for subject in round.subjects if subject not in application.entry.marks]
    if returned or lacking:
        messages.tell(application, "unranked", occasion="closed", remarks=lambda: _why(returned, lacking))


def _why(returned, lacking):
    if returned:
        return _("what the school asked to mend was not mended in time.")
    return _("these scores are missing: %(subjects)s.") % {"subjects": _(", ").join(lacking)}


freezing.before_closing.append(prepare)
