"""Two who sign at the same moment, in transactions of their own: each party once, in force when all have."""

from functools import partial

import pytest

from courses import enrollment
from courses.states import State
from partners import agreements, candidates, orders, signing
from partners.agreements import AgreementError
from partners.models import Agreement, AgreementEvent, Candidate, Party, Signature, SignCode
from partners.moves import PartnerError
from partners.signing import CodeError
from tests import factories
from tests.partners import agreeing, making

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_double_tap_signs_once_and_the_last_two_parties_make_it_valid_together(together):
    one = agreeing.agreement()
    by, code = {}, {}
    for party in one.parties:
        by[party] = agreeing.signer(one, party)
        code[party] = agreeing.code_for([one], party, by[party])

    def sign(party):
        return partial(signing.sign, [one], party=party, code=code[party], by=by[party], name="王经理")

    parties = [Party.LEARNER, Party.LEARNER, Party.ENTERPRISE, Party.INSTITUTION]
    ended = together(lambda act: act(), [sign(party) for party in parties])

    assert not [one for one in ended if isinstance(one, Exception)]
    assert Signature.objects.count() == 3
    assert Agreement.objects.get().is_in_force
    assert AgreementEvent.objects.filter(act="in_force").count() == 1


def test_guessing_at_once_has_no_try_more(together):
    one = agreeing.agreement()
    by = one.enrollment.account
    code = agreeing.code_for([one], Party.LEARNER, by)
    wrong = f"{(int(code) + 1) % 10**6:06}"

    ended = together(lambda guess: signing.sign([one], party=Party.LEARNER, code=guess, by=by), [wrong] * 8)

    assert all(isinstance(error, CodeError) for error in ended)
    assert SignCode.objects.get().attempts == signing.MOST_TRIES


def test_replaced_while_its_learner_leaves_none_stands_and_neither_waits_for_the_other(together):
    page = making.order_program()
    rows = [agreeing.agreement(page) for _turn in range(3)]
    acts = []
    for one in rows:
        acts.append(partial(agreements.void, one, reason="日期改了", by=one.manager))
        acts.append(partial(enrollment.cancel, one.enrollment, by=one.manager, reason="other"))

    ended = together(lambda act: act(), acts)

    errors = [one for one in ended if isinstance(one, Exception)]
    assert all(isinstance(error, AgreementError) for error in errors), errors
    assert not Agreement.objects.standing().exists()


def test_an_order_closed_while_its_applicants_are_shared_and_decided_on_lets_all_of_them_go(together):
    page = making.order_program()
    known, new = making.candidate(page), making.applied(page)
    owner, staff = making.owner_of(page.order.enterprise), making.staff_of(page)

    ended = together(
        lambda act: act(),
        [
            partial(candidates.share, page.intake, enrollments=[new], by=staff),
            partial(orders.close, page.order, reason="工厂停产", by=factories.account(), by_staff=True),
            partial(candidates.accept, known, feedback="欢迎。", by=owner),
        ],
    )

    errors = [one for one in ended if isinstance(one, Exception)]
    assert all(isinstance(error, PartnerError) for error in errors), errors
    assert set(page.intake.enrollments.values_list("state", flat=True)) == {State.CANCELLED}
    assert not Candidate.objects.filter(ended_at=None).exists()
