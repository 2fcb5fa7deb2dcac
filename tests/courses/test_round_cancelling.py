"""A round is cancelled before its draw: everyone is told why, choices end, classes are free; after it, never."""

import pytest
from django.urls import reverse

from courses import entering, round_cancelling, rounds
from courses.draws import freezing
from courses.models import AdmissionRound, HistoryEntry, Intake
from courses.states import Reason, State
from notifications.models import Message
from tests import factories
from tests.courses import staff_screens
from tests.courses.drawing import admitted, apply, close, drawn, frozen, state_of
from tests.courses.invariants import assert_invariants

pytestmark = pytest.mark.django_db
WHY = "教室被水淹了。"


@pytest.fixture
def tahe(settings):
    """(a class of Tahe, a client of its officer, a client of another institution's manager)."""
    intake, officer, manager = staff_screens.two_counties(settings)
    return intake, staff_screens.signed_in(officer), staff_screens.signed_in(manager)


def test_staff_cancel_with_a_reason_after_reading_what_follows(tahe):
    intake, client, other = tahe
    round = factories.admission_round(institution=intake.program.institution)
    entry, withdrawn = apply(round, 0, 1), apply(round, 1)
    entering.withdraw(withdrawn, by=withdrawn.account)
    address = reverse("admission_round:cancel", args=[round.pk])
    assert other.get(address).status_code == 404
    assert client.post(address, {"note": ""}).context["form"].errors
    asked = client.post(address, {"note": WHY})
    assert "1 份申请连同全部志愿一起结束" in asked.content.decode()
    assert "变为草稿" in asked.content.decode()
    round.refresh_from_db()
    assert round.status == "published", "asking is not doing"
    assert address in client.get(reverse("admission_round:inspect", args=[round.pk])).content.decode()
    done = client.post(address, {"note": WHY, "confirmed": "1"}, follow=True)
    assert "已通知 1 份申请" in done.content.decode()
    assert address not in done.content.decode()
    assert client.get(address).status_code == 404
    told = Message.objects.filter(kind="entry_cancelled")
    assert [message.account for message in told] == [entry.account]
    assert WHY in told.get().body
    assert state_of(entry) == [State.CANCELLED] * 2
    last = HistoryEntry.objects.filter(enrollment__entry=entry, to_state=State.CANCELLED)
    assert {(row.reason, row.note, row.by is None) for row in last} == {(Reason.ROUND_CANCELLED, WHY, False)}
    page = client.get(reverse("round_page", args=[round.pk])).content.decode()
    assert WHY in page
    client.force_login(entry.account)
    mine = client.get(reverse("entry_detail", args=[entry.reference])).content.decode()
    assert WHY in mine
    assert reverse("entry_change", args=[entry.reference]) not in mine
    assert_invariants()


def test_its_classes_can_be_used_again_and_nobody_applies_any_more():
    round = factories.admission_round()
    apply(round, 0)
    round_cancelling.cancel(round, by=factories.account(), note=WHY)
    rows = Intake.objects.filter(pk__in=[one.pk for one in round.list_of_intakes])
    assert set(rows.values_list("round", "status", "admission_rule")) == {(None, "draft", "first_come")}
    again = factories.admission_round(seats=(), institution=round.institution, term=round.term)
    assert set(rounds.shareable([round.institution], round.term, again)) == set(rows)
    with pytest.raises(entering.WrongChoices):
        apply(round, 0)
    with pytest.raises(round_cancelling.CannotCancel):
        round_cancelling.cancel(round, by=factories.account(), note=WHY)
    with pytest.raises(freezing.DrawError):
        frozen(round)


def test_a_closed_list_may_still_be_cancelled_and_stays_public_but_a_draw_never(client):
    round = factories.admission_round()
    entry = apply(round, 0)
    draw = frozen(round)
    round_cancelling.cancel(round, by=factories.account(), note=WHY)
    assert state_of(entry) == [State.CANCELLED]
    assert client.get(reverse("draw_page", args=[draw.reference])).status_code == 200
    carried = factories.admission_round()
    apply(carried, 0)
    drawn(carried)
    with pytest.raises(round_cancelling.CannotCancel):
        round_cancelling.cancel(carried, by=factories.account(), note=WHY)


def test_leftover_seats_are_shared_out_in_a_supplementary_round_and_go_back_when_it_is_cancelled():
    """Two of three seats are left; a second round shares them out; whoever won in the first is out of it."""
    first = factories.admission_round(seats=(3, 1))
    winners = [apply(first, 0), apply(first, 1)]
    admitted(first)
    left = list(rounds.shareable([first.institution], first.term))
    assert left == [first.list_of_intakes[0]]
    second = factories.admission_round(seats=(), institution=first.institution, term=first.term)
    second.excludes.add(first)
    rounds.share_out(second, left)
    second.refresh_from_db()
    second.list_of_intakes = left
    assert second.supplementary_to == first
    with pytest.raises(entering.NotEligible):
        apply(second, 0, who=winners[1].learner)
    newcomer = apply(second, 0)
    left[0].refresh_from_db()
    assert left[0].round == second
    round_cancelling.cancel(second, by=factories.account(), note=WHY)
    left[0].refresh_from_db()
    assert (left[0].round, left[0].status) == (first, "published")
    assert state_of(winners[0]) == [State.OFFERED]
    assert state_of(newcomer) == [State.CANCELLED]
    assert_invariants()
    assert close(AdmissionRound.objects.get(pk=first.pk)).drawn_at
