"""Once the list of a round is closed, nothing in an application moves any more."""

import pytest
from django.utils import timezone

from courses.applying import applications, verifying
from courses.draws import freezing
from tests import factories
from tests.courses import applying
from tests.courses.test_applications import close

pytestmark = pytest.mark.django_db


def test_once_the_list_is_closed_nothing_is_returned_or_taken_over():
    round = applying.pathway_round()
    clerk, made, returned = factories.account(is_staff=True), applying.verified(round), applying.verified(round)
    verifying.give_back(returned, number=1, by=clerk, remarks={"household": "请核对"})
    type(returned).objects.filter(pk=returned.pk).update(correct_until=timezone.now())
    close(round)
    freezing.freeze(round, by=None)

    with pytest.raises(applications.ApplicationError):
        verifying.give_back(made, number=1, by=clerk, remarks={"household": "请核对"})
    with pytest.raises(applications.ApplicationError):
        verifying.take_over(returned, by=clerk)
    made.refresh_from_db()
    assert made.state == "verified"
