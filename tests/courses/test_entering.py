"""Taking part in a round: choices in order, several learners, changes until the window closes, nobody twice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from courses import copying, enrollment, entering, moves
from courses.enrollment import DataMissing, NotEligible, NotOpen
from courses.models import AdmissionRound, Enrollment, Entry, EntryChange, Intake
from courses.states import Reason, State
from notifications.models import Message
from tests import factories
from tests.courses.invariants import assert_invariants

pytestmark = pytest.mark.django_db


def apply(round, who, *positions, **options):
    """The learner lists these classes of the round (0 is the first of it)."""
    choices = [round.list_of_intakes[position] for position in positions]
    return entering.apply(round=round, learners=[who], choices=choices, by=who.account, **options)[0]


def choices_of(entry):
    return [row.intake_id for row in entering.submitted(entry)]


def keys(round, *positions):
    return [round.list_of_intakes[position].pk for position in positions]


def test_choices_are_kept_in_order_and_hold_no_seat():
    round = factories.admission_round(seats=(1, 1, 1))
    entry = apply(round, factories.learner(), 2, 0)
    assert choices_of(entry) == keys(round, 2, 0)
    assert [(row.state, row.choice, row.pool) for row in entering.submitted(entry)] == [
        (State.SUBMITTED, 1, None),
        (State.SUBMITTED, 2, None),
    ]
    assert entry.reference.startswith("E-")
    assert entry.changes.get().choices == keys(round, 2, 0)
    told = Message.objects.get(account=entry.account)
    assert f"1. {round.list_of_intakes[2].title}" in told.body
    assert entry.reference in told.body
    assert_invariants()


def test_the_rules_of_the_round_and_its_pools_are_kept_as_told():
    pools = [{"name": "公开", "capacity": 1}, {"name": "新学员", "capacity": 2, "newcomers": "institution"}]
    round = factories.admission_round(seats=(pools,), first_choices_first=True)
    entry = apply(round, factories.learner(), 0)
    terms = entry.enrollments.get().terms
    assert terms["round"]["first_choices_first"] is True
    assert [pool["name"] for pool in terms["pools"]] == ["新学员", "公开"]


def test_choices_are_changed_and_reordered_with_history():
    round = factories.admission_round(seats=(1, 1, 1))
    who = factories.learner()
    entry = apply(round, who, 0, 1)
    entering.change(entry, choices=[round.list_of_intakes[2], round.list_of_intakes[0]], by=who.account)
    assert choices_of(entry) == keys(round, 2, 0)
    left = Enrollment.objects.get(entry=entry, state=State.WITHDRAWN)
    assert left.history.last().reason == Reason.CHANGED_CHOICE
    assert [change.choices for change in entry.changes.all()] == [keys(round, 0, 1), keys(round, 2, 0)]
    assert_invariants()


def test_whoever_withdrew_can_apply_again():
    round = factories.admission_round()
    who = factories.learner()
    entering.withdraw(apply(round, who, 0, 1), by=who.account)
    assert not Enrollment.objects.live().exists()
    assert apply(round, who, 1).is_live
    assert_invariants()


ACTS = {
    "apply": lambda round, who, entry: apply(round, factories.learner(), 0),
    "change": lambda round, who, entry: entering.change(entry, choices=[round.list_of_intakes[1]], by=who.account),
    "withdraw": lambda round, who, entry: entering.withdraw(entry, by=who.account),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("when", ["before", "after", "draft"])
def test_nothing_is_possible_outside_the_window(act, when):
    round = factories.admission_round()
    who = factories.learner()
    entry = apply(round, who, 0)
    hour, now = timedelta(hours=1), timezone.now()
    times = {"before": (now + hour, now + 2 * hour), "after": (now - 2 * hour, now - hour)}
    opens, closes = times.get(when, (round.opens_at, round.closes_at))
    status = AdmissionRound.Status.DRAFT if when == "draft" else round.status
    AdmissionRound.objects.update(opens_at=opens, closes_at=closes, status=status)
    with pytest.raises(NotOpen):
        ACTS[act](round, who, entry)
    assert list(Enrollment.objects.live().values_list("intake", "choice")) == [(keys(round, 0)[0], 1)]


def test_choices_must_be_of_the_round_each_once_and_not_too_many():
    round, other = factories.admission_round(seats=(1, 1, 1), choices=2), factories.admission_round()
    draft = round.list_of_intakes[2]
    Intake.objects.filter(pk=draft.pk).update(status=Intake.Status.DRAFT)
    who = factories.learner()
    first, second = round.list_of_intakes[:2]
    for wrong in ([], [first, first], [first, second, draft], [draft], [other.list_of_intakes[0]]):
        with pytest.raises(entering.WrongChoices):
            entering.apply(round=round, learners=[who], choices=wrong, by=who.account)
    assert not Entry.objects.exists()


def test_eligibility_is_checked_for_each_choice():
    round = factories.admission_round()
    Intake.objects.filter(pk=round.list_of_intakes[1].pk).update(min_age=60 * 12)
    with pytest.raises(DataMissing):
        apply(round, factories.learner(), 0, 1)
    young = factories.learner(birth_date=timezone.localdate() - timedelta(days=30 * 365))
    with pytest.raises(NotEligible) as refused:
        apply(round, young, 0, 1)
    assert round.list_of_intakes[1].title in refused.value.messages[0]
    assert apply(round, young, 0).is_live


def test_one_person_enters_once_whatever_the_account():
    round = factories.admission_round()
    one, other = factories.learner(), factories.learner()
    for who in (one, other):
        who.set_document("resident", "11010519491231002X")
        who.save()
    entry = apply(round, one, 0)
    with pytest.raises(entering.AlreadyEntered) as refused:
        apply(round, other, 1)
    assert refused.value.entry == entry


def test_the_choices_of_a_round_count_as_one_course_of_the_term():
    round = factories.admission_round(term=factories.term(learner_limit=2))
    who = factories.learner()
    apply(round, who, 0, 1)
    assert factories.enroll(factories.intake(term=round.term, starts_in=timedelta(days=16)), who).state == "enrolled"
    with pytest.raises(NotEligible):
        factories.enroll(factories.intake(term=round.term, starts_in=timedelta(days=17)), who)


def test_two_share_a_ticket_and_change_together_until_one_leaves():
    round = factories.admission_round()
    family = factories.account()
    pair = [factories.learner(of=family), factories.learner(of=family)]
    options = {"round": round, "by": family, "together": True}
    with pytest.raises(entering.WrongChoices):
        entering.apply(learners=pair[:1], choices=round.list_of_intakes, **options)
    first, second = entering.apply(learners=pair, choices=round.list_of_intakes, **options)
    assert first.bound_to == second.bound_to == first.reference
    entering.change(second, choices=round.list_of_intakes[:1], by=family)
    assert choices_of(first) == choices_of(second) == keys(round, 0)
    entering.withdraw(first, by=family)
    second.refresh_from_db()
    assert second.is_live
    assert second.bound_to == ""
    assert EntryChange.objects.filter(entry=second).last().choices == keys(round, 0)


def test_several_learners_enter_all_or_none():
    round = factories.admission_round()
    family = factories.account()
    pair = [factories.learner(of=family), factories.learner(of=family)]
    apply(round, pair[1], 0)
    with pytest.raises(entering.AlreadyEntered):
        entering.apply(round=round, learners=pair, choices=round.list_of_intakes, by=family)
    assert Entry.objects.count() == 1


def test_a_seat_from_an_earlier_round_shuts_out_of_a_later_one_that_says_so():
    earlier, later, open_to_all = (factories.admission_round() for _ in range(3))
    later.excludes.add(earlier)
    who = factories.learner()
    row = apply(earlier, who, 0).enrollments.get()
    with moves.changing(row) as fresh:
        moves.move(fresh, State.ENROLLED, by=None, pool=fresh.intake.pools.get())
    Intake.objects.update(allow_clash=True)
    with pytest.raises(NotEligible):
        apply(later, who, 0)
    assert apply(open_to_all, who, 0).is_live


def draw(entry, *, line=None, offer=None):
    """As a draw leaves an entry: waiting in each choice at place `line`, and a seat offered in choice `offer`."""
    for row in entering.submitted(entry):
        with moves.changing(row) as fresh:
            pool = fresh.intake.pools.get()
            if row.choice == offer:
                deadline = timezone.now() + timedelta(hours=5)
                moves.move(fresh, State.OFFERED, by=None, pool=pool, offer_expires_at=deadline)
            else:
                moves.move(fresh, State.WAITLISTED, by=None, pool=pool, line=line)


def test_waitlists_follow_the_draw_then_the_arrival():
    round = factories.admission_round(seats=(1,))
    entries = [apply(round, factories.learner(), 0) for _ in range(4)]
    draw(entries[0], offer=1)
    for entry, line in ((entries[1], 3), (entries[2], 1), (entries[3], 2)):
        draw(entry, line=line)
    rows = {entry: entry.enrollments.get() for entry in entries}
    assert [rows[entry].waitlist_position for entry in entries] == [None, 3, 1, 2]
    enrollment.decline(rows[entries[0]], by=None)
    rows[entries[2]].refresh_from_db()
    assert rows[entries[2]].state == State.OFFERED
    assert [row.pk for row in Enrollment.objects.waitlisted()] == [rows[entries[3]].pk, rows[entries[1]].pk]
    assert [row.pk for row in moves.in_line(round.list_of_intakes[0])] == [rows[entries[3]].pk, rows[entries[1]].pk]
    assert_invariants()


def test_one_entry_gets_one_seat():
    round = factories.admission_round(seats=(1, 1))
    who, other = factories.learner(), factories.learner()
    mine, theirs = apply(round, who, 0, 1), apply(round, other, 1)
    draw(theirs, offer=1)
    draw(mine, line=1, offer=1)
    first, second = mine.enrollments.order_by("choice")
    enrollment.confirm(first, by=who.account)
    enrollment.decline(theirs.enrollments.get(), by=other.account)
    second.refresh_from_db()
    assert (second.state, second.history.last().reason) == (State.NOT_ADMITTED, Reason.OTHER_CHOICE)
    assert_invariants()


def test_an_accepted_seat_ends_the_other_waits_of_the_entry():
    round = factories.admission_round(seats=(1, 1, 1))
    who = factories.learner()
    entry = apply(round, who, 0, 1)
    draw(entry, line=1, offer=1)
    assert entering.end_other_choices() == 0
    first, second = entry.enrollments.order_by("choice")
    enrollment.confirm(first, by=who.account)
    assert entering.end_other_choices() == 1
    second.refresh_from_db()
    assert second.state == State.NOT_ADMITTED
    assert entering.end_other_choices() == 0


def test_one_choice_is_not_withdrawn_past_the_entry():
    round = factories.admission_round()
    who = factories.learner()
    entry = apply(round, who, 0, 1)
    with pytest.raises(moves.MoveRefused):
        enrollment.withdraw(entry.enrollments.first(), by=who.account)
    assert len(entering.submitted(entry)) == 2


def test_a_copy_of_a_class_in_a_round_is_a_draft_with_the_plain_rule_and_the_same_pools():
    pools = [{"name": "公开", "capacity": 1}, {"name": "新学员", "capacity": 2, "newcomers": "institution"}]
    round = factories.admission_round(seats=(pools,))
    term = factories.term(starts_on=round.term.starts_on + timedelta(weeks=26), ends_on="2028-01-01")
    (made,) = copying.copy(copying.plan(round.list_of_intakes, term=term), term=term, by=factories.account())
    assert (made.round, made.admission_rule, made.status) == (None, "first_come", "draft")
    assert list(made.pools.values_list("newcomers", flat=True)) == ["", "institution"]


@pytest.mark.django_db(transaction=True)
def test_one_person_who_applies_through_two_accounts_at_once_is_entered_once(together):
    round = factories.admission_round()
    pair = [factories.learner(), factories.learner()]
    for who in pair:
        who.set_document("resident", "11010519491231002X")
        who.save()
    outcomes = together(lambda who: apply(round, who, 0), pair)
    assert sorted(type(one).__name__ for one in outcomes) == ["AlreadyEntered", "Entry"]
    assert Entry.objects.count() == 1
    assert_invariants()
