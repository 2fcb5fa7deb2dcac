"""What the site does by itself, and how often: the table that `manage.py scheduler` works through.

Every job may be run twice, late or by two schedulers at once and does the same as once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.core.management import call_command
from django.utils import timezone

from accounts.purge import purge_unverified
from courses import background, broadcasts, enrollment, entering
from courses.answering import chain, exceptions, figures
from courses.applying import personal_data as applied
from courses.draws import admitting, freezing
from courses.messages import remind_of_first_meetings
from courses.progression import reminding
from courses.scores import importing
from notifications.tasks import enqueue_due
from partners import enterprises, interviews, papers, placements, signing
from payments import reconcile
from payments import tasks as payment_tasks


@dataclass(frozen=True)
class Job:
    """`run` is called without arguments when `every` has passed since it last began."""

    name: str
    every: timedelta
    run: Callable


TICK = timedelta(seconds=2)
MINUTE, HOURLY, DAILY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

JOBS = [
    Job("offers past their deadline", TICK, enrollment.expire_overdue),
    Job("messages to deliver", TICK, enqueue_due),
    Job("refunds to send and pages to close", TICK, payment_tasks.enqueue_due),
    Job("what payment providers know", timedelta(minutes=5), payment_tasks.enqueue_asking),
    Job("messages to many whose worker died", MINUTE, broadcasts.resume_left_behind),
    Job("imports and acts on many whose worker died", MINUTE, background.resume_left_behind),
    Job("pages with a date for publishing", MINUTE, partial(call_command, "publish_scheduled", verbosity=0)),
    Job("history to seal", MINUTE, chain.seal_new),
    Job("exceptions that nobody decided", HOURLY, exceptions.expire_old),
    Job("seals to publish", HOURLY, chain.publish_heads),
    Job("unclaimed priority seats", MINUTE, enrollment.release_due),
    Job("draws to announce", MINUTE, freezing.announce_all),
    Job("draws whose worker died, results that come out now", MINUTE, admitting.resume_left_behind),
    Job("other choices of those who have a seat", MINUTE, entering.end_other_choices),
    Job("money that is overdue", HOURLY, reconcile.flag_overdue),
    Job("waitlists of classes that began", HOURLY, enrollment.close_waitlists),
    Job("classes that begin tomorrow", HOURLY, remind_of_first_meetings),
    Job("interviews of tomorrow", HOURLY, interviews.remind),
    Job("papers missing for progression", HOURLY, reminding.tell_due),
    Job("papers that came too late", HOURLY, reminding.forfeit_late),
    Job("accounts that nobody verified", DAILY, lambda: purge_unverified(timezone.now())),
    Job("figures beside the pledges", DAILY, figures.keep),
    Job("enterprises whose yearly check is due", DAILY, enterprises.rechecks),
    Job("pay and placements to be told", DAILY, placements.remind),
    Job("codes for signing that have served", DAILY, signing.forget_old),
    Job("papers whose form was never finished", DAILY, papers.purge_left_behind),
    Job("answers of applications that have served", DAILY, applied.forget_old),
    Job("tables of the exam office that have served", DAILY, importing.forget_old),
    Job("sessions that ended", DAILY, partial(call_command, "clearsessions")),
    Job("results of old tasks", DAILY, partial(call_command, "prune_db_task_results", verbosity=0)),
]
