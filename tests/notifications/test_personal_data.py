"""Messages belong to what we keep of a person: given away with it, and erased with it."""

import pytest

from accounts import personal_data
from courses import enrollment as process
from notifications.models import Message
from tests.factories import intake, learner

pytestmark = pytest.mark.django_db


@pytest.fixture
def mother():
    """A learner who was enrolled and withdrew: two messages."""
    who = learner(name="赵桂兰")
    process.withdraw(process.submit(intake=intake(), learner=who, by=who.account), by=who.account)
    return who


def test_the_export_holds_the_messages_and_the_enrollments(mother):
    export = personal_data.export(mother.account)

    assert len(export["messages"]) == 2
    assert "赵桂兰" in export["messages"][0]["body"]
    assert [record["learner"] for record in export["enrollments"]] == ["赵桂兰"]


def test_erasing_a_learner_erases_the_messages_that_name_them(mother):
    other = learner(of=mother.account, name="李建国")
    process.submit(intake=intake(), learner=other, by=mother.account)

    personal_data.erase_learner(mother)

    assert ["李建国" in message.body for message in Message.objects.all()] == [True]


def test_a_live_enrollment_stands_in_the_way(mother):
    process.submit(intake=intake(), learner=mother, by=mother.account)

    assert "赵桂兰" in personal_data.obstacles(mother.account, learner=mother)[0]
