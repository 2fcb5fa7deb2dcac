"""Carries sample orders on: a school is found, a program made and published, learners apply, some are trained."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import Learner
from courses import enrollment, reviewing
from courses.conditions import conditions_of
from courses.models import ClassMeeting, Enrollment, Intake
from courses.sample import removal
from courses.sample.people import PHONE_PREFIX
from courses.schedule import refresh
from institutions.models import Institution
from partners import matching, program_making
from partners.models import (
    MatchRequest,
    OccupationMajor,
    OrderEvent,
    OrderProgramIndexPage,
    OrderProgramPage,
    TrainingOrder,
)
from partners.moves import changing, move
from partners.sample import agreements
from partners.states import OrderState

Act = OrderEvent.Act
# What becomes of an order, in the order in which it happens.
CARRIED = ("matched", "recruiting", "training", "fulfilled")
_WAY = [OrderState.MATCHED, OrderState.RECRUITING, OrderState.TRAINING, OrderState.FULFILLED]
# By how many days a training that runs, or is over, is moved into the past.
_BACK = {OrderState.TRAINING: 75, OrderState.FULFILLED: 560}


def load_list(home):
    """The list of order programs, a door of the home page."""
    index = OrderProgramIndexPage(
        title="订单班",
        slug="order-programs",
        introduction="企业先说要多少人、做什么、报酬多少，学校再照着培养。报名前条款一条一条看清楚。",
        search_description="按企业订单培养：岗位、报酬、条款报名前就说清楚。",
        show_in_menus=True,
    )
    home.add_child(instance=index)
    index.save_revision().publish()
    home.order_door = index
    home.save_revision().publish()
    return index


def carry_on(order, row, *, staff, learners):
    """Bring an approved order to the state of its row, through the processes of everybody."""
    OccupationMajor.objects.bulk_create(
        [OccupationMajor(occupation=order.occupation, major=major) for major in order.majors.all()],
        ignore_conflicts=True,
    )
    way = _WAY[: _WAY.index(OrderState(row["state"])) + 1]
    school = Institution.objects.get(name=row["school"])
    request = matching.ask(order, school, by=staff, note="请看看能不能承接。")
    plan = {
        "seats": order.posts,
        "first_day": order.starts_on,
        "last_day": order.ends_on,
        "place": "学校实训楼",
        "curriculum": "岗位认知和安全，二十课时\n专业技能，一百二十课时\n到企业跟班实践，六周",
        "teachers": "学校专业教师两名，企业师傅两名",
        "contributions": "实践场地、工具和工作服由企业提供。",
    }
    request = matching.accept(request, by=staff, plan=plan)
    page = program_making.make_program(request, by=staff)
    if OrderState.RECRUITING in way:
        page.get_latest_revision().publish(user=staff)
    if OrderState.TRAINING in way:
        _recruit(page, learners, chosen=order.posts, by=staff)
        agreements.sign_all(page.order, by=staff)
    for state in way[2:]:
        with changing(order) as fresh:
            move(fresh, state, act=Act(state), by=staff)
    if row["state"] in _BACK:
        days = _BACK[OrderState(row["state"])]
        _set_back(order, page, days)
        agreements.follow_up(
            TrainingOrder.objects.get(pk=order.pk), days=days, with_work=row["state"] == OrderState.FULFILLED
        )


def sample_learners():
    """Sample residents who may work: from 18 to 55 years old, in a fixed order."""
    today = timezone.localdate()
    young, old = today - timedelta(days=round(18.5 * 365)), today - timedelta(days=55 * 365)
    found = Learner.objects.filter(
        account__phone__startswith=PHONE_PREFIX, birth_date__gte=old, birth_date__lte=young
    ).select_related("account")
    return list(found.order_by("pk"))


def _recruit(page, learners, *, chosen, by):
    """Learners apply; the first ones are accepted and confirm, the others wait for a decision."""
    intake = page.intakes.select_related("program").get()
    marks = [one.mark for one in conditions_of(intake)]
    applied = 0
    while applied < chosen + 2 and learners:
        learner = learners.pop(0)
        try:
            made = enrollment.submit(
                intake=intake,
                learner=learner,
                by=learner.account,
                text="想学一门手艺，家就在附近。",
                acknowledged=marks,
            )
        except enrollment.EnrollmentError:
            continue  # Of the wrong age for this post, or in a class at the same hour.
        applied += 1
        if applied <= chosen:
            reviewing.admit(made, by=by)
            enrollment.confirm(made, by=learner.account)


def _set_back(order, page, days):
    """Let a training have begun, or ended, in the past."""
    back = timedelta(days=days)
    intake = page.intakes.get()
    for meeting in ClassMeeting.objects.filter(intake=intake).order_by("starts_at"):
        meeting.starts_at, meeting.ends_at = meeting.starts_at - back, meeting.ends_at - back
        meeting.save()
    Intake.objects.filter(pk=intake.pk).update(opens_at=intake.opens_at - back, closes_at=intake.closes_at - back)
    refresh(intake)
    order = TrainingOrder.objects.get(pk=order.pk)
    for name in ("closes_on", "starts_on", "ends_on"):
        setattr(order, name, getattr(order, name) - back)
        order.typed[name] = f"{getattr(order, name):%Y-%m-%d}"
    order.submitted_at, order.approved_at = order.submitted_at - back, order.approved_at - back
    order.save()
    accepted = matching.standing(order)
    accepted.first_day, accepted.last_day = accepted.first_day - back, accepted.last_day - back
    accepted.save(update_fields=["first_day", "last_day"])


def remove(enterprises):
    """Take away the programs of these enterprises' orders with whoever is in them, and the requests to schools."""
    pages = OrderProgramPage.objects.filter(order__enterprise__in=enterprises)
    intakes = Intake.objects.filter(program__in=pages)
    removal.remove_enrollments(Enrollment.objects.filter(intake__in=intakes))
    intakes.delete()
    for page in pages:
        page.delete()
    MatchRequest.objects.filter(order__enterprise__in=enterprises).delete()
