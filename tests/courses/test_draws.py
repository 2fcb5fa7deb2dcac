"""A draw from the closing of the list to the seats: each step once, in its order, whatever happens in between."""

import hashlib
import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone, translation

from courses import entering
from courses.draws import admitting, drand, drawing, freezing, seeding, verify
from courses.draws.freezing import DrawError
from courses.enrollment import NotOpen
from courses.models import AdmissionRound, Draw, DrawDocument, DrawOutcome, Entry, SeatPool
from courses.states import Reason, State
from notifications.models import Message
from tests import factories
from tests.courses.drawing import DIGITS, admitted, apply, close, drawn, frozen, seeded, state_of

pytestmark = pytest.mark.django_db
Kind = DrawOutcome.Kind
LIST = DrawDocument.Kind.LIST
# https://api.drand.sh/52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971/public/1000
BEACON = 1000
SIGNATURE = "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39"
RANDOMNESS = "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd"


@pytest.fixture(autouse=True)
def _in_english():
    """Refusals are matched in English."""
    with translation.override("en"):
        yield


# --- The list ---------------------------------------------------------------------------------------------------------


def test_the_list_is_closed_only_after_the_window():
    round = factories.admission_round()
    with pytest.raises(DrawError, match="still open"):
        freezing.freeze(round, by=factories.account())
    AdmissionRound.objects.filter(pk=round.pk).update(status=AdmissionRound.Status.DRAFT)
    close(round)
    with pytest.raises(DrawError, match="published round"):
        freezing.freeze(round, by=factories.account())
    assert not DrawDocument.objects.exists()


def test_closing_twice_does_the_same_as_once():
    round = factories.admission_round()
    apply(round, 0)
    draw = frozen(round)
    again = freezing.freeze(round, by=factories.account())
    assert (again.pk, again.frozen_at, again.frozen_by) == (draw.pk, draw.frozen_at, draw.frozen_by)
    assert draw.documents.count() == 1


def test_the_list_names_nobody():
    who = factories.learner(name="林小雨")
    round = factories.admission_round()
    entry = apply(round, 0, 1, who=who)
    document = frozen(round).documents.get()
    raw = document.raw().decode()
    assert entry.reference in raw
    for secret in (who.name, who.account.phone, who.person, entry.enrollments.first().reference):
        assert secret not in raw
    assert hashlib.sha256(document.raw()).hexdigest() == document.sha256 == verify.digest(document.read())


def test_who_withdrew_is_out_and_nobody_comes_in_after():
    round = factories.admission_round()
    left, stays = apply(round, 0), apply(round, 0)
    entering.withdraw(left, by=left.account)
    draw = frozen(round)
    assert [ticket["ticket"] for ticket in draw.document(LIST)["tickets"]] == [stays.reference]
    with pytest.raises(NotOpen):
        apply(round, 0)


def test_who_has_a_seat_from_an_earlier_round_is_out():
    who = factories.learner()
    earlier, later = factories.admission_round(), factories.admission_round()
    later.excludes.add(earlier)
    entry = apply(later, 0, who=who)
    apply(earlier, 0, who=who)
    admitted(earlier)
    admitted(later)
    assert state_of(entry) == [State.NOT_ADMITTED]
    assert entry.enrollments.get().history.last().reason == Reason.EARLIER_ROUND


def test_published_files_and_outcomes_cannot_be_changed():
    round = factories.admission_round()
    apply(round, 0)
    drawn(round)
    for model in (DrawDocument, DrawOutcome):
        table = model._meta.db_table
        for statement in (f"UPDATE {table} SET draw_id = draw_id", f"DELETE FROM {table}"):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)


# --- The seed ---------------------------------------------------------------------------------------------------------


def test_there_is_no_seed_before_the_list_is_closed():
    round = factories.admission_round()
    draw = close(round)
    with pytest.raises(DrawError, match="not closed"):
        seeding.read_digits(draw, "123456", by=factories.account())
    with pytest.raises(DrawError, match="seed is not fixed"):
        drawing.carry_out(frozen(round), by=factories.account())


