"""Identity numbers at rest."""

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.core.management import call_command
from django.db import connection

from accounts.models import Learner, mask_number, mask_phone
from tests import factories

pytestmark = pytest.mark.django_db
NUMBER = "11010519491231002X"


def stored(learner):
    """What the database itself holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT document_number, person FROM accounts_learner WHERE id = %s", [learner.pk])
        return cursor.fetchone()


@pytest.fixture
def learner():
    """A learner with a resident number."""
    learner = factories.learner()
    learner.set_document("resident", NUMBER)
    learner.save()
    return learner


def test_database_never_sees_the_number(learner):
    cipher, person = stored(learner)
    assert NUMBER not in cipher
    assert NUMBER not in person
    assert Learner.objects.get(pk=learner.pk).document_number == NUMBER


def test_same_number_is_stored_differently_each_time_but_found(learner):
    other = factories.learner()
    other.set_document("resident", NUMBER.lower())
    other.save()
    assert stored(learner)[0] != stored(other)[0]
    assert stored(learner)[1] == stored(other)[1]


def test_no_number_is_stored_as_nothing():
    assert stored(factories.learner())[0] == ""


def test_numbers_cannot_be_searched(learner):
    assert not Learner.objects.filter(document_number=NUMBER).exists()


def test_a_new_key_reads_and_replaces_what_the_old_one_wrote(learner, settings):
    without = factories.learner()
    old, new = settings.IDENTITY_KEYS[0], Fernet.generate_key().decode()
    before = stored(learner)[0]
    settings.IDENTITY_KEYS = [new, old]
    assert Learner.objects.get(pk=learner.pk).document_number == NUMBER

    call_command("rotate_identity_keys")

    assert stored(learner)[0] != before
    settings.IDENTITY_KEYS = [new]
    assert Learner.objects.get(pk=learner.pk).document_number == NUMBER
    assert stored(without)[0] == ""
    settings.IDENTITY_KEYS = [old]
    with pytest.raises(InvalidToken):
        Learner.objects.get(pk=learner.pk)


def test_rotation_goes_through_all_batches(settings, monkeypatch, capsys):
    from accounts.management.commands import rotate_identity_keys

    monkeypatch.setattr(rotate_identity_keys, "BATCH", 2)
    learners = [factories.learner() for _ in range(5)]
    for learner in learners:
        learner.set_document("passport", f"E{learner.pk:08d}")
        learner.save()
    new = Fernet.generate_key().decode()
    settings.IDENTITY_KEYS = [new, *settings.IDENTITY_KEYS]
    call_command("rotate_identity_keys")
    settings.IDENTITY_KEYS = [new]
    assert [row.document_number for row in Learner.objects.order_by("pk")] == [f"E{row.pk:08d}" for row in learners]
    assert "4 of 5" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("number", "shown"), [(NUMBER, "1101**********002X"), ("E12345678", "*******78"), ("", ""), ("AB", "AB")]
)
def test_screens_show_the_number_masked(number, shown):
    assert mask_number(number) == shown


def test_phones_of_others_are_masked():
    assert mask_phone("13812345678") == "138****5678"
    assert mask_phone(None) == ""
