"""Who works in the admin in these stories: staff of two counties, past the second factor."""

from django.contrib.auth.models import Group
from django.test import Client

from institutions import roles
from institutions.models import Staff
from tests import factories


def staff(group, institution):
    """An account that works for an institution, in a group."""
    account = factories.account(is_staff=True, name="孙老师")
    account.groups.add(Group.objects.get(name=group))
    Staff.objects.create(account=account, institution=institution)
    return account


def signed_in(account):
    """A client of that account, past the second factor."""
    client = Client()
    client.force_login(account)
    session = client.session
    session["second_factor_not_now"] = True
    session.save()
    return client


def two_counties(settings):
    """Tahe with a class, and Huma: (intake of Tahe, officer of Tahe, manager of Huma)."""
    settings.SECOND_FACTOR_REQUIRED = False
    factories.website()
    roles.make_groups()
    tahe = factories.institution(name="塔河县社区教育学院")
    huma = factories.institution(name="呼玛县社区教育学院", district=factories.district("232721", "呼玛县"))
    intake = factories.intake(program=factories.program(institution=tahe, title="烘焙入门"), seats=3)
    return intake, staff(roles.OFFICER, tahe), staff(roles.MANAGER, huma)