def test_two_people_must_read_the_same_digits():
    draw = frozen(factories.admission_round())
    one, other = factories.account(), factories.account()
    assert seeding.read_digits(draw, "12 34 56", by=one) is False
    with pytest.raises(DrawError, match="Another person"):
        seeding.read_digits(draw, "123456", by=one)
    with pytest.raises(DrawError, match="differ"):
        seeding.read_digits(draw, "123457", by=other)
    assert seeding.differing(draw) == 1
    assert seeding.read_digits(draw, "123457", by=one) is False
    assert seeding.read_digits(draw, "123457", by=other) is True
    draw.refresh_from_db()
    assert draw.seed == "123457"
    with pytest.raises(DrawError, match="already"):
        seeding.read_digits(draw, "999999", by=one)


@pytest.mark.parametrize("digits", ["", "12345", "12345x", "１２３４５６", "-123456"])
def test_digits_are_digits_and_enough(digits):
    draw = frozen(factories.admission_round())
    with pytest.raises(DrawError, match="digits"):
        seeding.read_digits(draw, digits, by=factories.account())


def test_a_beacon_counts_by_its_signature_alone():
    """Real BLS signatures: it takes seconds, so one test has all."""
    assert drand.randomness(BEACON, SIGNATURE) == RANDOMNESS
    with pytest.raises(drand.BeaconError):
        drand.randomness(BEACON + 1, SIGNATURE)
    for wrong in ("", "ab", "zz" * 48, "00" * 48, "c0" + "00" * 47, SIGNATURE[:-2]):
        assert not drand.is_genuine(BEACON, wrong)


def test_the_beacon_is_announced_and_comes_after_the_list(monkeypatch, settings):
    round = factories.admission_round(seed_source=AdmissionRound.SeedSource.DRAND)
    announced = freezing.beacon_of(round)
    draw = frozen(round)
    assert drand.time_of(announced) >= round.closes_at
    assert drand.time_of(draw.beacon) > draw.frozen_at
    assert drand.time_of(drand.first_at(round.closes_at)) - round.closes_at < timedelta(seconds=3)
    with pytest.raises(DrawError, match="later"):
        seeding.take_beacon(draw, SIGNATURE)
    monkeypatch.setattr(drand, "is_genuine", lambda number, signature: (number, signature) == (BEACON, SIGNATURE))
    Draw.objects.filter(pk=draw.pk).update(beacon=BEACON)
    draw.refresh_from_db()
    with pytest.raises(drand.BeaconError):
        seeding.take_beacon(draw, SIGNATURE.replace("b4", "b5"))
    settings.DRAND_URL = "http://127.0.0.1:9"
    with pytest.raises(drand.BeaconError, match="cannot be reached"):
        seeding.take_beacon(draw)
    seeding.take_beacon(draw, f" {SIGNATURE.upper()} ")
    draw.refresh_from_db()
    assert (draw.seed, draw.signature) == (RANDOMNESS, SIGNATURE)


def test_the_number_of_the_site_was_promised_before():
    round = factories.admission_round(seed_source=AdmissionRound.SeedSource.COMMITTED)
    promised = close(round).commitment
    draw = frozen(round)
    seeding.open_own_number(draw)
    draw.refresh_from_db()
    assert hashlib.sha256(draw.seed.encode()).hexdigest() == promised
    late = factories.admission_round(seed_source=AdmissionRound.SeedSource.COMMITTED)
    AdmissionRound.objects.filter(pk=late.pk).update(closes_at=timezone.now() - timedelta(hours=1))
    with pytest.raises(DrawError, match="not announced"):
        freezing.freeze(late, by=factories.account())


def test_a_round_has_one_source_of_chance():
    draw = frozen(factories.admission_round())
    with pytest.raises(DrawError, match="another source"):
        seeding.open_own_number(draw)


# --- The draw ---------------------------------------------------------------------------------------------------------


