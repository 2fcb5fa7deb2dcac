"""Messages of staff to many people: who is meant, what it takes, and the sending in the background.

Sending goes through the enrollments by their key, a batch in one transaction: the messages, and how far it is. A worker
that dies leaves whole batches; another goes on after the last. Each message has a key of its own besides, so nothing is
said twice even so.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Count, F, Max
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from courses.messages import context_of
from courses.models import Broadcast, Enrollment
from courses.wording import ALWAYS
from notifications import choices, preview, sms_length
from notifications.delivery import channel_of, sms_text
from notifications.models import Delivery, Message, Topic
from notifications.sending import message, write
from notifications.texts import register

KIND = "broadcast"
PLACEHOLDERS = ALWAYS | {"place"}
register(KIND, title="", body="", label=_("Message of a school"), topic=Topic.NEWS, also=PLACEHOLDERS, editable=False)

BATCH = 200
COUNTED = 2000  # enrollments whose texts are measured; of more, the cost is an estimate
LEFT_BEHIND = timedelta(minutes=1)  # without a batch for so long, nobody is sending any more
_READ = ("intake__program__institution", "intake__district", "learner", "account")


def audience(by, wanted):
    """The enrollments that a broadcast of this person means, in the order of their keys.

    `wanted` has some of: `intake`, `institution`, `term`, `district` (keys), `channel`, `states`, `enrollments` (a list
    of keys). Whatever it says, only enrollments at the person's own institutions are meant.
    """
    found = Enrollment.objects.staffed_by(by).filter(learner__erased_at=None, account__is_active=True)
    fields = {
        "intake": "intake",
        "institution": "intake__program__institution",
        "term": "intake__term",
        "district": "intake__district",
        "channel": "channel",
        "states": "state__in",
        "enrollments": "pk__in",
    }
    return found.filter(**{fields[name]: value for name, value in wanted.items() if value}).order_by("pk")


@dataclass(frozen=True)
class Estimate:
    """What a broadcast takes: people, those of them who read it in the inbox only, SMS parts, cost in fen."""

    people: int
    inbox_only: int
    emails: int
    sms: int
    sms_parts: int
    cost: str
    is_exact: bool


def estimate(broadcast):
    """Count people and SMS parts; of a large audience by measuring the first `COUNTED` enrollments."""
    everyone = audience(broadcast.by, broadcast.audience)
    measured = list(everyone.select_related(*_READ)[:COUNTED])
    refused = choices.refusing([enrollment.account_id for enrollment in measured], Topic.NEWS)
    ways, parts, seen = {"sms": 0, "email": 0, "": 0}, 0, set()
    for enrollment in measured:
        if _who(broadcast, enrollment) in seen:
            continue
        seen.add(_who(broadcast, enrollment))
        way = "" if enrollment.account_id in refused else channel_of(enrollment.account) or ""
        ways[way] += 1
        parts += _parts(broadcast, enrollment) if way == Delivery.Channel.SMS else 0
    people = everyone.count() if broadcast.is_personal else everyone.values("account").distinct().order_by().count()
    scale = people / len(seen) if seen else 0
    counts = [round(count * scale) for count in (ways[""], ways["email"], ways["sms"], parts)]
    cost = preview.yuan(preview.price() * counts[3])
    return Estimate(people, *counts, cost, is_exact=people == len(seen))


def _who(broadcast, enrollment):
    return enrollment.pk if broadcast.is_personal else enrollment.account_id


def _parts(broadcast, enrollment):
    written = _message(broadcast, enrollment)
    link = preview.address(written.url)
    stop = choices.link(enrollment.account_id, Topic.NEWS)
    with translation.override(enrollment.account.language):
        return sms_length.measure(sms_text(written.body, link=link, stop=stop)).parts


def _message(broadcast, enrollment):
    account = enrollment.account
    with translation.override(account.language):
        title, body = broadcast.text_for(account.language).fill(context_of(enrollment, with_place=True))
    about = "enrollment" if broadcast.is_personal else "account"
    return message(
        account,
        KIND,
        title,
        body,
        key=f"broadcast:{broadcast.pk}:{about}:{_who(broadcast, enrollment)}",
        url=reverse("enrollment_detail", args=[enrollment.reference]),
        institution_id=enrollment.intake.program.institution_id,
    )


def start(broadcast):
    """Keep a composed broadcast and have it sent. The same form sent again returns the first one."""
    counted = estimate(broadcast)
    everyone = audience(broadcast.by, broadcast.audience)
    broadcast.people, broadcast.sms_parts = counted.people, counted.sms_parts
    broadcast.total = everyone.count()
    broadcast.newest = everyone.aggregate(newest=Max("pk"))["newest"] or 0
    values = {
        field.name: getattr(broadcast, field.name)
        for field in Broadcast._meta.concrete_fields
        if field.name not in ("id", "form_key")
    }
    kept, is_new = Broadcast.objects.get_or_create(form_key=broadcast.form_key, defaults=values)
    if is_new:
        send.enqueue(kept.pk)
    return kept


@task()
def send(broadcast_id):
    """Write the messages of a broadcast, batch by batch, until done or stopped."""
    while _send_batch(broadcast_id):
        pass


@transaction.atomic
def _send_batch(broadcast_id):
    """Write one batch; returns whether there may be more. Two workers take turns: each locks the broadcast's row."""
    sending = Broadcast.objects.filter(pk=broadcast_id, state=Broadcast.State.SENDING)
    broadcast = sending.select_for_update(of=["self"]).first()
    if broadcast is None:
        return False
    if broadcast.by is None:
        sending.update(state=Broadcast.State.STOPPED)
        return False
    everyone = audience(broadcast.by, broadcast.audience).filter(pk__gt=broadcast.cursor, pk__lte=broadcast.newest)
    batch = list(everyone.select_related(*_READ)[:BATCH])
    now = timezone.now()
    if not batch:
        sending.update(state=Broadcast.State.DONE, finished_at=now, touched_at=now)
        return False
    write([_message(broadcast, enrollment) for enrollment in batch])
    sending.update(cursor=batch[-1].pk, done=F("done") + len(batch), touched_at=now)
    return True


