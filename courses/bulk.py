"""Acts of staff on many: on a few at once, on more than `MANY` by a worker, one after the other, with progress.

Each act is its own transaction, as on a single one. A worker that dies leaves the act it was at done or not; who takes
over finds the state changed and the history in the name of who began the work, and does it not again.
"""

from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django_tasks import task

from courses import background, copying, reviewing
from courses import enrollment as process
from courses.models import BulkWork, Enrollment, Intake, Term
from courses.moving import move
from courses.progression import accepting

MANY = 50  # an act takes 10 to 40 ms with its message, and a request should answer within two seconds
State = BulkWork.State

# What staff do with one enrollment; `data` is what the form said.
ACTS = {
    "confirm": lambda enrollment, by, data: accepting.confirm_at_desk(enrollment, by=by, data=data),
    "move": lambda enrollment, by, data: move(enrollment, to=data["to"], by=by, note=data["note"]),
    "waive": lambda enrollment, by, data: accepting.waive_at_desk(enrollment, by=by, data=data),
    "complete": lambda enrollment, by, data: process.complete(enrollment, by=by),
    "cancel": lambda enrollment, by, data: process.cancel(enrollment, by=by, reason=data["reason"], note=data["note"]),
}
ACTS |= {
    "shortlist": lambda enrollment, by, data: reviewing.shortlist(enrollment, by=by),
    "invite": lambda enrollment, by, data: reviewing.invite(
        enrollment, by=by, at=parse_datetime(data["at"]), place=data["place"]
    ),
    "admit": lambda enrollment, by, data: reviewing.admit(enrollment, by=by, note=data["note"]),
    "wait": lambda enrollment, by, data: reviewing.wait(enrollment, by=by, note=data["note"]),
    "refuse": lambda enrollment, by, data: reviewing.refuse(
        enrollment, by=by, reason=data["reason"], note=data["note"]
    ),
}
COPY = "copy"


def start(*, kind, title, keys, data, by, back, form_key):
    """Keep the work and have it done. The same form sent again returns the first one.

    `kind` is one of ACTS (with `states`, the states in which it makes sense, in `data`) or COPY; `data` is JSON, and
    names an intake or a term by its key.
    """
    values = {
        "kind": kind,
        "title": str(title),
        "keys": list(keys),
        "data": data,
        "by": by,
        "back": back,
        "total": len(keys),
        "language": translation.get_language(),
    }
    work, is_new = BulkWork.objects.get_or_create(form_key=form_key, defaults=values)
    if is_new:
        run.enqueue(work.pk)
    return work


@task()
def run(pk):
    """Do what is left of it, until it is done or stopped."""
    while _one(pk):
        pass


background.register(BulkWork, run)


def _one(pk):
    """Do the next one; returns whether there may be more."""
    work = BulkWork.objects.select_related("by").filter(pk=pk, state=State.WORKING).first()
    if work is None:
        return False
    if work.done >= len(work.keys):
        now = timezone.now()
        BulkWork.objects.filter(pk=pk, state=State.WORKING).update(state=State.DONE, finished_at=now, touched_at=now)
        return False
    with translation.override(work.language):
        _copy(work) if work.kind == COPY else _act(work)
    return True


def _act(work):
    """The act on one enrollment, then how far we are: dying between the two is found out, see the module."""
    refusal = _refusal(work, work.keys[work.done])
    _step(work, refusal)


def _refusal(work, key):
    """Do it; "" when it is done, else the sentence for who began it."""
    mine = Enrollment.objects.none()
    if _may(work.by, "courses.change_enrollment"):
        mine = Enrollment.objects.staffed_by(work.by)
    enrollment = mine.select_related("learner", "intake__program").filter(pk=key).first()
    if enrollment is None:
        return _("One enrollment is no longer yours to change.")
    name = enrollment.learner.name
    if enrollment.state not in work.data["states"]:
        already = enrollment.history.filter(by=work.by, at__gte=work.created_at).exists()
        return "" if already else name + "：" + _("changed meanwhile, left as it is.")
    data = dict(work.data)
    if "to" in data:
        data["to"] = Intake.objects.staffed_by(work.by).filter(pk=data["to"]).first()
        if data["to"] is None:
            return name + "：" + _("the other class is no longer there.")
    try:
        ACTS[work.kind](enrollment, work.by, data)
    except process.EnrollmentError as error:
        return f"{name}：{' '.join(error.messages)}"
    return ""


def _may(account, permission):
    return account is not None and account.is_active and account.has_perm(permission)


def _copy(work):
    """The copy of one class and how far we are, in one transaction: no class is copied twice."""
    with transaction.atomic():
        locked = BulkWork.objects.select_for_update(of=["self"]).filter(pk=work.pk, done=work.done)
        if not locked.order_by().exists():
            return
        term = Term.objects.filter(pk=work.data["term"]).first()
        mine = Intake.objects.staffed_by(work.by) if _may(work.by, "courses.add_intake") else Intake.objects.none()
        intake = mine.select_related("program", "term").filter(pk=work.keys[work.done]).first()
        if intake is None or term is None:
            refusal = _("One class or the term is no longer there.")
        else:
            refusal = _copied(intake, term, work.by)
        _step(work, refusal)


def _copied(intake, term, by):
    try:
        copying.copy(copying.plan([intake], term=term), term=term, by=by)
    except copying.CopyingError as error:
        return f"{intake.title}：{error}"
    return ""


def _step(work, refusal):
    """One further, unless another worker was quicker."""
    here = BulkWork.objects.filter(pk=work.pk, done=work.done)
    refused = [*work.refused, refusal] if refusal else work.refused
    here.update(
        done=F("done") + 1,
        succeeded=F("succeeded") + int(not refusal),
        refused=refused,
        touched_at=timezone.now(),
    )
