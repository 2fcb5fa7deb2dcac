"""The desk: a person who walks in is found or entered, and enrolled, in one transaction.

Desk and website take from the same seats under the same rules; `enrollment.submit` decides for both.
"""

from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts import consent
from accounts.encryption import keyed_hash
from accounts.learners import is_minor
from accounts.models import Account, Consent, Learner
from accounts.phones import find_phone
from courses import dues, schools, seats
from courses.conditions import conditions_of
from courses.enrollment import NotEligible, submit
from courses.models import Enrollment, FeeReduction
from courses.states import State
from payments import desk as payments_desk

FOUND_AT_MOST = 20


def own_learners(account):
    """The learners that staff may see: those with an enrollment in one of their own institutions."""
    learners = Learner.objects.filter(erased_at=None).select_related("district", "township")
    if account.is_superuser:
        return learners
    return learners.filter(Exists(Enrollment.objects.staffed_by(account).filter(learner=OuterRef("pk"))))


def matching(learners, query):
    """Those of the learners whose phone or identity number this is, or whose name begins with it."""
    if phone := find_phone(query):
        return learners.filter(Q(phone=phone) | Q(account__phone=phone))
    if people := _people(query):
        return learners.filter(person__in=people)
    return learners.filter(name__startswith=query.strip())


def find(query, *, by):
    """Who may be meant at the desk. A whole phone or identity number finds anyone, a name one's own learners only."""
    anyone = Learner.objects.filter(erased_at=None).select_related("district", "township")
    exact = find_phone(query) or _people(query)
    return list(matching(anyone if exact else own_learners(by), query).order_by("-pk")[:FOUND_AT_MOST])


def _people(query):
    """The keys under which a document of this number is known; none when it does not look like one."""
    number = "".join(query.split()).replace("-", "").upper()
    looks_like_one = number.isascii() and number.isalnum() and any(map(str.isdigit, number)) and len(number) > 5
    return [keyed_hash(f"{kind}:{number}") for kind in Learner.DocumentType.values] if looks_like_one else []


@dataclass(frozen=True)
class WalkIn:
    """What was typed at the desk: a learner who is known, or the phone of an account and the relation to its holder.

    `details` are fields of a learner; only those that were typed. `document` is (type, number) or None.
    """

    learner: Learner | None = None
    phone: str = ""
    relation: str = Learner.Relation.SELF
    details: dict = field(default_factory=dict)
    document: tuple | None = None
    # A JuniorSchool; False for one that is not in the list; None where nothing was said.
    school: object = None


def enroll(walk_in, *, intake, by, form_key, has_proof=False, has_acknowledged=False):
    """Find or enter the learner, record the consents on paper, and enroll; raises what `enrollment.submit` raises.

    `has_proof`: a proof for a lower fee was shown; `has_acknowledged`: what binds was read out and accepted.
    Nothing of it is kept when the class refuses the learner.
    """
    with seats.gate(intake.pk), transaction.atomic():
        learner = _learner(walk_in)
        for purpose in consents_needed(learner):
            consent.give(learner.account, purpose, learner=learner, recorded_by=by)
        return submit(
            intake=intake,
            learner=learner,
            by=by,
            channel=Enrollment.Channel.DESK,
            form_key=form_key,
            proof=_greatest_proof(intake) if has_proof else "",
            acknowledged=[one.mark for one in conditions_of(intake)] if has_acknowledged else (),
        )


def _greatest_proof(intake):
    """What must be shown for the greatest reduction of a class; "" where none asks for a proof."""
    asking = intake.reductions.filter(kind=FeeReduction.Kind.PROOF).order_by("-percent", "pk")
    return asking.values_list("proof", flat=True).first() or ""


def take_fee(enrollment, *, by, method, key):
    """Take the fee of a walk-in who pays at once; without one that is due, nothing happens.

    Raises payments.errors.MoneyError.
    """
    payment = dues.open_payment(enrollment) if enrollment.state == State.OFFERED else None
    if payment:
        payments_desk.take(payment, by=by, method=method, amount=payment.amount, key=key)


def consents_needed(learner):
    """What the paper that the learner signs must cover."""
    needed = [Consent.Purpose.ENROLLMENT]
    if learner.document_number:
        needed.append(Consent.Purpose.IDENTITY)
    if is_minor(learner.birth_date):
        needed.append(Consent.Purpose.MINOR)
    return needed


def fill_in(learner, walk_in):
    """Put what was typed into the learner, without saving."""
    for name, value in walk_in.details.items():
        setattr(learner, name, value)
    if walk_in.document:
        learner.set_document(*walk_in.document)
    if walk_in.school is not None:
        schools.suppose(learner, walk_in.school or None)
    return learner


def _learner(walk_in):
    """The learner as typed, saved; the same person in the same account is not entered twice."""
    if walk_in.learner is None:
        account = _account(walk_in.phone)
        mine = list(Learner.objects.of(account))
        typed = fill_in(Learner(account=account, relation=walk_in.relation), walk_in)
        learner = next((other for other in mine if _same(other, typed)), None)
        if learner is None:
            if any(other.relation == typed.relation == Learner.Relation.SELF for other in mine):
                typed.relation = Learner.Relation.OTHER
            typed.save()
            return _with_school(typed, walk_in)
    else:
        learner = walk_in.learner
    fill_in(learner, walk_in).save()
    return _with_school(learner, walk_in)


def _with_school(learner, walk_in):
    if walk_in.school is not None:
        schools.keep(learner, walk_in.school or None)
    return learner


def _account(phone):
    """The account of this phone, opened if there is none; its holder signs in with a code and finds all there."""
    account = Account.objects.get_or_create(phone=phone, defaults={"password": make_password(None)})[0]
    if not account.is_active:
        raise NotEligible(_("The account of this phone number is closed. Use another number."))
    return Account.objects.select_for_update(no_key=True).get(pk=account.pk)


def _same(kept, typed):
    """Whether the learner who is typed is this one, who is kept."""
    if kept.document_number and typed.document_number:
        return kept.person == typed.person
    born = {kept.birth_date, typed.birth_date} - {None}
    return kept.name == typed.name and len(born) < 2
