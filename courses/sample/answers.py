"""Sample pledges, ratings and reviews. They go the same way as on the site; then their time is set back."""

import random
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from courses.answering import appeals, exceptions, figures
from courses.models import AnswerSettings, Appeal, Enrollment, HistoryEntry, Pledge, Rating, RuleException
from courses.sample.people import OWN_PHONES
from courses.sample.programs import read
from courses.states import State

_WEIGHTS = {5: 58, 4: 30, 3: 8, 2: 3, 1: 1}
_SHARE = 0.7  # of those who completed a class


def load(*, judge, clerk):
    """Pledges with a yardstick, ratings of what is over, some reviews that `judge` answered and some that wait, and an
    exception that `clerk` asks for."""
    said = read("answers.toml")
    settings = AnswerSettings.now()
    settings.yardstick = Decimal(said["settings"]["yardstick"])
    settings.yardstick_source = said["settings"]["yardstick_source"]
    settings.save()
    Pledge.objects.bulk_create(Pledge(order=number, **row) for number, row in enumerate(said["pledges"], 1))
    _rate(said["words"]["all"])
    _review(said["reviews"], judge)
    _except(judge, clerk, said["exception"]["note"])
    figures.keep()


def _except(judge, clerk, note):
    """Somebody waits at the judge's institution: there it is to be decided."""
    waiting = Enrollment.objects.staffed_by(judge).waitlisted().select_related("intake__program", "learner").first()
    if waiting:
        exceptions.ask_seat(waiting, why=RuleException.Why.SCHOOL_ERROR, note=note, by=clerk)


def _rate(words):
    rng = random.Random("ratings")  # noqa: S311 - chance for looks, not for secrets
    now = timezone.now()
    completed = HistoryEntry.objects.filter(to_state=State.COMPLETED).exclude(enrollment__account__phone__in=OWN_PHONES)
    Rating.objects.bulk_create(
        Rating(
            enrollment_id=entry.enrollment_id,
            stars=rng.choices(list(_WEIGHTS), weights=list(_WEIGHTS.values()))[0],
            word=rng.choice(words) if rng.random() < 0.25 else "",
            given_at=min(now, entry.at + timedelta(hours=rng.randint(2, 70))),
        )
        for entry in completed.order_by("pk")
        if rng.random() < _SHARE
    )


def _review(rows, judge):
    """Some who were cancelled for that reason ask; the last of them waits longer than was promised."""
    now, asked = timezone.now(), None
    for row in rows:
        cancelled = Enrollment.objects.filter(state=State.CANCELLED, history__reason=row["reason"], appeals=None)
        enrollment = cancelled.order_by("pk").first()
        if enrollment is None:
            continue
        asked = appeals.ask(enrollment, by=enrollment.account, text=row["text"])
        Appeal.objects.filter(pk=asked.pk).update(submitted_at=now - timedelta(hours=28))
        if "answer" in row:
            appeals.answer(asked, by=judge, uphold=row["uphold"], text=row["answer"])
    if asked and asked.state == Appeal.State.OPEN:
        Appeal.objects.filter(pk=asked.pk).update(due_at=now - timedelta(hours=3))
