"""The alliance by the forms that people send: an enterprise on the website, staff in the admin, everybody who reads."""

import csv
import io
import re
from datetime import timedelta

import html5lib
import pytest
from django.utils import timezone
from openpyxl import load_workbook

from institutions import roles
from partners.models import AllianceMember, SharedResource, ShareRequest
from tests import factories
from tests.courses.staff_screens import signed_in, staff
from tests.partners import making
from tests.partners.sharing_stories import actor, asked, member, resource, span

pytestmark = [pytest.mark.django_db, pytest.mark.once]
RESOURCE = {
    "kind": "equipment",
    "name": "无人机两架",
    "description": "巡护训练用。",
    "place": "器材室",
    "opens_at": "08:30",
    "closes_at": "16:00",
}


@pytest.fixture
def school(settings):
    """A school that is a member, and its manager's client."""
    settings.SECOND_FACTOR_REQUIRED = False
    factories.website()
    roles.make_groups()
    made = member(factories.institution(name="兴安职业学校"))
    made.manager = staff(roles.MANAGER, made.institution)
    made.client = signed_in(made.manager)
    return made


@pytest.fixture
def firm(client):
    """An enterprise that is a member, its owner signed in."""
    made = member(making.enterprise(name="松柏养老院"))
    client.force_login(actor(made))
    made.url = f"/enterprise/{made.enterprise_id}/alliance/"
    return made


def when(first="09:00", last="11:00", days=3):
    """The form of a time."""
    times = span(first, last, days=days)
    day = f"{timezone.localtime(times['starts_at']):%Y-%m-%d}"
    return {"time-first_day": day, "time-first_time": first, "time-last_time": last, "time-purpose": "护理班"}


def test_a_room_is_shared_by_a_school_and_used_by_an_enterprise(client, firm, school):
    desk = f"/cms/alliance/{school.pk}/"
    school.client.post(f"{desk}resources/new/", RESOURCE | {"name": "护理实训室", "weekends": "on"})
    room = SharedResource.objects.get()
    assert "护理实训室" in client.get(f"{firm.url}find/").content.decode()

    client.post(f"{firm.url}resources/{room.pk}/", when())
    request = ShareRequest.objects.get()
    assert "护理实训室" in school.client.get(desk).content.decode()
    assert "1" in school.client.get("/cms/").content.decode()
    school.client.post(f"{desk}requests/{request.pk}/", {"act": "approve"})
    assert (
        "松柏养老院"
        in school.client.get(f"{desk}resources/{room.pk}/?week={span()['starts_at']:%Y-%m-%d}").content.decode()
    )
    past = timezone.now() - timedelta(hours=4)
    ShareRequest.objects.update(starts_at=past, ends_at=past + timedelta(hours=2))
    wrong = school.client.post(f"{desk}requests/{request.pk}/", {"act": "confirm", "hours": "x"})
    assert wrong.status_code == 200
    school.client.post(f"{desk}requests/{request.pk}/", {"act": "confirm", "hours": "2"})

    request.refresh_from_db()
    assert (request.state, request.hours) == ("used", 2)
    table = client.get(f"{firm.url}hours/csv/?year={past.year}").content.decode("utf-8-sig")
    assert ["兴安职业学校", "2", "1", "0", "0"] in list(csv.reader(io.StringIO(table)))
    assert "松柏养老院" in school.client.get(f"{desk}hours/").content.decode()
    for year in ("9999", "0000", "abc", str(past.year + 1)):
        assert "没有" in client.get(f"{firm.url}hours/?year={year}").content.decode()
        assert client.get(f"{firm.url}hours/csv/?year={year}").status_code == 404