def stop(broadcast):
    """Write no more of it. What is written is delivered. Returns whether it was being sent."""
    sending = Broadcast.objects.filter(pk=broadcast.pk, state=Broadcast.State.SENDING)
    return bool(sending.update(state=Broadcast.State.STOPPED, touched_at=timezone.now()))


def go_on(broadcast):
    """Go on with a stopped one, after the last who was told. Returns whether it was stopped."""
    stopped = Broadcast.objects.filter(pk=broadcast.pk, state=Broadcast.State.STOPPED)
    if not stopped.update(state=Broadcast.State.SENDING, touched_at=timezone.now()):
        return False
    send.enqueue(broadcast.pk)
    return True


def resume_left_behind(now=None):
    """Have broadcasts sent on whose worker died; returns how many. Running twice does the same as once."""
    now = now or timezone.now()
    resumed = 0
    for broadcast in Broadcast.objects.filter(state=Broadcast.State.SENDING, touched_at__lt=now - LEFT_BEHIND):
        mine = Broadcast.objects.filter(pk=broadcast.pk, touched_at=broadcast.touched_at)
        if mine.update(touched_at=now):
            send.enqueue(broadcast.pk)
            resumed += 1
    return resumed


def arrived(broadcast):
    """How many of its messages were written, and their deliveries by state."""
    written = Message.objects.filter(key__startswith=f"broadcast:{broadcast.pk}:")
    by_state = Delivery.objects.filter(message__in=written).values_list("state").annotate(n=Count("pk")).order_by()
    counts = dict(by_state)
    not_yet = written.filter(dispatched_at=None).count()
    counts[Delivery.State.PENDING] = counts.get(Delivery.State.PENDING, 0) + not_yet
    return written.count(), [(state.label, counts.get(state, 0)) for state in Delivery.State]
