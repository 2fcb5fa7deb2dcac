"""Tripartite agreements: made from the order as approved, replaced, withdrawn, ended. Signing: signing.py.

Each function is one transaction; nothing else writes a state. Amounts that the terms name are never collected here.
The law (rules on placements of vocational students, 2021): nobody under 16, a guardian consents under 18, no placement
before all have signed.
"""

from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Learner
from courses.models import Enrollment
from courses.states import State
from partners import agreement_messages as messages
from partners import agreement_texts as texts
from partners import flags
from partners.answers import Answers
from partners.models import (
    Agreement,
    AgreementDocument,
    AgreementEvent,
    AgreementFlag,
    OrderProgramPage,
    PartnerSettings,
    Party,
)
from partners.models.enterprises import WRITERS
from partners.moves import PartnerError
from partners.states import AGREEMENT_MOVES, STANDING, AgreementState, OrderState, may_move

Act = AgreementEvent.Act
OF_AGE = 18
_MAKING = (OrderState.MATCHED, OrderState.RECRUITING, OrderState.TRAINING)
_ENDS = (State.WITHDRAWN, State.CANCELLED, State.DECLINED, State.EXPIRED, State.NOT_ADMITTED)
# What stands first, in plain words, where an agreement is read: the key that is kept, and its label.
SUMMARY = {
    "enterprise": gettext_lazy("Enterprise"),
    "post": gettext_lazy("Post"),
    "place": gettext_lazy("Where"),
    "starts": gettext_lazy("Training begins"),
    "ends": gettext_lazy("Training ends"),
    "pay_training": gettext_lazy("Pay during the training"),
    "pay_after": gettext_lazy("Pay afterwards"),
    "service": gettext_lazy("How long you stay"),
    "breach": gettext_lazy("If you leave earlier"),
    "confidentiality": gettext_lazy("What you keep secret"),
}


class AgreementError(PartnerError):
    """Something that cannot be done with an agreement (any more)."""


@contextmanager
def changing(agreement):
    """A transaction in which one agreement is locked; yields it as it is now, with all that acts read."""
    with transaction.atomic():
        list(Agreement.objects.select_for_update().filter(pk=agreement.pk).values_list("pk"))
        yield Agreement.objects.with_all().get(pk=agreement.pk)


def record(agreement, act, *, by, **told):
    """Add a row of history."""
    return AgreementEvent.objects.create(agreement=agreement, act=act, by=by, **told)


def move(agreement, target, *, act, by, fields=None, **told):
    """Move a locked agreement along its table, with its row of history, which is returned."""
    if not may_move(AGREEMENT_MOVES, agreement.state, target):
        words = {"state": agreement.get_state_display()}
        raise AgreementError(_("This is not possible now: the agreement is %(state)s.") % words)
    agreement.state = target
    for name, value in (fields or {}).items():
        setattr(agreement, name, value)
    agreement.save(update_fields=["state", *(fields or {})])
    return record(agreement, act, by=by, **told)


# --- Making ---------------------------------------------------------------------------------------------


def make(enrollment, *, by):
    """Make the agreement of a learner who has a seat, or is offered one. Returns it; what stands is not made again.

    `by` works for the school, or is None: the site itself. Raises AgreementError that names the learner.
    """
    with _locked(enrollment.pk) as row:
        if by is not None and not Enrollment.objects.staffed_by(by).filter(pk=row.pk).exists():
            raise AgreementError(_("Only the school of this program makes agreements."))
        found = Agreement.objects.standing().filter(enrollment=row).first()
        if found:
            return found
        page = OrderProgramPage.objects.select_related("order__enterprise", "institution").filter(
            pk=row.intake.program_id
        )
        page = page.first()
        _require_seat(page, row)
        made = _made(page, row)
        record(made, Act.MADE, by=by)
        messages.ask_all(made)
    return made


@contextmanager
def _locked(enrollment_id):
    """A transaction in which an enrollment is locked: always before its agreement, as when a learner leaves."""
    with transaction.atomic():
        yield Enrollment.objects.select_for_update(of=("self",)).get(pk=enrollment_id)


def _require_seat(page, row):
    name = {"name": row.learner.name}
    if page is None or page.order.state not in _MAKING:
        raise AgreementError(_("Agreements are made while an order recruits or trains."))
    require_not_suspended(page.order.enterprise)
    if row.state not in (State.OFFERED, State.ENROLLED):
        raise AgreementError(_("%(name)s has no seat in this program.") % name)


def require_not_suspended(enterprise):
    """Nothing comes into force with an enterprise that staff have stopped."""
    if enterprise.is_suspended:
        raise AgreementError(
            _("%(enterprise)s is suspended: no agreement is made or signed now.") % {"enterprise": enterprise}
        )