def test_what_is_typed_wrong_is_kept_and_said(client, firm, school):
    room = resource(school)
    address = f"{firm.url}resources/{room.pk}/"
    answer = client.post(address, when("11:00", "09:00") | {"time-purpose": "护理<班>"})
    assert answer.status_code == 200
    assert "护理&lt;班&gt;" in answer.content.decode()
    assert "结束时间要在开始之后" in answer.content.decode()
    asked(room, by_member=firm)
    refused = client.post(f"{firm.url}requests/{ShareRequest.objects.get().pk}/", {"act": "cancel", "reason": ""})
    assert refused.status_code == 200
    wrong = client.post(f"{firm.url}resources/new/", RESOURCE | {"closes_at": "08:00"})
    assert "无人机两架" in wrong.content.decode()
    assert not SharedResource.objects.filter(owner=firm).exists()


def test_what_is_shared_is_changed_withdrawn_and_shared_again(client, firm):
    client.post(f"{firm.url}resources/new/", RESOURCE)
    own = SharedResource.objects.get()
    client.post(f"{firm.url}resources/{own.pk}/edit/", RESOURCE | {"name": "无人机三架"})
    client.post(f"{firm.url}resources/{own.pk}/withdraw/")
    own.refresh_from_db()
    assert (own.name, own.is_offered) == ("无人机三架", False)
    assert client.get(f"{firm.url}resources/{own.pk}/").status_code == 200
    client.post(f"{firm.url}resources/{own.pk}/withdraw/")
    own.refresh_from_db()
    assert own.is_offered


def test_a_third_member_reaches_nothing_of_two_others(client, firm, school):
    room = resource(school)
    request = asked(room)
    for path in ("edit/", "withdraw/"):
        for answer in (
            client.get(f"{firm.url}resources/{room.pk}/{path}"),
            client.post(f"{firm.url}resources/{room.pk}/{path}"),
        ):
            assert answer.status_code == 404
    for act in ("approve", "decline", "cancel", "confirm"):
        sent = {"act": act, "reason": "不", "hours": "1"}
        assert client.post(f"{firm.url}requests/{request.pk}/", sent).status_code == 404
    room.withdrawn_at = timezone.now()
    room.save()
    assert client.get(f"{firm.url}resources/{room.pk}/").status_code == 404
    request.refresh_from_db()
    assert request.state == "asked"


def test_staff_sit_at_the_desk_of_their_own_institution_only(school):
    foreign = member(factories.institution())
    for account, status in ((school.manager, 404), (staff(roles.OFFICER, school.institution), 302)):
        assert signed_in(account).get(f"/cms/alliance/{foreign.pk}/").status_code == status
    assert signed_in(staff(roles.OFFICER, school.institution)).get(f"/cms/alliance/{school.pk}/").status_code == 302
    assert school.client.get("/cms/alliance/").url == f"/cms/alliance/{school.pk}/"
    assert "教育局" in signed_in(staff(roles.MANAGER, factories.institution())).get("/cms/alliance/").content.decode()


def test_the_bureau_takes_members_in_and_out(school):
    client = signed_in(staff(roles.BUREAU, factories.institution()))
    firm, pending = making.enterprise(name="新企业"), making.enterprise(verified=False)
    address, today = "/cms/alliance_member/new/", f"{timezone.localdate():%Y-%m-%d}"
    for wrong in ({}, {"enterprise": pending.pk}, {"enterprise": firm.pk, "institution": school.institution_id}):
        assert client.post(address, {"joined_on": today} | wrong).status_code == 200
    client.post(address, {"joined_on": today, "enterprise": firm.pk})
    made = AllianceMember.objects.get(enterprise=firm)
    assert client.post(address, {"joined_on": today, "enterprise": firm.pk}).status_code == 200
    assert "新企业" in client.get("/cms/alliance_member/").content.decode()
    leave = f"/cms/alliance_member/leave/{made.pk}/"
    assert client.get(leave).status_code == 200
    client.post(leave)
    made.refresh_from_db()
    assert made.left_on is not None
    assert client.get(leave).status_code == 404


