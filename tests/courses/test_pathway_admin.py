"""Staff and pathways: the intake's form knows the approved number, majors are chosen, lists are one's own."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses import copying
from courses.models import Intake, JuniorSchool, MajorOffer, Term
from institutions import roles
from tests import factories
from tests.admin_walk import World
from tests.courses.intake_forms import form_of, management
from tests.test_permissions import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def world(settings):
    """Two institutions, and an account of the first for each group."""
    settings.SECOND_FACTOR_REQUIRED = False
    return World()


@pytest.fixture
def office(world, client):
    """The officer of a school with a pathway of 40 approved seats: (client, page)."""
    mine = world.accounts["M"].posts.get().institution
    page = factories.pathway(institution=mine, approved_seats=40, approval_document="黑教函〔2026〕7号")
    roles.make_groups()
    return signed_in(client, world.accounts["M"]), page


def send(client, page, *, pools=None, **changes):
    """The form of a new intake with these numbers of seats."""
    rows = [{"name": f"名额{number}", "capacity": seats} for number, seats in enumerate(pools or [30])]
    data = form_of() | {"program": page.pk, "term": Term.objects.first().pk, "mode": "enroll"}
    return client.post(reverse("intake:add"), data | management("pools", rows, stored=False) | changes)


def test_the_form_of_a_pathway_asks_for_its_own_things_only(office):
    client, page = office
    text = client.get(reverse("intake:add") + f"?program={page.pk}").content.decode()
    assert 'name="official_channel"' in text
    assert "新生入学报到的日子" in text
    assert not any(f'name="{name}"' in text for name in ("pattern_start", "attendance_percent", "teacher", "minimum"))
    course = client.get(reverse("intake:add")).content.decode()
    assert 'name="official_channel"' not in course
    assert 'name="pattern_start"' in course


def test_an_intake_never_has_more_seats_than_are_approved(office):
    client, page = office
    refused = send(client, page, pools=[20, 21])
    assert "名额合计 41 个，超过了 黑教函〔2026〕7号 每年批准的 40 人" in refused.content.decode()
    assert not page.intakes.exists()
    send(client, page, pools=[20, 20])
    made = page.intakes.get()
    assert (made.mode, made.admission_rule, made.attendance_percent) == ("enroll", "review", 0)


def test_interest_needs_the_official_channel(office):
    client, page = office
    assert "请填写官方渠道的网址" in send(client, page, mode="interest").content.decode()
    send(client, page, mode="interest", official_channel="https://zk.example.cn/")
    assert page.intakes.get().official_channel == "https://zk.example.cn/"


def test_a_copy_for_next_year_keeps_the_date_of_reporting():
    page = factories.pathway()
    old = factories.pathway_intake(program=page, mode="interest", official_channel="https://zk.example.cn/")
    first = old.term.starts_on + timedelta(days=364)
    term = factories.term(name="明年", starts_on=first, ends_on=first + timedelta(days=120))
    (new,) = copying.copy(copying.plan([old], term=term), term=term, by=factories.account())
    then, now = timezone.localtime(old.starts_at), timezone.localtime(new.starts_at)
    assert (now.year, now.month, now.day) == (then.year + 1, then.month, then.day)
    assert (new.mode, new.official_channel, new.status) == ("interest", "https://zk.example.cn/", Intake.Status.DRAFT)


def test_majors_are_found_by_name_class_or_code_within_their_level(office):
    client, _page = office
    factories.major(name="护理", code="720201", group="护理类")
    factories.major("college", name="护理", code="520201", group="护理类")
    for words in ("护理", "7202"):
        found = client.get(reverse("secondary_major_chooser:choose_results"), {"q": words}).content.decode()
        assert "720201" in found
        assert "520201" not in found
    assert "520201" in client.get(reverse("major_chooser:choose_results"), {"q": "护理类"}).content.decode()


def test_a_school_writes_the_majors_that_it_teaches_and_no_other_s(office, world):
    client, page = office
    row = {"institution": page.institution_id, "major": factories.major().pk, "year": 2027, "seats": 40}
    wrong = client.post(reverse("major_offer:add"), row | {"enrolled": 41, "graduates": 30, "placed": 31})
    assert wrong.content.decode().count("不能超过") >= 2
    client.post(reverse("major_offer:add"), row | {"enrolled": 40, "graduates": 30, "placed": 28})
    assert MajorOffer.objects.get(year=2027).placed == 28
    client.post(
        reverse("major_offer:add"), row | {"institution": world.theirs.pk, "enrolled": 1, "graduates": 0, "placed": 0}
    )
    assert not MajorOffer.objects.filter(institution=world.theirs, year=2027).exists()


def test_the_bureau_keeps_one_list_of_junior_schools(client, world):
    bureau = signed_in(client, world.accounts["B"])
    junior = factories.institution(name="塔河县第二中学", kind="junior")
    row = {"name": "塔河二中", "district": factories.district().pk, "code": ""}
    refused = bureau.post(reverse("junior_school:add"), row | {"institution": world.theirs.pk})
    assert refused.context["form"].errors.keys() == {"institution"}
    bureau.post(reverse("junior_school:add"), row | {"institution": junior.pk})
    assert JuniorSchool.objects.get(name="塔河二中").institution == junior
    manager = signed_in(client, world.accounts["M"])
    assert manager.get(reverse("junior_school:index")).status_code in (302, 403)