def test_a_mistake_before_the_seed_is_a_new_draw_that_names_the_old():
    round = factories.admission_round()
    apply(round, 0)
    draw = frozen(round)
    with pytest.raises(DrawError, match="Say why"):
        drawing.replace(draw, by=factories.account(), why=" ")
    new = drawing.replace(draw, by=factories.account(), why="一个班次的名额写错了。")
    assert (new.replaces, new.round) == (draw, round)
    assert drawing.replace(draw, by=factories.account(), why="又一次") == new
    assert set(Draw.objects.public()) == {draw, new}
    assert freezing.freeze(round, by=factories.account()) == new
    with pytest.raises(DrawError):
        drawing.replace(seeded(factories.admission_round()), by=factories.account(), why="结果不好")


def test_trying_out_keeps_nothing():
    round = factories.admission_round(seats=(1, 1))
    for _learner in range(3):
        apply(round, 0, 1)
    draw = seeded(round)
    counts = drawing.try_out(draw)
    assert (counts["members"], counts["seats"], counts["without"], counts["free"]) == (3, 2, 1, 0)
    assert not DrawOutcome.objects.exists()
    assert Draw.objects.get(pk=draw.pk).drawn_at is None


def test_drawing_twice_does_the_same_as_once():
    round = factories.admission_round()
    for _learner in range(3):
        apply(round, 0)
    draw = drawn(round)
    before = list(DrawOutcome.objects.values_list("pk", "kind", "line"))
    again = drawing.carry_out(draw, by=factories.account())
    assert again.drawn_at == draw.drawn_at
    assert list(DrawOutcome.objects.values_list("pk", "kind", "line")) == before
    assert draw.documents.count() == 2


def test_the_published_files_pass_the_verifier():
    round = factories.admission_round(seats=(2, 1), first_choices_first=True)
    for positions in [(0, 1), (0,), (1, 0), (0, 1)]:
        apply(round, *positions)
    apply(round, 0, 1, together=[factories.learner()])
    draw = drawn(round)
    entries, result = draw.document(LIST), draw.document(DrawDocument.Kind.RESULT)
    assert verify.faults(entries, result) == []
    result["seed"] = "1"
    assert verify.faults(entries, result)


@pytest.mark.parametrize("order", [range(8), [7, 0, 3, 1, 5, 2, 4, 6]])
def test_neither_arrival_nor_database_plays_a_part(order):
    """The same result in whatever order rows were written, and on each database: it is spelled out here."""
    pools = [{"name": "公开", "capacity": 1}, {"name": "新学员", "capacity": 1, "newcomers": "institution"}]
    round = factories.admission_round(seats=(pools, 1, 1))
    Draw.objects.create(round=round, reference="D-AAAA-BBBB")
    for number in order:
        entry = apply(round, *[(number + step) % 3 for step in range(number % 3 + 1)])
        Entry.objects.filter(pk=entry.pk).update(reference=f"E-{number:04d}-AAAA")
    result = drawn(round).document(DrawDocument.Kind.RESULT)
    place = {intake.code: number for number, intake in enumerate(round.list_of_intakes)}
    names = {str(pool.pk): pool.name for pool in SeatPool.objects.all()}
    assert [int(ticket[2:6]) for ticket, _number in result["order"]] == [5, 7, 2, 3, 4, 6, 1, 0]
    assert {
        int(member[2:6]): (place[code], names[pool], choice) for member, (code, pool, choice) in result["seats"].items()
    } == {5: (2, "公开名额", 1), 7: (1, "公开名额", 1), 2: (0, "新学员", 2), 3: (0, "公开", 1)}
    lines = {place[code]: [int(member[2:6]) for member in line] for code, line in result["lines"].items()}
    assert lines == {0: [6, 0], 1: [4, 1], 2: [4, 1]}


# --- Ranking ----------------------------------------------------------------------------------------------------------


def ranked_round(**fields):
    keys = {"rule": AdmissionRound.Rule.RANKED, "rank_by": ["语文+数学", "数学"], "minimum_score": 100}
    return factories.admission_round(seats=(2,), **keys | fields)