def test_every_screen_is_valid_html_on_the_website(client, firm, school):
    room, own = resource(school), resource(firm, name="<设备> & 工具", kind="equipment")
    mine, theirs = asked(room, by_member=firm), asked(own, by_member=school)
    names = [f"resources/{own.pk}/", f"resources/{room.pk}/", f"requests/{mine.pk}/", f"requests/{theirs.pk}/"]
    names += ["", "find/", "find/?kind=course", "requests/", "requests/?state=used", "hours/", "resources/new/"]
    names += [f"resources/{own.pk}/edit/", f"resources/{own.pk}/withdraw/"]
    pages = [firm.url + name for name in names]
    pages += ["/alliance/", f"/enterprise/{firm.enterprise_id}/", f"/enterprise/{firm.enterprise_id}/downloads/"]
    for path in pages:
        answer = client.get(path)
        assert answer.status_code == 200, path
        try:
            html5lib.HTMLParser(strict=True).parse(answer.content.decode())
        except html5lib.html5parser.ParseError as error:
            pytest.fail(f"{path}: {error}")
    desk = f"/cms/alliance/{school.pk}/"
    asked_here = [f"resources/{room.pk}/", f"requests/{mine.pk}/", "", "find/", "requests/", "hours/", "resources/new/"]
    for name in asked_here:
        assert school.client.get(desk + name).status_code == 200, name


def test_the_home_takes_a_fixed_number_of_queries(client, firm, django_assert_max_num_queries):
    own = resource(firm)
    for n in range(6):
        asked(own, **span(days=n + 2))
    client.get(firm.url)
    with django_assert_max_num_queries(16):
        page = client.get(firm.url).content.decode()
    assert page.count("护理实训室") >= 6
    assert "申请使用“护理实训室”" in client.get(f"/enterprise/{firm.enterprise_id}/").content.decode()


def test_who_is_no_member_is_told_how_to_become_one(client):
    firm = making.enterprise()
    client.force_login(making.owner_of(firm))
    assert "教育局" in client.get(f"/enterprise/{firm.pk}/alliance/find/").content.decode()


def test_the_public_reads_members_and_numbers_only(client):
    factories.website()
    own = resource(member(making.enterprise(name="松柏养老院")), name="王老师", kind="instructor")
    page = client.get("/alliance/").content.decode()
    assert "松柏养老院" in page
    assert "王老师" not in page
    client.force_login(actor(own.owner))
    url = f"/enterprise/{own.owner.enterprise_id}/alliance/resources/{own.pk}/"
    address = re.search('/alliance/calendar/[^"]+', client.get(url).content.decode())[0]
    client.logout()
    assert client.get(address)["Content-Type"].startswith("text/calendar")
    assert client.get("/alliance/calendar/unknown.ics").status_code == 404


def test_an_enterprise_takes_its_orders_candidates_and_outcomes_away(client):
    order = making.approved()
    client.force_login(making.owner_of(order.enterprise))
    base = f"/enterprise/{order.enterprise_id}/downloads/"
    listed = client.get(base).content.decode()
    assert all(f"{base}{key}/csv/" in listed for key in ("orders", "candidates", "outcomes"))
    rows = list(csv.reader(io.StringIO(client.get(f"{base}orders/csv/").content.decode("utf-8-sig"))))
    assert rows[1][0] == order.reference
    sheet = load_workbook(io.BytesIO(client.get(f"{base}orders/xlsx/").content)).active
    assert sheet.cell(2, 1).value == order.reference
    for wrong in ("orders/exe/", "nothing/csv/"):
        assert client.get(base + wrong).status_code == 404
    # Candidates of two orders stand in one table; those of another enterprise do not.
    pages = [making.order_program(order=one) for one in (order, making.approved(of=order.enterprise))]
    mine = [making.candidate(page).enrollment.reference for page in pages]
    making.candidate(making.order_program())
    rows = list(csv.reader(io.StringIO(client.get(f"{base}candidates/csv/").content.decode("utf-8-sig"))))
    assert [row[:2] for row in rows[1:]] == [[page.order.reference, one] for page, one in zip(pages, mine, strict=True)]
