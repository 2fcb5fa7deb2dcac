"""What is published of a pathway: chosen majors, an honest history, no promise anywhere, seats within the approval."""

import json
import re
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.models import PageViewRestriction

from courses.models import Intake, PathwayPage, PathwayYear, SeatPool
from courses.pathways import leads
from institutions.page_checks import problems_of
from tests import factories

pytestmark = pytest.mark.django_db


def year(page, number=2025, **fields):
    defaults = {"plan": 40, "applied": 81, "admitted": 40, "lowest_score": "402.5", "median_score": 431}
    return PathwayYear.objects.create(pathway=page, year=number, **defaults | fields)


def look(client, page):
    response = client.get(f"/pathways/{page.slug}/")
    assert response.status_code == 200
    return response.content.decode()


def facts_box(text):
    return text[text.index("<aside") : text.index("</aside>")]


def said(problems):
    return " ".join(str(sentence) for _name, sentence in problems)


# --- What may be published ---


@pytest.mark.parametrize("row", [{"admitted": 41}, {"lowest_score": 400, "median_score": 399}])
def test_a_year_that_cannot_be_true_is_refused_by_the_database(row):
    page = factories.pathway()
    year(page)
    with pytest.raises(IntegrityError), transaction.atomic():
        year(page, 2024, **row)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("summary", "直通车班。"),
        ("progression_criteria", "成绩合格\n通过率100%"),
        ("occupations", "护士，保证就业"),
        ("questions", [("question", {"question": "能上大专吗？", "answer": "<p>学校保证<b>升学</b>。</p>"})]),
        ("exits", [("exit", {"after_year": "3", "what": "百分百升学"})]),
        ("journey", [("year", factories.school_year(internship="包分配")), *([("year", factories.school_year())] * 4)]),
    ],
)
def test_a_promise_is_stopped_wherever_it_stands_with_the_reason(name, value):
    page = factories.pathway()
    assert list(problems_of(page)) == []
    setattr(page, name, value)
    ((field, sentence),) = problems_of(page)
    assert field == name
    assert "不能" in sentence or "不保证" in sentence


def test_a_promise_in_a_row_of_the_history_is_stopped_too():
    page = factories.pathway()
    page.years = [PathwayYear(year=2025, plan=40, applied=80, admitted=40, note="全部保过")]
    ((field, sentence),) = problems_of(page)
    assert (field, "保过" in sentence) == ("years", True)


def test_what_every_family_asks_must_be_answered():
    page = factories.pathway(journey=[], who_may_apply="", progression_criteria=" ", progression_failed="")
    named = {name for name, _sentence in problems_of(page)}
    assert named == {"journey", "who_may_apply", "progression_criteria", "progression_failed"}


def test_majors_come_from_the_catalog_of_their_level_and_the_last_years_from_a_college():
    with pytest.raises(ValidationError) as refused:
        factories.pathway(secondary_major=factories.major("college"), college=factories.institution(kind="secondary"))
    assert set(refused.value.message_dict) == {"secondary_major", "college"}


def test_seats_never_exceed_the_approved_number():
    page = factories.pathway(approved_seats=40, approval_document="黑教函〔2026〕7号")
    intake = factories.pathway_intake(
        program=page, pools=[{"name": "塔河县", "capacity": 25}, {"name": "其他县区", "capacity": 15}]
    )
    assert list(problems_of(page)) == []
    SeatPool.objects.filter(intake=intake).update(capacity=21)
    text = said(problems_of(page))
    assert all(words in text for words in (intake.code, "42", "黑教函〔2026〕7号", "40"))
    Intake.objects.filter(pk=intake.pk).update(status=Intake.Status.CANCELLED)
    assert list(problems_of(page)) == []


def test_registering_interest_names_the_official_channel():
    page = factories.pathway()
    intake = factories.pathway_intake(program=page, mode="interest")
    assert "官方渠道" in said(problems_of(page))
    Intake.objects.filter(pk=intake.pk).update(official_channel="https://zk.example.cn/")
    assert list(problems_of(page)) == []


# --- The page ---


