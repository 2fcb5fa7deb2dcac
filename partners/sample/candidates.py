"""Sample applications for the recruiting orders of the sample: recommended, met, scored, decided on, in every step."""

from datetime import timedelta

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from accounts.append_only import without_guard
from accounts.models import Learner
from courses import conditions, enrollment
from courses.models import Intake
from courses.moves import EnrollmentError
from courses.sample.people import PHONE_PREFIX
from notifications.models import Message
from partners import candidate_papers, candidates, interviews, scoring
from partners.models import (
    Candidate,
    CandidateEvent,
    CandidateNote,
    Criterion,
    Interview,
    InterviewSlot,
    Role,
    Score,
)

_WORDS = (
    "我在亲戚家的小作坊帮过两年忙，手脚麻利，想学一门正式的手艺。",
    "去年在景区做过夏天的短工，喜欢和人打交道，家离得近。",
    "初中毕业后一直在家照顾老人，做事有耐心，想有一份稳定的工作。",
    "学过电脑基础，会用表格，愿意从头学起。",
    "在林场干过巡护，不怕冷，能吃苦。",
    "中专学的食品加工，考过初级工证书。",
    "开过几年小店，会算账，也会搬货。",
    "看到师傅带徒弟的安排很动心，想试一试。",
)
_SCHOOLS = ("junior", "senior", "junior", "secondary", "junior", "secondary", "senior", "college")
_MOST = 2  # orders


def load(*, staff):
    """Eight people for each of the first recruiting orders; `staff` recommends them."""
    open_ones = Intake.objects.filter(
        program__orderprogrampage__order__is_sample=True, program__orderprogrampage__order__state="recruiting"
    )
    people = Learner.objects.filter(erased_at=None, birth_date__isnull=False, account__phone__startswith=PHONE_PREFIX)
    adults = people.filter(birth_date__lte=timezone.localdate() - timedelta(days=19 * 365))
    grown = list(adults.filter(birth_date__gte="1970-01-01").select_related("account").order_by("pk")[:80])
    for number, intake in enumerate(open_ones.select_related("program").order_by("pk")[:_MOST]):
        _fill(intake, grown[number * 30 :], staff)
    told = Message.objects.filter(key__startswith="candidate:", dispatched_at=None)
    told.update(dispatched_at=timezone.now())


def _fill(intake, people, staff):
    order = intake.program.orderprogrampage.order
    owner = order.enterprise.members.filter(role=Role.OWNER).first().account
    rows = _applications(intake, people)
    if len(rows) < len(_WORDS):
        return
    # The last has only just applied.
    met, booked, accepted, waits, refused, free, away, _new = rows
    made = {one.enrollment_id: one for one in candidates.share(intake, enrollments=rows[:-1], by=staff)}
    scoring.set_criteria(order, rows=[("动手能力", 3), ("沟通", 2), ("愿意学", 2)], by=owner)
    start = timezone.localtime().replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=3)
    starts = [start + timedelta(minutes=20 * number) for number in range(6)]
    place = f"{order.enterprise.address}（示例）"
    slots = interviews.offer(order, starts=starts, minutes=20, way="on_site", place=place, capacity=1, by=owner)
    for row, slot in zip((met, booked), slots, strict=False):
        interviews.book(made[row.pk], slot=slot, by=row.account)
    _was_met(made[met.pk], slots[0], owner)
    _score(made[met.pk], order, owner, (8, 7, 9))
    scoring.note(made[met.pk], text="试做了一批，手很稳。（示例）", by=owner)
    candidates.accept(made[accepted.pk], feedback="试工时又快又细，欢迎您来。", by=owner)
    candidates.reserve(made[waits.pk], feedback="各方面都好，这次名额少，先排在备选。", by=owner)
    candidates.refuse(made[refused.pk], feedback="这次人多。先学一门基础课，下次再来会更稳。", by=owner)
    candidates.take_back(made[away.pk], by=away.account)
    candidate_papers.set_schooling(free, schooling="junior")


def _applications(intake, people):
    marks = [one.mark for one in conditions.conditions_of(intake)]
    rows = []
    for learner in people:
        if len(rows) == len(_WORDS):
            break
        number = len(rows)
        try:
            row = enrollment.submit(
                intake=intake, learner=learner, by=learner.account, text=_WORDS[number], acknowledged=marks
            )
        except EnrollmentError:
            continue  # Too old or too young for this one, or busy elsewhere.
        candidate_papers.set_schooling(row, schooling=_SCHOOLS[number])
        rows.append(row)
    return rows


def _was_met(candidate, slot, owner):
    """Let an interview have been yesterday."""
    yesterday = timezone.localtime().replace(hour=9, minute=0, second=0, microsecond=0) - timedelta(days=1)
    InterviewSlot.objects.filter(pk=slot.pk).update(starts_at=yesterday, change_until=yesterday - timedelta(days=1))
    interviews.record_attendance(candidate.interviews.get(), came=True, by=owner)


def _score(candidate, order, owner, points):
    keys = order.criteria.values_list("pk", flat=True)
    scoring.score(candidate, points=dict(zip(keys, points, strict=True)), by=owner)


def remove(orders):
    """Take away what hangs on sample orders (their keys), with its history."""
    mine = Candidate.objects.filter(order__in=orders)
    keys = list(mine.values_list("pk", flat=True))
    with without_guard(connection):
        rows = QuerySet(CandidateEvent).filter(candidate__in=keys)
        rows._raw_delete(rows.db)
    for model in (Score, CandidateNote, Interview):
        model.objects.filter(candidate__in=keys).delete()
    mine.delete()
    Criterion.objects.filter(order__in=orders).delete()
    InterviewSlot.objects.filter(order__in=orders).delete()
