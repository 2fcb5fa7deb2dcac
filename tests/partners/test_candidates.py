"""Candidates: shared in one act, decided on with feedback, never more than there are seats, the reserve list moves."""

from datetime import timedelta

import pytest
from django.utils import timezone

from courses import enrollment
from courses.answering import appeals
from courses.models import Review
from courses.states import Reason, State
from notifications.models import Message
from partners import candidate_board, candidates, enterprises, interviews, moves, scoring
from partners.candidacy import CandidateError
from partners.models import Candidate, Interview, PartnerSettings, Role
from partners.states import OrderState
from tests import factories
from tests.courses.invariants import assert_invariants
from tests.partners import making

pytestmark = pytest.mark.django_db


def fresh(row):
    row.refresh_from_db()
    return row


def said_to(account):
    return list(Message.objects.filter(account=account).order_by("pk").values_list("kind", flat=True))


def acts(candidate):
    return list(candidate.history.values_list("act", flat=True))


def test_several_are_shared_in_one_act_and_everybody_is_told():
    page = making.order_program()
    rows = [making.applied(page) for _ in range(3)]
    other = making.applied(page)

    made = candidates.share(page.intake, enrollments=rows, by=making.staff_of(page))

    owner = making.owner_of(page.order.enterprise)
    assert [one.enrollment_id for one in made] == [row.pk for row in rows]
    assert said_to(rows[0].account) == ["enrollment_submitted", "candidate_shared"]
    assert page.order.enterprise.name in Message.objects.get(account=rows[0].account, kind="candidate_shared").body
    assert said_to(owner).count("candidates_shared") == 1
    assert said_to(other.account) == ["enrollment_submitted"]
    assert fresh(rows[0].review).step == Review.Step.SHORTLISTED
    assert set(Candidate.objects.of(owner)) == set(made)


@pytest.mark.parametrize("why", ["no consent", "twice", "decided", "another school", "not recruiting", "nobody"])
def test_what_cannot_be_shared_is_not_and_nobody_is(why):
    page = making.order_program()
    good, row, by = making.applied(page), making.applied(page, agreed=why != "no consent"), making.staff_of(page)
    asked = [good, row]
    if why == "twice":
        candidates.share(page.intake, enrollments=[row], by=by)
    elif why == "decided":
        enrollment.withdraw(row, by=row.account)
    elif why == "another school":
        by = making.staff_of(making.order_program())
    elif why == "not recruiting":
        enterprises.suspend(page.order.enterprise, by=by, note="停业整顿。")
    elif why == "nobody":
        asked = []

    with pytest.raises(CandidateError):
        candidates.share(page.intake, enrollments=asked, by=by)

    assert not Candidate.objects.filter(enrollment=good).exists()


def test_a_consent_on_paper_is_enough():
    page = making.order_program()
    row = making.applied(page, agreed=False)

    candidates.share(page.intake, enrollments=[row], by=making.staff_of(page), on_paper=True)

    assert row.candidate.is_open


def test_a_share_is_taken_back_by_the_school_or_the_learner_and_by_nobody_else():
    page = making.order_program()
    one, two = making.candidate(page), making.candidate(page)
    slot = making.slot(page.order)
    interviews.book(one, slot=slot, by=one.enrollment.account)
    owner = making.owner_of(page.order.enterprise)
    for stranger in (owner, factories.account(), making.staff_of(making.order_program())):
        with pytest.raises(CandidateError):
            candidates.take_back(one, by=stranger)

    candidates.take_back(one, by=making.staff_of(page), note="材料要核对。")
    candidates.take_back(two, by=two.enrollment.account)

    assert not Candidate.objects.of(owner).exists()
    assert fresh(slot).booked == 0
    assert fresh(one.enrollment.review).step == Review.Step.RECEIVED
    assert said_to(one.enrollment.account)[-1] == "candidate_taken_back"
    again = candidates.share(page.intake, enrollments=[one.enrollment], by=making.staff_of(page))
    assert acts(again[0]) == ["shared", "booked", "taken_back", "shared"]
    assert set(Candidate.objects.of(owner)) == set(again)


def test_the_accepted_confirms_and_never_more_are_accepted_than_there_are_seats():
    page = making.order_program(seats=1)
    one, two, three = (making.candidate(page) for _ in range(3))
    by = making.owner_of(page.order.enterprise)

    candidates.accept(one, feedback="手稳，欢迎来。", by=by)
    with pytest.raises(CandidateError):
        candidates.accept(two, feedback="也欢迎。", by=by)
    assert (fresh(two).decision, acts(two)) == ("", ["shared"])
    candidates.reserve(three, feedback="很好，先排在备选。", by=by)
    candidates.reserve(two, feedback="很好，先排在备选。", by=by)
    enrollment.decline(fresh(one.enrollment), by=one.enrollment.account)

    # The engine's waitlist: in the order of applications.
    states = [fresh(each.enrollment).state for each in (one, two, three)]
    assert states == [State.DECLINED, State.OFFERED, State.WAITLISTED]
    assert acts(one) == ["shared", "accepted", "ended"]
    assert "candidate_moved_up" in said_to(by)
    enrollment.confirm(fresh(two.enrollment), by=two.enrollment.account)
    assert said_to(by)[-1] == "candidate_confirmed"
    assert_invariants()


