"""Staff look up what was said to whom: their own institutions' people, without their numbers; and try again."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import reverse

from institutions import roles
from institutions.models import Staff
from notifications import delivery
from notifications.admin_log import masked
from notifications.models import Delivery, Message
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.once]
LOG = reverse("message_log:index")


@pytest.fixture
def school():
    factories.website()
    call_command("make_groups", verbosity=0)
    return factories.institution()


def staff(client, group, institution):
    account = factories.account(is_staff=True)
    account.groups.add(Group.objects.get(name=group))
    Staff.objects.create(account=account, institution=institution)
    client.force_login(account)
    session = client.session
    session["second_factor_not_now"] = True
    session.save()
    return account


def told(institution, **fields):
    """Somebody who enrolled at this institution; returns the message about it."""
    who = factories.learner(of=factories.account(**fields))
    enrollment = factories.enroll(factories.intake(program=factories.program(institution=institution)), who)
    return Message.objects.get(url__contains=enrollment.reference)


def listed(client, **query):
    return list(client.get(LOG, query).context["object_list"])


def test_each_institution_sees_its_own(client, school):
    mine, other = told(school), told(factories.institution())
    staff(client, roles.OFFICER, school)
    assert listed(client) == [mine]
    assert client.get(reverse("message_log:inspect", args=[mine.pk])).status_code == 200
    assert client.get(reverse("message_log:inspect", args=[other.pk])).status_code == 404
    assert client.post(reverse("message_log:inspect", args=[other.pk])).status_code == 404


def test_the_bureau_sees_all(client, school):
    both = {told(school), told(factories.institution())}
    staff(client, roles.BUREAU, factories.institution())
    assert set(listed(client)) == both


def test_superusers_see_all(client, school):
    both = {told(school), told(factories.institution())}
    client.force_login(factories.account(is_staff=True, is_superuser=True))
    session = client.session
    session["second_factor_not_now"] = True
    session.save()
    assert set(listed(client)) == both


def test_editors_see_none(client, school):
    message = told(school)
    staff(client, roles.EDITOR, school)
    for address in (LOG, reverse("message_log:inspect", args=[message.pk])):
        assert client.get(address).status_code in (302, 403)


def test_numbers_are_masked_everywhere(client, school):
    message = told(school, phone="13812345678")
    delivery.deliver_due()
    Delivery.objects.update(state="failed", error="13812345678 li.na@example.cn refused")
    staff(client, roles.OFFICER, school)
    for page in (client.get(LOG), client.get(reverse("message_log:inspect", args=[message.pk]))):
        assert "138****5678" in page.text
        assert "13812345678" not in page.text
        assert "li.na" not in page.text


def test_masking():
    assert (
        masked("{'wang.fang@example.cn': (550, b'no 13812345678')}") == "{'w***@example.cn': (550, b'no 138****5678')}"
    )


def test_found_by_phone_and_by_reference(client, school):
    first, _second = told(school, phone="13812345678"), told(school, phone="13912340000")
    staff(client, roles.OFFICER, school)
    reference = first.url.rstrip("/").rpartition("/")[2]
    for words in ("13812345678", "5678", reference, reference.lower()):
        assert listed(client, q=words) == [first], words
    assert listed(client, q="1381234567") == []


def test_filtered_by_kind_channel_state_and_day(client, school):
    sent = told(school)
    delivery.deliver_due()
    mail = told(school, phone=None, phone_verified=False, email="li@example.cn")
    delivery._dispatch(mail.created_at)
    staff(client, roles.OFFICER, school)
    assert listed(client, state="sent") == [sent]
    assert listed(client, channel="email") == [mail]
    assert listed(client, kind="enrollment_enrolled") == [mail, sent]
    assert listed(client, kind="enrollment_withdrawn") == []
    assert listed(client, created_at_from="2001-01-01", created_at_to="2001-01-02") == []


def test_what_failed_is_tried_again_now(client, school, sms):
    message = told(school)
    delivery.deliver_due()
    sms.clear()
    Delivery.objects.update(state="failed", attempts=6)
    staff(client, roles.OFFICER, school)
    client.post(reverse("message_log:inspect", args=[message.pk]))
    assert Delivery.objects.get().state == "pending"
    assert delivery.deliver_due() == len(sms) == 1
    client.post(reverse("message_log:inspect", args=[message.pk]))
    assert delivery.deliver_due() == 0


def test_a_long_log_takes_as_many_queries_as_a_short_one(client, school, django_assert_max_num_queries):
    for _ in range(12):
        told(school)
    delivery.deliver_due()
    staff(client, roles.OFFICER, school)
    client.get(LOG)
    with django_assert_max_num_queries(22):
        assert len(listed(client)) == 12


def test_failed_ones_are_tried_again_together(client, school):
    mine, old, other = told(school), told(school), told(factories.institution())
    delivery.deliver_due()
    Delivery.objects.update(state="failed", attempts=6)
    Message.objects.filter(pk=old.pk).update(created_at=old.created_at - timedelta(days=8))
    staff(client, roles.OFFICER, school)
    retry = reverse("message_log:retry")
    assert client.get(f"{retry}?kind=nothing").context["count"] == 0
    assert client.get(f"{retry}?state=failed").context["count"] == 1
    assert retry in client.get(LOG).content.decode()
    assert client.post(f"{retry}?state=failed").status_code == 302
    states = dict(Delivery.objects.values_list("message", "state"))
    assert states == {mine.pk: "pending", old.pk: "failed", other.pk: "failed"}
    assert delivery.deliver_due() == 1


def test_a_teacher_tries_nothing_again(client, school):
    staff(client, roles.TEACHER, school)
    assert client.post(reverse("message_log:retry")).status_code in (302, 403)
