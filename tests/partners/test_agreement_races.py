"""Two who sign at the same moment, in transactions of their own: each party once, in force when all have."""

from functools import partial

import pytest

from partners import signing
from partners.models import Agreement, AgreementEvent, Party, Signature, SignCode
from partners.signing import CodeError
from tests.partners import agreeing

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
