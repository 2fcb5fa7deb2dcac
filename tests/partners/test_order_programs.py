"""Order programs as visitors, applicants and schools meet them."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from courses import enrollment
from courses.conditions import conditions_of
from courses.models import Enrollment
from home import page_cache
from home.models import HomePage
from institutions import roles
from institutions.models import Staff
from partners import enterprises, matching, orders
from partners.models import EnterpriseIndexPage, OccupationMajor
from partners.states import MatchState
from tests import factories
from tests.partners import making

pytestmark = pytest.mark.django_db


def staff_client(client, account):
    client.force_login(account)
    session = client.session
    session["second_factor_not_now"] = True
    session.save()
    return client


def manager_of(institution):
    account = factories.account(is_staff=True)
    roles.make_groups()
    account.groups.add(Group.objects.get(name=roles.MANAGER))
    Staff.objects.create(account=account, institution=institution)
    return account


def bureau():
    account = factories.account(is_staff=True)
    roles.make_groups()
    account.groups.add(Group.objects.get(name=roles.BUREAU))
    return account


def test_the_page_says_pay_and_every_term_before_one_applies(client):
    page = making.order_program()
    text = client.get(reverse("order_program", args=[page.slug])).content.decode()
    for words in ("¥3300", "¥4000", "至少要在企业工作 12 个月", "提前离开不收任何费用", "包吃住", "面谈二十分钟"):
        assert words in text
    assert reverse("enroll", args=[page.intake.pk]) in text
    assert page.order.enterprise.uscc not in text
    assert page.order.typed["contact_phone"] not in text


def test_the_page_of_an_enterprise_leads_to_its_programs_that_are_public(client):
    page = making.order_program()
    home = HomePage.objects.first()
    home.add_child(instance=EnterpriseIndexPage(title="企业", slug="partners"))
    about = enterprises.draft_page(page.order.enterprise, by=factories.account())
    about.get_latest_revision().publish()
    link = f'<a href="/order-programs/{page.slug}/">{page.title}</a>'

    assert link in client.get(about.url).content.decode()
    page.unpublish()
    assert link not in client.get(f"{about.url}?again=1").content.decode()


def test_what_is_not_published_is_not_there(client):
    page = making.order_program()
    page.unpublish()
    assert client.get(reverse("order_program", args=[page.slug])).status_code == 404
    assert client.get(reverse("order_program_seats", args=[page.slug])).status_code == 404
    assert page.title not in client.get(reverse("order_programs")).content.decode()


def test_a_closed_order_has_no_page_any_more_and_that_of_a_suspended_enterprise_rests(
    client, django_capture_on_commit_callbacks
):
    page = making.order_program()
    assert client.get(reverse("order_program", args=[page.slug])).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):  # What is kept for all is made anew, too.
        enterprises.suspend(page.order.enterprise, by=bureau(), note="停业整顿。")
    assert client.get(reverse("order_program", args=[page.slug])).status_code == 404
    draft, version = making.order(), page_cache.version()
    with django_capture_on_commit_callbacks(execute=True):
        orders.save(draft, typed={"title": "分拣工"}, by=making.owner_of(draft.enterprise))
    assert page_cache.version() == version  # Drafts are shown nowhere.
    orders.close(page.order, reason="工厂停产", by=bureau(), by_staff=True)
    page.refresh_from_db()
    assert not page.live
    assert client.get(reverse("order_program", args=[page.slug])).status_code == 404
    type(page).objects.filter(pk=page.pk).update(live=True)  # Whatever the page says of itself.
    for address in (reverse("order_program", args=[page.slug]), page.get_url()):
        assert client.get(address).status_code == 404


def test_the_list_is_narrowed_and_says_so_when_nothing_fits(client):
    blueberry = making.order_program(order=making.approved(title="蓝莓加工工"))
    other = making.enterprise(industry="care", district=factories.district("232721", "呼玛县"))
    care = making.order_program(
        order=making.approved(of=other, title="养老护理员", district=other.district_id, level="adult")
    )
    address = reverse("order_programs")

    def titles(**asked):
        found = client.get(address, asked).context["listing"].items
        return {one.page.title for one in found}

    assert titles() == {blueberry.title, care.title}
    assert titles(trade="care") == titles(county="232721") == titles(level="adult") == {care.title}
    assert titles(q="加工工") == {blueberry.title}
    assert titles(trade="nonsense", county="1'", level="x") == {blueberry.title, care.title}
    assert titles(q="挖煤") == set()
    assert "没有符合全部条件的订单班" in client.get(address, {"q": "挖煤"}).content.decode()


def test_the_list_costs_the_same_for_many(client, django_assert_max_num_queries):
    for _number in range(4):
        making.order_program()
    client.get(reverse("order_programs"))
    with django_assert_max_num_queries(16):
        client.get(reverse("order_programs"), {"q": "蓝莓"})


def test_applying_asks_for_every_condition_by_itself(client):
    page = making.order_program()
    who = factories.learner(birth_date=date(2000, 1, 1))
    client.force_login(who.account)
    address = reverse("enroll_check", args=[page.intake.pk, who.pk])
    shown = client.get(address)
    boxes = {f"condition-{one.mark}": "on" for one in conditions_of(page.intake)}
    assert all(f'name="{name}"' in shown.content.decode() for name in boxes)
    assert "checked" not in shown.content.decode().split("<form method")[1]
    form = {"form_key": shown.context["form"]["form_key"].initial, "consent": "on", "text": "我会开叉车。"}
    missing = dict(list(boxes.items())[1:])
    refused = client.post(address, form | missing)
    assert "培训期间的报酬" in str(refused.context["form"].errors)
    assert "我会开叉车。" in refused.content.decode()
    assert not Enrollment.objects.exists()
    client.post(address, form | boxes)
    made = Enrollment.objects.get()
    assert (made.state, made.review.text) == ("submitted", "我会开叉车。")
    own = client.get(reverse("enrollment_detail", args=[made.reference])).content.decode()
    assert "已确认：如果提前离开" in own or "已确认：" in own
    assert "提前离开不收任何费用" in own


def test_a_community_course_asks_for_nothing_more(django_assert_num_queries):
    intake = factories.intake()
    conditions_of(intake)
    with django_assert_num_queries(0):
        assert conditions_of(intake) == []


def test_the_bureau_asks_and_the_school_answers_in_the_admin(client):
    order, school = making.approved(), factories.institution(kind="secondary")
    OccupationMajor.objects.create(occupation=order.occupation, major=factories.major())
    staff_client(client, bureau())
    address = reverse("training_order:match", args=[order.pk])
    assert "还没有学校登记" in client.get(address).content.decode()
    client.post(address, {"institution": school.pk, "note": "请尽快"})
    request = matching.standing(order)
    assert (request.institution, request.note) == (school, "请尽快")
    client.post(address, {"withdraw": "1", "reason": "换一所\0学校"})
    request.refresh_from_db()
    assert request.reason == "换一所学校"
    client.post(address, {"institution": school.pk, "note": "请尽快"})
    request = matching.standing(order)
    inspect = reverse("match_request:inspect", args=[request.pk])
    assert client.post(inspect, {"accept": "1"}).status_code in (302, 403)
    request.refresh_from_db()
    assert request.state == MatchState.ASKED

    staff_client(client, manager_of(school))
    assert order.title in client.get(reverse("match_request:index")).content.decode()
    plan = {
        "accept": "1",
        "seats": str(order.posts + 1),
        "first_day": f"{order.closes_on:%Y-%m-%d}",
        "last_day": f"{order.starts_on + timedelta(days=60):%Y-%m-%d}",
        "place": "实训楼",
        "curriculum": "实操",
        "teachers": "王老师",
    }
    wrong = client.post(inspect, plan)
    assert {"seats", "first_day"} == set(wrong.context["yes"].errors)
    assert "王老师" in wrong.content.decode()
    right = plan | {"seats": str(order.posts), "first_day": f"{order.starts_on:%Y-%m-%d}"}
    assert client.post(inspect, right).status_code == 302
    request.refresh_from_db()
    assert (request.state, request.teachers) == (MatchState.ACCEPTED, "王老师")
    assert client.get(address).status_code in (302, 403)


def test_another_school_and_the_signed_out_reach_no_request(client):
    order = making.approved()
    request = matching.ask(order, factories.institution(kind="secondary"), by=factories.account())
    inspect = reverse("match_request:inspect", args=[request.pk])
    assert client.get(inspect).status_code == 302
    staff_client(client, manager_of(factories.institution(kind="secondary")))
    assert client.get(inspect).status_code == 404
    assert client.post(inspect, {"decline": "1", "reason": "不要"}).status_code == 404
    assert order.title not in client.get(reverse("match_request:index")).content.decode()
    request.refresh_from_db()
    assert request.state == MatchState.ASKED


def test_at_the_desk_the_terms_are_read_out():
    from courses import desk

    page, by = making.order_program(), factories.account(is_staff=True)
    who = factories.learner(birth_date=date(2000, 1, 1))
    told = {"intake": page.intake, "by": by, "form_key": "0" * 32}
    with pytest.raises(enrollment.NotAcknowledged):
        desk.enroll(desk.WalkIn(learner=who), **told)
    made = desk.enroll(desk.WalkIn(learner=who), **told, has_acknowledged=True)
    assert [one["key"] for one in made.terms["acknowledged"]][-1] == "sharing"
