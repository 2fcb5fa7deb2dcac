"""Learners: what is still to be asked of one, who is the same person, and how one is kept."""

from django.db import transaction
from django.utils import timezone

from accounts import facts
from accounts.models import Account, Learner

ADULT_MONTHS = 18 * 12
# Everything that a class may ask for.
NEEDS = frozenset({"birth_date", "sex", "phone", "district", "identity"})


def is_minor(birth_date):
    """Whether somebody born on that day is under 18 today; False when the day is not known."""
    months = Learner(birth_date=birth_date).age_in_months(timezone.localdate())
    return months is not None and months < ADULT_MONTHS


def missing(learner, needs):
    """Which of the `needs` this learner has not told yet. Under 18 a guardian counts as a need too: "guardian"."""
    told = known(learner, needs)
    lacking = set(needs) - told
    if is_minor(learner.birth_date) and "guardian" not in told:
        lacking.add("guardian")
    if learner.relation == Learner.Relation.CHILD and "birth_date" not in told:
        lacking.add("birth_date")
    return lacking


def known(learner, needs=()):
    """Which needs this learner has told already; of registered facts only those among `needs` are looked at."""
    told = {
        "birth_date": learner.birth_date,
        "sex": learner.sex,
        "phone": learner.phone,
        "district": learner.district_id or learner.lives_elsewhere,
        "identity": learner.document_number,
        "guardian": learner.guardian_name and learner.guardian_phone,
    }
    told |= {fact.name: fact.is_known(learner) for fact in facts.among(needs)}
    return {need for need, value in told.items() if value}


def same_person(learner):
    """Another learner of the same account who is the same person: same document, or same name and birth date.

    A new learner without a birth date counts as the one of that name who is there already.
    """
    others = Learner.objects.of(learner.account).exclude(pk=learner.pk)
    if learner.document_number:
        twin = others.filter(person=learner.person).first()
        if twin:
            return twin
    namesakes = others.filter(name=learner.name)
    if learner.pk or learner.birth_date:
        namesakes = namesakes.filter(birth_date=learner.birth_date)
    if learner.document_number:
        # Two different documents are two people, whatever their names.
        namesakes = namesakes.filter(document_type="")
    return namesakes.first()


@transaction.atomic
def keep(form):
    """Check a `LearnerForm` and save it, one at a time for an account: a double tap makes one learner.

    Returns the learner, or None when the form has errors.
    """
    Account.objects.select_for_update().get(pk=form.account.pk)
    return form.save() if form.is_valid() else None
