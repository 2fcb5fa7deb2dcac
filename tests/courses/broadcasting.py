"""What the stories of messages to many begin with: staff, classes, a composed message."""

from django.contrib.auth.models import Group

from courses import broadcasts
from courses.models import Broadcast
from institutions.models import Staff
from notifications.models import Message
from tests import factories


def staff(group, *institutions, client=None):
    account = factories.account(is_staff=True)
    account.groups.add(Group.objects.get(name=group))
    for institution in institutions:
        Staff.objects.create(account=account, institution=institution)
    if client:
        client.force_login(account)
        session = client.session
        session["second_factor_not_now"] = True
        session.save()
    return account


def class_of(institution, people=3, **fields):
    """A class of this institution with people in it; returns the intake."""
    intake = factories.intake(program=factories.program(institution=institution), seats=50, **fields)
    for _ in range(people):
        factories.enroll(intake)
    return intake


def composed(by, *, title="通知", body="您好，{name}：请带杯子。", form_key="1", **wanted):
    return Broadcast(by=by, title=title, body=body, form_key=form_key, audience=wanted)


def said():
    return list(Message.objects.filter(kind=broadcasts.KIND).order_by("pk"))