def test_a_refusal_has_words_that_the_learner_reads_and_is_closed_to_the_enterprise_later():
    page = making.order_program()
    one = making.candidate(page)
    by = making.owner_of(page.order.enterprise)
    for words in ("", "   ", "只招男生。", "长" * 201):
        with pytest.raises(CandidateError):
            candidates.refuse(one, feedback=words, by=by)

    candidates.refuse(one, feedback="动作还不熟，多练两个月再来。", by=by, reason=Reason.CONDITIONS_NOT_SHOWN)

    row = fresh(one.enrollment)
    assert row.state == State.NOT_ADMITTED
    assert row.history.last().note == "动作还不熟，多练两个月再来。"
    assert "动作还不熟" in Message.objects.filter(account=row.account).last().body
    assert acts(one) == ["shared", "refused"]
    settings = PartnerSettings.objects.get_or_create()[0]
    settings.share_closed_days = 10
    settings.save()
    assert Candidate.objects.of(by).exists()
    Candidate.objects.update(ended_at=timezone.now() - timedelta(days=11))
    assert not Candidate.objects.of(by).exists()
    assert Candidate.objects.staffed_by(making.staff_of(page)).exists()


def test_a_suspended_enterprise_learns_and_decides_nothing_and_learners_keep_their_say():
    page = making.order_program()
    one, other = making.candidate(page), making.candidate(page)
    by, slot = making.owner_of(page.order.enterprise), making.slot(page.order)
    interviews.book(one, slot=slot, by=one.enrollment.account)
    enterprises.suspend(page.order.enterprise, by=factories.account(), note="停业整顿。")
    page.order.refresh_from_db()

    assert not Candidate.objects.of(by).exists()
    assert not Candidate.objects.written_by(by).exists()
    for act in (
        lambda: candidates.accept(one, feedback="好。", by=by),
        lambda: scoring.note(fresh(one), text="好。", by=by),
        lambda: scoring.set_criteria(page.order, rows=[("手艺", 2)], by=by),
        lambda: making.slot(page.order, days=4),
        lambda: interviews.book(other, slot=slot, by=other.enrollment.account),
    ):
        with pytest.raises(CandidateError):
            act()
    assert not list(candidate_board.waits(page.order.enterprise))
    # What only sets learners free is still done.
    interviews.cancel_slot(slot, note="厂里停业。", by=by)
    candidates.take_back(one, by=one.enrollment.account)

    enterprises.reinstate(page.order.enterprise, by=factories.account())
    assert Candidate.objects.of(by).get() == other


def test_a_share_is_closed_some_days_after_the_training_or_the_end_of_the_order():
    page = making.order_program()
    one, other = making.candidate(page), making.candidate(page)
    by = making.owner_of(page.order.enterprise)
    candidates.accept(one, feedback="欢迎。", by=by)
    row = enrollment.confirm(fresh(one.enrollment), by=one.enrollment.account)
    later = timezone.now() + timedelta(days=PartnerSettings().share_closed_days, minutes=1)
    assert set(Candidate.objects.shared(later)) == {one, other}

    enrollment.complete(row, by=making.staff_of(page))
    assert set(Candidate.objects.of(by)) == {one, other}
    assert set(Candidate.objects.shared(later)) == {other}
    moves.record(page.order, "fulfilled", by=None, to_state=OrderState.FULFILLED)
    assert set(Candidate.objects.of(by)) == {one, other}
    assert not Candidate.objects.shared(later).exists()


def test_many_are_refused_at_once_with_words_or_not_at_all():
    page = making.order_program()
    found = [making.candidate(page) for _ in range(3)]
    by = making.owner_of(page.order.enterprise)
    with pytest.raises(CandidateError):
        candidates.refuse_many(page.order, candidates=found, feedback=" ", by=by)
    with pytest.raises(CandidateError):
        candidates.refuse_many(page.order, candidates=[], feedback="谢谢。", by=by)
    assert {fresh(one).decision for one in found} == {""}

    candidates.refuse_many(page.order, candidates=found, feedback="这次人多，谢谢您来。", by=by)

    assert {fresh(one).decision for one in found} == {"refuse"}
    assert all(said_to(one.enrollment.account)[-1] == "enrollment_not_admitted" for one in found)


