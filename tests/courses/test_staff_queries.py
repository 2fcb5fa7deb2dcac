"""Lists of the staff ask the database the same few questions for three people and for sixty; exports stream."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.admin import enrollments
from courses.models import Enrollment, Intake, SeatPool
from courses.states import State
from tests import factories

pytestmark = pytest.mark.django_db


def copies(enrollment, count):
    """So many more people like this one, each of an account and learner of their own."""
    people = [factories.learner() for _ in range(count)]
    rows = [
        Enrollment(
            intake=enrollment.intake, pool=enrollment.pool, learner=one, account=one.account, person=one.person,
            state="enrolled", terms=enrollment.terms, reference=f"XLQ-{number}",
        )
        for number, one in enumerate(people)
    ]  # fmt: skip
    Enrollment.objects.bulk_create(rows)
    SeatPool.objects.update(capacity=200, seats_taken=count + 1)


def queries(client, path):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = client.get(path)
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code == 200
    return len(asked), text


@pytest.mark.parametrize(
    ("path", "most"),
    [("enrollment:roster", 16), ("enrollment:roster_print", 14), ("enrollment:index", 22), ("intake:index", 22)],
)
def test_the_number_of_questions_does_not_grow(officer, intake, path, most):
    first = factories.enroll(intake)
    address = reverse(path, args=[intake.pk] if "roster" in path else [])
    few, _text = queries(officer, address)
    copies(first, 60)
    many, text = queries(officer, address)
    assert many <= few <= most
    assert Intake.objects.get().program.title in text.decode()


def test_an_export_reads_in_portions_and_says_everything(officer, intake):
    copies(factories.enroll(intake), 20)
    count, text = queries(officer, f"{reverse('enrollment:index')}?export=csv")
    lines = text.decode("utf-8-sig").strip().splitlines()
    assert len(lines) == 22
    words = str(State.ENROLLED.label)
    assert all(intake.code in line and words in line for line in lines[1:])
    assert count <= 20


def test_few_people_of_that_name_are_named_and_many_are_not(officer, intake, monkeypatch):
    first = factories.enroll(intake, factories.learner(name="欧阳春"))
    factories.enroll(intake, factories.learner(name="欧阳夏"))
    listing = reverse("enrollment:index")
    for most in (1, 1000):
        monkeypatch.setattr(enrollments, "FEW_LEARNERS", most)
        found = officer.get(listing, {"q": "欧阳"}).context["object_list"]
        assert len(found) == 2
    assert [row.pk for row in officer.get(listing, {"q": first.reference}).context["object_list"]] == [first.pk]
    assert len(officer.get(listing, {"q": first.reference[:6]}).context["object_list"]) == 2
