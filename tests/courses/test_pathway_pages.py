"""What is published of a pathway: chosen majors, an honest history, no promise anywhere, seats within the approval."""

import pytest
from django.db import IntegrityError, transaction

from courses.models import PathwayYear
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "row",
    [
        {"plan": 40, "admitted": 41},
        {"plan": 40, "admitted": 40, "lowest_score": 400, "median_score": 399},
    ],
)
def test_a_year_that_cannot_be_true_is_refused_by_the_database(row):
    page = factories.pathway()
    PathwayYear.objects.create(pathway=page, year=2024, plan=40, applied=80, admitted=40, lowest_score=400)
    with pytest.raises(IntegrityError), transaction.atomic():
        PathwayYear.objects.create(pathway=page, year=2025, applied=90, **row)