def test_only_those_who_may_write_decide_and_only_once():
    page = making.order_program()
    one, enterprise = making.candidate(page), page.order.enterprise
    for account in (making.member(enterprise, Role.VIEWER), factories.account(), making.staff_of(page)):
        for act in (candidates.accept, candidates.reserve, candidates.refuse):
            with pytest.raises(CandidateError):
                act(one, feedback="好。", by=account)
    recruiter = making.member(enterprise)
    candidates.accept(one, feedback="好。", by=recruiter)
    with pytest.raises(CandidateError):
        candidates.refuse(one, feedback="不。", by=recruiter)
    assert acts(one) == ["shared", "accepted"]
    with pytest.raises(TypeError):
        one.history.update(note="改")


def test_a_learner_who_withdraws_ends_it_and_frees_the_interview():
    page = making.order_program()
    one = making.candidate(page)
    slot = making.slot(page.order)
    interviews.book(one, slot=slot, by=one.enrollment.account)

    enrollment.withdraw(one.enrollment, by=one.enrollment.account)

    assert fresh(one).ended_at
    assert acts(one)[-1] == "ended"
    assert fresh(slot).booked == 0
    assert Interview.objects.get().state == Interview.State.CALLED_OFF
    assert said_to(making.owner_of(page.order.enterprise))[-1] == "candidate_left"


def test_an_upheld_review_opens_it_again():
    page = making.order_program()
    one = making.candidate(page)
    by = making.owner_of(page.order.enterprise)
    candidates.refuse(one, feedback="这次人多。", by=by)
    row = fresh(one.enrollment)
    appeal = appeals.ask(row, by=row.account, text="我有证书，请再看一下。")

    appeals.answer(appeal, by=making.staff_of(page), uphold=True, text="证书补上了。")

    assert fresh(one).is_open
    assert acts(one)[-1] == "reopened"
    candidates.accept(one, feedback="证书看到了，欢迎。", by=by)
    assert fresh(one.enrollment).state == State.OFFERED


def test_an_upheld_review_leaves_no_refusal_behind_when_the_place_is_in_line():
    page = making.order_program(seats=1)
    one, by = making.candidate(page), making.owner_of(page.order.enterprise)
    candidates.refuse(one, feedback="这次人多。", by=by)
    taken = making.candidate(page)
    candidates.accept(taken, feedback="欢迎。", by=by)
    appeal = appeals.ask(fresh(one.enrollment), by=one.enrollment.account, text="我有证书，请再看一下。")
    type(page.intake).objects.filter(pk=page.intake.pk).update(closes_at=timezone.now() - timedelta(hours=1))

    appeals.answer(appeal, by=making.staff_of(page), uphold=True, text="证书补上了。")

    one = Candidate.objects.get(pk=one.pk)
    assert one.enrollment.state == State.WAITLISTED
    assert (one.decision, one.feedback, one.is_open) == ("", "", False)


def test_scores_by_weighted_criteria_that_stand_once_the_first_talk_has_begun():
    page = making.order_program()
    one, owner = making.candidate(page), making.owner_of(page.order.enterprise)
    second = making.member(page.order.enterprise)
    for rows in ([], [(f"项{n}", 1) for n in range(7)], [("手艺", 1), ("手艺", 2)], [("未婚", 1)]):
        with pytest.raises(CandidateError):
            scoring.set_criteria(page.order, rows=rows, by=owner)
    scoring.set_criteria(page.order, rows=[("手艺", 3), ("沟通", 1)], by=owner)
    skill, talk = page.order.criteria.all()

    scoring.score(one, points={skill.pk: 8, talk.pk: 5}, by=owner)
    scoring.score(one, points={skill.pk: 6}, by=second)

    # (3 x 7 + 1 x 5) of 40
    assert scoring.total_of(one.scores.all()) == 65.0
    with pytest.raises(CandidateError):
        scoring.set_criteria(page.order, rows=[("别的", 1)], by=owner)
    for wrong in ({skill.pk: 11}, {skill.pk: -1}, {0: 5}):
        with pytest.raises(CandidateError):
            scoring.score(one, points=wrong, by=owner)
    with pytest.raises(CandidateError):
        scoring.score(one, points={skill.pk: 1}, by=making.member(page.order.enterprise, Role.VIEWER))


def test_notes_stay_inside_the_enterprise():
    one = making.candidate()
    owner = making.owner_of(one.order.enterprise)
    scoring.note(one, text="下周再问一次。", by=owner)
    assert one.notes.get().text == "下周再问一次。"
    with pytest.raises(CandidateError):
        scoring.note(one, text=" ", by=owner)
    assert "下周再问一次" not in "".join(Message.objects.values_list("body", flat=True))
