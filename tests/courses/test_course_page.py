"""A course page: the class asked for at a glance, its one action, its meetings and rules; quick, and never stale."""

import json
import re
from datetime import timedelta

import html5lib
import pytest
from django.core.cache import caches
from django.utils import timezone
from wagtail.models import PageViewRestriction

from courses.models import ClassMeeting, Intake, SeatPool
from tests import factories
from tests.courses.catalog import course

pytestmark = pytest.mark.django_db


def look(client, page, query=""):
    response = client.get(f"/courses/{page.slug}/{query}")
    assert response.status_code == 200
    return response.content.decode()


def facts_box(text):
    return text[text.index("<aside") : text.index("</aside>")]


def test_an_open_class_offers_enrollment(client):
    page = course(outcomes="揉面\n发酵")
    intake = factories.intake(program=page, seats=6, fee=12000, label="周一晚班")
    text = look(client, page)
    box = facts_box(text)
    assert f'href="/enroll/{intake.pk}/"' in box
    for words in ("周一晚班", "正在报名", "¥120", "还剩 6 个名额（共 6 个）", "报名"):
        assert words in box
    assert all(words in text for words in ("<li>揉面</li>", "共 2 次课", "报名规则", page.institution.name))


@pytest.mark.parametrize(
    ("fields", "said", "action"),
    [
        ({"pools": [{"name": "公开", "capacity": 2, "seats_taken": 2, "waiting": 3}]}, "已满，3 人候补", "加入候补"),
        ({"opens_at": timezone.now() + timedelta(days=2)}, "在这之前谁都不能占名额", None),
        ({"status": Intake.Status.CANCELLED, "status_note": "教师生病。"}, "教师生病。", None),
        ({"starts_in": timedelta(days=-1)}, "报名已经截止", None),
    ],
)
def test_each_state_says_what_can_be_done(client, fields, said, action):
    page = course()
    if fields.get("starts_in"):
        fields = fields | {"opens_at": timezone.now() - timedelta(days=9)}
    factories.intake(program=page, **fields)
    box = facts_box(look(client, page))
    assert said in box
    assert ("/enroll/" in box) == bool(action)
    assert action is None or action in box


def test_the_class_asked_for_is_in_the_facts_box(client):
    page = course()
    factories.intake(program=page, label="第一班")
    second = factories.intake(program=page, label="第二班")
    assert "第一班" in facts_box(look(client, page))
    assert "第二班" in facts_box(look(client, page, f"?class={second.pk}"))
    for nonsense in ("?class=x", "?class=99999999999999999999999", "?class=-1"):
        assert "第一班" in facts_box(look(client, page, nonsense))


def test_drafts_are_not_shown(client):
    page = course()
    factories.intake(program=page, label="草稿班", status=Intake.Status.DRAFT)
    text = look(client, page)
    assert "草稿班" not in text
    assert "暂时没有班次" in text


def test_what_is_kept_is_made_anew_after_an_edit(client):
    page = course()
    intake = factories.intake(program=page, place="一楼")
    assert "一楼" in look(client, page)
    intake.place = "二楼"
    intake.save()
    SeatPool.objects.filter(intake=intake).update(seats_taken=4)
    client.cookies["sessionid"] = "someone"
    text = look(client, page)
    assert "二楼" in text
    assert "一楼" not in text
    assert "还剩 6 个名额" in text


def test_seats_are_those_of_this_second(client):
    intake = factories.intake(program=course(), seats=5)
    address = f"/intakes/{intake.pk}/seats/"
    assert "还剩 5 个名额" in client.get(address).content.decode()
    SeatPool.objects.filter(intake=intake).update(seats_taken=5, waiting=1)
    response = client.get(address)
    assert "加入候补" in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_seats_of_a_draft_are_nobodys_business(client):
    intake = factories.intake(program=course(), status=Intake.Status.DRAFT)
    assert client.get(f"/intakes/{intake.pk}/seats/").status_code == 404


def test_one_query_while_nothing_has_changed_and_four_after_a_seat_was_taken(client, django_assert_num_queries):
    page = course()
    for number in range(6):
        factories.intake(program=page, label=f"{number} 班")
    client.cookies["sessionid"] = "someone"
    look(client, page)
    with django_assert_num_queries(1):
        client.get(f"/courses/{page.slug}/")
    SeatPool.objects.filter(intake__program=page).update(seats_taken=1)
    with django_assert_num_queries(4):
        assert "还剩 9 个名额" in facts_box(look(client, page))


def test_a_page_for_some_readers_is_left_to_wagtail(client):
    page = course()
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert client.get(f"/courses/{page.slug}/").status_code != 200


def test_an_unpublished_course_is_not_found(client):
    assert client.get(f"/courses/{course(live=False).slug}/").status_code == 404


@pytest.mark.parametrize("slug", ["nope", "%00", "烘焙"])
def test_no_address_is_an_error(client, slug):
    assert client.get(f"/courses/{slug}/").status_code == 404


def test_search_engines_read_the_course(client):
    page = course('剪刀 </script> & "纸"')
    factories.intake(program=page, fee=8050, teacher="赵秀兰")
    text = look(client, page)
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
    data = json.loads(block)
    assert (data["@type"], data["name"]) == ("Course", page.title)
    (instance,) = data["hasCourseInstance"]
    assert instance["offers"]["price"] == "80.50"
    assert instance["instructor"]["name"] == "赵秀兰"
    assert instance["startDate"].endswith("+08:00")


def test_the_month_shows_the_days_of_the_meetings(client):
    page = course()
    intake = factories.intake(program=page)
    text = look(client, page)
    days = {str(timezone.localtime(m.starts_at).day) for m in ClassMeeting.objects.filter(intake=intake)}
    assert set(re.findall(r'class="on">(\d+)', text)) == days


def test_similar_courses_that_one_can_join(client):
    page = course("烘焙")
    factories.intake(program=course("面点"))
    factories.intake(program=course("满了"), pools=[{"name": "公开", "capacity": 1, "seats_taken": 1}])
    text = look(client, page)
    assert "面点" in text
    assert "满了" not in text


def test_the_page_is_valid_html_in_both_languages(client):
    page = course(
        outcomes="揉面 & 发酵", audience="零基础\n\n喜欢动手", bring="围裙", teacher_note="教了十年。", is_sample=True
    )
    for label in ("", "晚班"):
        factories.intake(program=page, label=label, teacher="赵秀兰", residents_of=["232722"])
    for language in ("zh-hans", "en"):
        client.cookies["language"] = language
        caches["pages"].clear()
        html5lib.HTMLParser(strict=True).parse(look(client, page))


def test_a_preview_shows_the_page_before_it_is_stored(rf):
    page = course("预览中的课")
    request = page.make_preview_request()
    assert "预览中的课" in request.content.decode()
