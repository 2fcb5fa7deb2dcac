"""One line makes what a story of this room needs: `enterprise()`, `order()`, `submitted()`."""

import io
import itertools
from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image
from stdnum.cn import uscc

from courses import enrollment
from courses.conditions import conditions_of
from home.models import HomePage
from institutions.models import Staff
from partners import candidate_papers, candidates, enterprises, interviews, orders, papers, reviews
from partners.models import Member, Occupation, OrderProgramIndexPage, OrderProgramPage, Role, TrainingOrder
from partners.order_forms import key_of
from partners.states import OrderState
from tests import factories

_number = itertools.count(1)


def code():
    """A well-formed code of nobody (region 000000)."""
    body = f"91000000XUEL{next(_number):05}"
    return body + uscc.calc_check_digit(body)


def picture(name="licence.png", size=(60, 40)):
    """A small picture as a browser uploads it."""
    stream = io.BytesIO()
    Image.new("RGB", size, "white").save(stream, "PNG")
    return SimpleUploadedFile(name, stream.getvalue(), content_type="image/png")


def details(**fields):
    """What an enterprise tells of itself."""
    return {
        "name": "示例蓝莓加工厂",
        "uscc": code(),
        "industry": "forest_food",
        "size": "small",
        "employees": 200,
        "district": factories.district(),
        "address": "塔河镇示例路1号",
        "contact_name": "王经理",
        "contact_phone": "13800000000",
        "contact_post": "人事",
        "introduction": "做蓝莓果干。",
        "authorised": True,
    } | fields


def enterprise(*, owner=None, verified=True, **fields):
    """An enterprise with an owner, verified unless told."""
    owner = owner or factories.account()
    licence = papers.keep(picture(), kind="licence", by=owner)
    made = enterprises.register(details=details(**fields), papers=[licence], by=owner)
    return enterprises.verify(made, by=factories.account()) if verified else made


def owner_of(enterprise):
    """The first owner's account."""
    return enterprise.members.filter(role=Role.OWNER).first().account


def member(enterprise, role=Role.RECRUITER):
    """An account that is a member."""
    account = factories.account()
    Member.objects.create(enterprise=enterprise, account=account, role=role)
    return account


def occupation():
    """An occupation of the classification."""
    return Occupation.objects.get_or_create(code="4-10-01-05", edition="2022", defaults={"name": "养老护理员"})[0]


def answers(**typed):
    """Every answer of an order as typed, allowed by the rules as they are set at first."""
    today = timezone.localdate()
    days = {"closes_on": 20, "starts_on": 40, "ends_on": 130, "work_on": 140}
    return {
        "title": "蓝莓加工工",
        "summary": "在塔河的工厂把野生蓝莓做成果干和果汁，师傅一对一带教，学成后直接上岗。"
        "月工资四千元起，包吃住，周末双休，缴社保。",
        "posts": "6",
        "district": factories.district().pk,
        "place": "塔河镇示例路1号",
        "duties": "分拣、清洗、烘干、包装，在室内工作，四人一组。",
        "occupation": key_of(occupation()),
        "level": "anyone",
        "min_age": "16",
        "skills": "能看懂操作说明。",
        "certificates": "",
        "selection": "面谈二十分钟，试工一天。",
        "majors": "",
        "on_site": "yes",
        "pay_training": "3300",
        "wage_of_post": "4000",
        "pay_after": "4000",
        "hours": "每周五天，每天八小时",
        "board": "包吃住",
        "insurance": "实习责任险由企业缴纳，上岗后缴社保",
        "scholarship": "",
        "service_months": "12",
        "breach": "提前离开不收任何费用。",
        "confidentiality": "",
        "charges": "no",
        "same_post_staff": "40",
        "interns_now": "0",
        "contribution": "两名师傅，一条小生产线。",
        "contact_name": "王经理",
        "contact_phone": "13800000000",
        **{name: f"{today + timedelta(days=ahead):%Y-%m-%d}" for name, ahead in days.items()},
    } | typed


def order(*, of=None, **typed):
    """A draft with all answers."""
    of = of or enterprise()
    by = owner_of(of)
    return orders.save(orders.begin(of, by=by), typed=answers(**typed), by=by)


def submitted(*, of=None, **typed):
    """An order in review."""
    made = order(of=of, **typed)
    return orders.submit(made, by=owner_of(made.enterprise))


def approved(*, of=None, **typed):
    """An approved order."""
    made = submitted(of=of, **typed)
    return reviews.approve(made, submission=1, by=factories.account())


def order_program(*, order=None, seats=None, **fields):
    """The published page of an order program for an approved order, with an open intake by review; its `intake`."""
    order = order or approved()
    factories.website()
    parent = OrderProgramIndexPage.objects.first() or HomePage.objects.first().add_child(
        instance=OrderProgramIndexPage(title="订单班", slug="orders")
    )
    fields.setdefault("institution", factories.institution(kind="secondary"))
    page = OrderProgramPage(
        title=order.name, slug=f"order-{order.pk}", order=order, summary="学成后到企业工作。", **fields
    )
    page = parent.add_child(instance=page)
    TrainingOrder.objects.filter(pk=order.pk).update(state=OrderState.RECRUITING)
    order.refresh_from_db()
    page.intake = factories.intake(program=page, seats=seats or order.posts, admission_rule="review")
    return page


def apply(page, who=None, **options):
    """A learner (a new one unless given) applies to an order program and acknowledges everything."""
    who = who or factories.learner(birth_date=date(2000, 1, 1))
    marks = [one.mark for one in conditions_of(page.intake)]
    return enrollment.submit(intake=page.intake, learner=who, by=who.account, acknowledged=marks, **options)


def staff_of(page):
    """An account that works for the school of an order program."""
    account = factories.account(is_staff=True)
    Staff.objects.create(account=account, institution=page.institution)
    return account


def applied(page, *, who=None, agreed=True, papers=(), **options):
    """An application for an order program, whose learner agreed (unless told) that the enterprise may see it.

    `papers` are uploads to show.
    """
    row = apply(page, who, **{"text": "我在家帮过两年厨。"} | options)
    if not agreed:  # As with an application that is older than the conditions.
        row.terms["acknowledged"] = []
        row.save(update_fields=["terms"])
    for upload in papers:
        candidate_papers.add(row, upload=upload, title="证书")
    return row


def candidate(page=None, **options):
    """An application that was shared with the enterprise; its `page` is the order program."""
    page = page or order_program()
    row = applied(page, **options)
    (made,) = candidates.share(page.intake, enrollments=[row], by=staff_of(page))
    made.page = page
    return made


def slot(order, *, days=3, capacity=1, **fields):
    """A time for interviews, some days ahead."""
    start = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=days)
    told = {"minutes": 20, "way": "on_site", "place": "塔河镇示例路1号", "capacity": capacity} | fields
    return interviews.offer(order, starts=[start], by=owner_of(order.enterprise), **told)[0]