def test_the_page_says_the_state_first_then_everything_about_five_years(client):
    page = factories.pathway(
        title="林业技术",
        occupations="护林员\n森林防火员",
        progression_when="第三学年春季",
        exits=[("exit", {"after_year": "3", "what": "中职毕业后工作"})],
        costs=[("cost", {"what": "住宿", "yuan": 600, "per": "year", "note": ""})],
        questions=[("question", {"question": "可以转专业吗？", "answer": "<p>转了就离开贯通培养。</p>"})],
        contacts=[("contact", {"who": "招生办", "phone": "0457-212 0000", "hours": ""})],
        journey=[("year", factories.school_year(tuition=0 if n < 3 else 5000)) for n in range(5)],
    )
    year(page)
    intake = factories.pathway_intake(program=page, seats=30)
    text = look(client, page)
    box = facts_box(text)
    order = [
        "正在报名",
        "入学报到",
        "前三年在",
        "今年的初中毕业生",
        "第 1 至 3 年免费，第 4 至 5 年每年 ¥5,000",
        "每年批准 40 人",
        "截至",
    ]
    assert [box.index(words) for words in order] == sorted(box.index(words) for words in order)
    for words in (
        *("护林员", "第三学年春季", "第 3 学年之后", "中职毕业后工作", "住宿每年 ¥600", "可以转专业吗？"),
        *("0457-212 0000", "402.5", "431", "示例文号〔2026〕1号", "不等于一定能通过", "离开贯通培养后不能再加入"),
    ):
        assert words in text
    # The picture is for the eye; the table says the same to everyone.
    assert text.count('<th scope="row">第 ') == 5
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', text)[1])
    assert data["@type"] == "EducationalOccupationalProgram"
    assert data["applicationDeadline"] == intake.closes_at.isoformat()


def test_interest_only_leads_to_the_official_channel(client):
    page = factories.pathway()
    factories.pathway_intake(program=page, mode="interest", official_channel="https://zk.example.cn/")
    box = facts_box(look(client, page))
    assert "可登记意向" in box
    assert "还剩" not in box  # Nobody takes a seat here.
    assert 'href="https://zk.example.cn/"' in box
    assert "录取由全省的官方渠道决定" in box


def test_a_pathway_without_an_intake_still_says_what_it_is(client):
    page = factories.pathway()
    past = factories.pathway_intake(program=page)
    ended = timezone.now() - timedelta(days=30)
    Intake.objects.filter(pk=past.pk).update(opens_at=ended, closes_at=ended + timedelta(days=1), ends_at=ended)
    assert "目前没有招生" in facts_box(look(client, page))
    assert client.get(f"/pathways/{page.slug}/seats/").status_code == 404


def test_who_looks_for_these_majors_is_told_by_rooms_above(client, monkeypatch):
    page = factories.pathway()
    monkeypatch.setattr(leads, "_providers", [])
    majors = {page.college_major_id: [leads.Lead("兴安木业订单班", "/orders/1/", "2027 年 20 人")]}
    leads.register(lambda asked: {key: majors[key] for key in asked if key in majors})
    text = look(client, page)
    assert '<a href="/orders/1/">兴安木业订单班</a>' in text
    assert "2027 年 20 人" in text


def test_seats_that_change_show_at_once_and_the_rest_is_kept(client, django_assert_max_num_queries):
    page = factories.pathway()
    intake = factories.pathway_intake(program=page, seats=30)
    look(client, page)
    caches["pages"].clear()
    with django_assert_max_num_queries(14):
        look(client, page)
    SeatPool.objects.filter(intake=intake).update(seats_taken=30)
    client.cookies["sessionid"] = "unknown"  # Past the site's cache of whole pages.
    assert "已满" in facts_box(look(client, page))
    with django_assert_max_num_queries(2):
        look(client, page)
    assert "已满" in client.get(f"/pathways/{page.slug}/seats/").content.decode()


def test_a_course_and_a_pathway_of_one_name_are_not_mixed_up(client):
    course = factories.program(title="护理常识")
    page = factories.pathway(title="护理 3+2")
    PathwayPage.objects.filter(pk=page.pk).update(slug=course.slug)
    page.refresh_from_db()
    factories.intake(program=course)
    intake = factories.pathway_intake(program=page)
    for _again in range(2):
        assert "<h1>护理常识</h1>" in client.get(f"/courses/{course.slug}/").content.decode()
        assert "<h1>护理 3+2</h1>" in look(client, page)
    assert client.get(f"/intakes/{intake.pk}/seats/").status_code == 404


def test_links_that_know_only_the_program_find_the_pathway(client):
    page = factories.pathway()
    response = client.get(f"/courses/{page.slug}/")
    assert (response.status_code, response["Location"].endswith(f"/pathways/{page.slug}/")) == (302, True)


def test_pages_that_are_not_for_everyone_are_not_shown(client):
    hidden = factories.pathway()
    PathwayPage.objects.filter(pk=hidden.pk).update(live=False)
    guarded = factories.pathway(title="内部项目")
    PageViewRestriction.objects.create(page=guarded, restriction_type=PageViewRestriction.LOGIN)
    for path in (
        f"/pathways/{hidden.slug}/",
        "/pathways/no-such/",
        "/pathways/a%00b/",
        f"/pathways/{hidden.slug}/seats/",
    ):
        assert client.get(path).status_code == 404
    assert client.get(f"/pathways/{guarded.slug}/").status_code == 302
    assert client.get(f"/pathways/{guarded.slug}/seats/").status_code == 404
    assert "内部项目" not in client.get("/pathways/").content.decode()
    assert "内部项目" not in client.get(f"/pathways/compare/?p={guarded.slug}").content.decode()