def _made(page, row):
    with translation.override("zh-hans"):
        answers = Answers.of(page.order)
        values = _values(page, row, answers)
    guardian = _guardian_of(row.learner)
    values["guardian"] = guardian.get("guardian_name", "")
    template = texts.kept()
    document = AgreementDocument(
        template=template,
        title=template.title,
        body=texts.fill(template.body, values),
        summary=[[key, str(values[key])] for key in SUMMARY if values[key]],
    )
    document.sha256 = document.hashed()
    document.save()
    return Agreement.objects.create(
        enrollment=row,
        order=page.order,
        document=document,
        pay_training=page.order.pay_training,
        breach=values["breach"],
        **guardian,
    )


def _values(page, row, answers):
    """What the template may name, in Chinese: the language in which agreements are made."""
    order, intake = page.order, row.intake
    names = ("place", "hours", "board", "insurance", "scholarship", "breach", "confidentiality")
    monthly = {name: answers.valid.get(name) for name in ("pay_training", "pay_after")}
    months = answers.valid.get("service_months")
    return {name: answers.words(name) for name in names} | {
        "learner": row.learner.name,
        "enterprise": order.enterprise.name,
        "uscc": order.enterprise.uscc,
        "institution": page.institution.name,
        "order": order.reference,
        "post": order.title,
        "occupation": str(order.occupation),
        "starts": _day(intake.starts_at, order.starts_on),
        "ends": _day(intake.ends_at, order.ends_on),
        "pay_training": f"每月{monthly['pay_training']}元" if order.pay_training else "",
        "pay_after": f"每月{monthly['pay_after']}元" if monthly["pay_after"] else "",
        "service": f"{months}个月" if months else "",
        "day": date_format(timezone.localdate()),
    }


def _day(moment, otherwise):
    return date_format(timezone.localdate(moment) if moment else otherwise)


def _guardian_of(learner):
    """The columns that say who signs beside a learner under 18; refuses whoever is too young, or has no guardian."""
    name, months = {"name": learner.name}, learner.age_in_months(timezone.localdate())
    if months is None:
        raise AgreementError(_("%(name)s: the birth date is missing. Enter it first.") % name)
    youngest = (PartnerSettings.objects.first() or PartnerSettings()).min_age
    if months < youngest * 12:
        text = _("%(name)s is under %(n)d: nobody so young may be placed at work.")
        raise AgreementError(text % (name | {"n": youngest}))
    if months >= OF_AGE * 12:
        return {}
    holder = learner.account
    if learner.relation == Learner.Relation.CHILD:
        who, phone = learner.guardian_name or holder.name, holder.phone or learner.guardian_phone
    else:
        who, phone = learner.guardian_name, learner.guardian_phone
        if phone and phone in (holder.phone, learner.phone):
            text = _("%(name)s is under 18: the guardian needs a phone number of their own to sign.")
            raise AgreementError(text % name)
    if not who or not phone:
        text = _("%(name)s is under 18: enter name and phone of a guardian in the learner's details first.")
        raise AgreementError(text % name)
    return {"needs_guardian": True, "guardian_name": who, "guardian_phone": phone}


def make_all(order, *, by):
    """Make those that are missing, each for itself. Returns (how many were made, why the others could not be)."""
    made, problems = 0, []
    for row in lacking(order).order_by("pk"):
        try:
            make(row, by=by)
        except AgreementError as refused:
            problems += refused.messages
        except IntegrityError:
            continue  # A colleague made it at the same moment.
        else:
            made += 1
    return made, problems


def learners_of(order):
    """The enrollments that hold a seat in the order's program."""
    rows = Enrollment.objects.filter(intake__program__orderprogrampage__order=order)
    return rows.filter(state__in=(State.OFFERED, State.ENROLLED, State.COMPLETED)).select_related("learner", "account")


def lacking(order):
    """Those who have a seat and no agreement that stands."""
    rows = learners_of(order).filter(state__in=(State.OFFERED, State.ENROLLED))
    return rows.exclude(agreements__in=Agreement.objects.standing())


# --- Before training ------------------------------------------------------------------------------------


def what_is_missing(order):
    """What stands between the order and its training, one sentence for each learner; empty when all is signed."""
    rows = list(learners_of(order).order_by("learner__name", "pk"))
    if order.enterprise.is_suspended:
        yield _("%(enterprise)s is suspended: no training begins there now.") % {"enterprise": order.enterprise}
    if not any(row.state != State.OFFERED for row in rows):
        yield _("Nobody has confirmed a seat yet.")
    standing = {one.enrollment_id: one for one in Agreement.objects.standing().filter(order=order).with_all()}
    for row in rows:
        name, agreement = {"name": row.learner.name}, standing.get(row.pk)
        if row.state == State.OFFERED:
            yield _("%(name)s has not confirmed the seat.") % name
        elif agreement is None:
            yield _("%(name)s: there is no agreement.") % name
        elif not agreement.is_in_force:
            missing = "、".join(str(Party(party).label) for party in agreement.missing)
            yield _("%(name)s: not signed by %(parties)s.") % (name | {"parties": missing})


# --- What becomes of it ---------------------------------------------------------------------------------