def marked(round, **marks):
    entry = apply(round, 0)
    Entry.objects.filter(pk=entry.pk).update(marks=marks)
    return entry


def test_the_score_decides_then_the_declared_marks_then_chance():
    round = ranked_round()
    best, tied, low = (marked(round, 语文=语文, 数学=数学) for 语文, 数学 in [(90, 90.5), (80, 100), (49, 50.5)])
    second, missing = marked(round, 语文=90, 数学=90), marked(round, 语文=100)
    draw = admitted(round)
    order = [name for name, _number in draw.document(DrawDocument.Kind.RESULT)["order"]]
    assert order == [best.reference, tied.reference, second.reference]
    assert [state_of(entry)[0] for entry in (best, tied, second)] == [State.OFFERED, State.OFFERED, State.WAITLISTED]
    for entry in (low, missing):
        assert entry.enrollments.get().state == State.NOT_ADMITTED
        assert entry.enrollments.get().history.last().reason == Reason.SCORE_TOO_LOW


def test_marks_are_hidden_from_all_but_their_owner():
    from courses.draws.marks import opened

    round = ranked_round()
    entry = marked(round, 语文=93.5, 数学=88)
    draw = frozen(round)
    (ticket,) = draw.document(LIST)["tickets"]
    (member,) = ticket["members"]
    raw = json.dumps(draw.document(LIST))
    assert "93.5" not in raw
    assert "181" not in raw
    assert "band" not in member
    entry.refresh_from_db()
    assert hashlib.sha256(opened(draw, round, entry).encode()).hexdigest() == member["marks"]


def test_bands_are_shown_where_the_round_says_so():
    round = ranked_round(scores_shown=AdmissionRound.ScoresShown.BANDS)
    marked(round, 语文=93.5, 数学=88)
    (ticket,) = frozen(round).document(LIST)["tickets"]
    assert ticket["members"][0]["band"] == "180-189"


def test_a_pair_with_one_missing_mark_is_not_ranked():
    round = ranked_round()
    first = apply(round, 0, together=[factories.learner()])
    Entry.objects.filter(pk=first.pk).update(marks={"语文": 100, "数学": 100})
    draw = frozen(round)
    assert [ticket["rank"] for ticket in draw.document(LIST)["tickets"]] == [None]


def test_a_result_that_is_held_comes_out_at_its_time_for_families_and_public_at_once(client):
    round = factories.admission_round(seats=(1,), holds_results=True)
    entry = apply(round, 0)
    draw = drawn(round)
    admitting.admit.call(draw.pk)
    page = reverse("draw_page", args=[draw.reference])
    files = [reverse("draw_file", args=[draw.reference, "result"]), reverse("draw_table", args=[draw.reference])]
    client.force_login(entry.account)
    detail = reverse("entry_detail", args=[entry.reference])
    before = [client.get(address).content.decode() for address in (page, detail)]
    assert state_of(entry) == ["submitted"]
    assert not any(DIGITS in text for text in before)
    assert [client.get(file).status_code for file in files] == [404, 404]
    assert not Message.objects.filter(kind="enrollment_offered").exists()
    now = timezone.now()
    Draw.objects.update(touched_at=now - timedelta(minutes=5), drawn_at=now - timedelta(minutes=5))
    assert admitting.resume_left_behind() == 0
    AdmissionRound.objects.update(results_at=now)
    assert admitting.resume_left_behind() == 1
    assert admitting.resume_left_behind() == 0
    admitting.admit.call(draw.pk)
    offer = entry.enrollments.get()
    assert offer.state == "offered"
    assert offer.offer_expires_at > now + timedelta(hours=20)
    assert DIGITS in client.get(page).content.decode()
    assert [client.get(file).status_code for file in files] == [200, 200]


def test_what_everyone_could_compute_cannot_be_held():
    round = factories.admission_round(holds_results=True, seed_source="drand")
    with pytest.raises(ValidationError) as refused:
        round.clean()
    assert set(refused.value.message_dict) == {"holds_results"}
