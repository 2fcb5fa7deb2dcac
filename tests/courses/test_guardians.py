"""A place in a pathway: the guardian of a minor accepts it, in words that are kept."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.models import Enrollment, HistoryEntry
from courses.progression import accepting
from institutions import roles
from institutions.models import Staff
from tests import factories
from tests.courses.staff_screens import signed_in, staff

pytestmark = pytest.mark.django_db
_CHILD = {"birth_date": timezone.localdate() - timedelta(days=15 * 365), "sex": "F"}


def offered(client, into, **fields):
    """An offer to a learner of the signed-in account, and the address at which it is confirmed."""
    learner = factories.learner(**fields)
    enrollment = factories.enroll(into, learner, text="我想学护理")
    until = timezone.now() + timedelta(days=1)
    pool = into.pools.get()
    Enrollment.objects.filter(pk=enrollment.pk).update(state="offered", offer_expires_at=until, pool=pool)
    type(pool).objects.filter(pk=pool.pk).update(seats_taken=1)
    client.force_login(learner.account)
    return enrollment, reverse("enrollment_confirm", args=[enrollment.reference])


def test_the_guardian_of_a_minor_accepts_in_words_that_are_kept(client):
    into = factories.pathway_intake()
    enrollment, confirm = offered(client, into, **_CHILD, guardian_name="李春梅", guardian_phone="13900001111")
    page = reverse("enrollment_guardian", args=[enrollment.reference])
    assert client.post(confirm).url == page
    shown = client.get(page).content.decode()
    assert f"我是李春梅，{enrollment.learner.name}的监护人" in shown
    assert "checked" not in shown
    unticked = client.post(page, {})
    assert "请勾选声明" in unticked.content.decode()
    enrollment.refresh_from_db()
    assert enrollment.state == "offered"
    for _time in range(2):
        client.post(page, {"agrees": "on"})
    enrollment.refresh_from_db()
    assert enrollment.state == "enrolled"
    kept = HistoryEntry.objects.get(enrollment=enrollment, to_state="enrolled")
    assert (kept.by, "李春梅" in kept.note) == (enrollment.account, True)
    assert enrollment.student.stage == "admitted"
    client.force_login(factories.account())
    assert client.get(page).status_code == 404


def test_a_guardian_who_is_not_known_says_who_they_are(client):
    enrollment, confirm = offered(
        client, factories.pathway_intake(), **_CHILD, guardian_name="父亲", guardian_phone="13900002222"
    )
    enrollment.learner.guardian_name = ""
    enrollment.learner.save()
    page = client.post(confirm).url
    assert "监护人姓名" in client.post(page, {"agrees": "on"}).content.decode()
    client.post(page, {"agrees": "on", "name": "李春梅"})
    assert "李春梅" in HistoryEntry.objects.get(enrollment=enrollment, to_state="enrolled").note


def test_adults_and_other_classes_confirm_as_ever(client):
    adult = {"birth_date": date(1990, 1, 1), "sex": "F"}
    enrollment, confirm = offered(client, factories.pathway_intake(), **adult)
    client.post(confirm)
    other, confirm = offered(
        client,
        factories.intake(admission_rule="review"),
        **_CHILD,
        guardian_name="李春梅",
        guardian_phone="13900001111",
    )
    client.post(confirm)
    assert [row.state for row in Enrollment.objects.filter(pk__in=[enrollment.pk, other.pk])] == ["enrolled"] * 2


def test_staff_confirm_for_a_minor_only_with_the_guardian_at_the_desk_and_never_in_bulk(client):
    into = factories.pathway_intake()
    child, _page = offered(client, into, **_CHILD, guardian_name="李春梅", guardian_phone="13900001111")
    adult, _page = offered(client, factories.pathway_intake(), birth_date=date(1990, 1, 1), sex="F")
    roles.make_groups()
    clerk = staff(roles.OFFICER, into.program.institution)
    Staff.objects.create(account=clerk, institution=adult.intake.program.institution)
    officer = signed_in(clerk)
    act = reverse("enrollment:act", args=["confirm"])

    several = {"id": [child.pk, adult.pk]}
    assert "须由监护人确认" in officer.post(act, several).content.decode()
    officer.post(act, several | {"asked": "1", "guardian": "李春梅", "on_paper": "on"})
    assert Enrollment.objects.get(pk=adult.pk).state == "enrolled"
    with pytest.raises(accepting.GuardianAsked):
        accepting.confirm_at_desk(child, by=clerk, data={})

    asked = officer.get(act, {"id": child.pk}).content.decode()
    assert 'value="李春梅"' in asked
    officer.post(act, {"id": child.pk, "asked": "1", "guardian": "李春梅"})
    assert Enrollment.objects.get(pk=child.pk).state == "offered"
    officer.post(act, {"id": child.pk, "asked": "1", "guardian": "李春梅", "on_paper": "on"})
    kept = HistoryEntry.objects.get(enrollment=child, to_state="enrolled")
    assert (kept.by_id != child.account_id, "李春梅" in kept.note) == (True, True)