def void(agreement, *, reason, by):
    """Replace an agreement that not all have signed: the text, or what stands in it, has changed. Returns it."""
    with _locked(agreement.enrollment_id), changing(agreement) as fresh:
        _require_school(fresh, by)
        event = move(fresh, AgreementState.VOID, act=Act.VOIDED, by=by, note=_required(reason))
        messages.tell_all(fresh, "agreement_replaced", occasion=event.pk, comment=event.note)
        return make(fresh.enrollment, by=by)


def withdraw(agreement, *, party, reason, by):
    """One party does not sign, before all have: nothing comes into force, and all are told."""
    with changing(agreement) as fresh:
        require_party(fresh, party, by)
        event = move(fresh, AgreementState.WITHDRAWN, act=Act.WITHDRAWN, by=by, party=party, note=_required(reason))
        messages.tell_all(fresh, "agreement_withdrawn", occasion=event.pk, comment=event.note)
    return fresh


def terminate(agreement, *, party, reason, day, by, act_for=None):
    """End an agreement in force before its time. `party` ends it; `act_for` is the party as which `by` records it."""
    return _end(agreement, AgreementState.TERMINATED, Act.TERMINATED, party, reason, day, by, act_for or party)


def record_breach(agreement, *, party, reason, day, by, act_for):
    """Record that `party` broke the agreement: it ends, what follows is quoted from its terms, and staff look at it."""
    fresh = _end(agreement, AgreementState.BREACHED, Act.BREACHED, party, reason, day, by, act_for)
    flags.put(fresh, AgreementFlag.Kind.BREACH, subject=f"{day:%Y-%m-%d}", text=reason)
    return fresh


def _end(agreement, target, act, party, reason, day, by, act_for):
    with changing(agreement) as fresh:
        require_party(fresh, act_for, by)
        if not fresh.is_in_force:
            raise AgreementError(_("Only an agreement in force can be ended."))
        if day > timezone.localdate() or day < timezone.localdate(fresh.in_force_at):
            raise AgreementError(_("The day lies between the day of the last signature and today."))
        told = {"party": party, "note": _required(reason), "day": day}
        quoted = fresh.breach if act == Act.BREACHED else ""
        event = move(fresh, target, act=act, by=by, fields={"ended_on": day}, quoted=quoted, **told)
        messages.tell_all(fresh, "agreement_ended", occasion=event.pk, comment=event.note)
    return fresh


def follow(sender, *, enrollment, source, by, **_signal):
    """Whoever leaves the class leaves its agreement (receiver of courses.signals.enrollment_moved)."""
    if enrollment.state not in _ENDS or enrollment.intake.admission_rule != "review":
        return
    for standing in Agreement.objects.standing().filter(enrollment=enrollment.pk):
        with changing(standing) as agreement:
            # Whoever signed or ended it a moment ago was first.
            if agreement.state in STANDING:
                _leave(agreement, by)


def _leave(agreement, by):
    note, today = _("The learner has left the class."), timezone.localdate()
    if agreement.is_open:
        event = move(agreement, AgreementState.WITHDRAWN, act=Act.WITHDRAWN, by=by, note=note)
        messages.tell_all(agreement, "agreement_withdrawn", occasion=event.pk, comment=note)
    else:
        target, act = AgreementState.TERMINATED, Act.TERMINATED
        event = move(agreement, target, act=act, by=by, fields={"ended_on": today}, note=note, day=today)
        messages.tell_all(agreement, "agreement_ended", occasion=event.pk, comment=note)


def _required(reason):
    if not reason.strip():
        raise AgreementError(_("Say why in one sentence."))
    return reason.strip()[:500]


# --- Who acts as which party ----------------------------------------------------------------------------


def is_party(agreement, party, account):
    """Whether the account acts as this party, asked anew at each act."""
    if party == Party.INSTITUTION:
        mine = Agreement.objects.staffed_by(account).filter(pk=agreement.pk)
        return account.has_perm("partners.change_agreement") and mine.exists()
    if party == Party.ENTERPRISE:
        return agreement.order.enterprise.members.filter(account=account, role__in=WRITERS).exists()
    holds = agreement.enrollment.account_id == account.pk
    if party == Party.GUARDIAN:
        of_child = holds and agreement.enrollment.learner.relation == Learner.Relation.CHILD
        by_phone = account.phone_verified and account.phone == agreement.guardian_phone
        return agreement.needs_guardian and (of_child or by_phone)
    return holds


def require_party(agreement, party, account):
    """Raise AgreementError unless the account acts as this party."""
    if not is_party(agreement, party, account):
        words = {"party": Party(party).label}
        raise AgreementError(_("You cannot act as the %(party)s in this agreement.") % words)


def _require_school(agreement, account):
    may = account.has_perm("partners.add_agreement")
    if not may or not Agreement.objects.staffed_by(account).filter(pk=agreement.pk).exists():
        raise AgreementError(_("Only the school of this program makes agreements."))
