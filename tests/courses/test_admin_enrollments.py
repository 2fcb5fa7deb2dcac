"""Staff see their enrollments, rosters and learners, act on one or many, and see nothing of another county."""

import csv
import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from courses import enrollment, personal_data
from courses.admin import enrollments as admin_enrollments
from courses.models import Enrollment, EnrollmentNote, IdentityReveal
from courses.states import Reason, State
from institutions import roles
from tests import factories
from tests.courses.invariants import assert_invariants
from tests.courses.staff_screens import signed_in, staff

pytestmark = pytest.mark.django_db

NUMBER = "11010519491231002X"


@pytest.fixture
def grandmother(intake):
    """A learner with document and phone, enrolled."""
    learner = factories.learner(name="王秀芝", phone="13845671234", birth_date=date(1949, 12, 31), sex="f")
    learner.set_document("resident", NUMBER)
    learner.save()
    return factories.enroll(intake, learner)


def act(client, name, *enrollments, **data):
    """Tick these in the roster, choose the act, answer the question."""
    address = reverse("enrollment:act", args=[name])
    ids = [row.pk for row in enrollments]
    asked = client.post(address, {"id": ids})
    assert asked.status_code == 200
    return client.post(address, {"id": ids, "asked": "1", **data}, follow=True)


def test_the_list_shows_masked_people_and_finds_them_in_four_ways(officer, intake, grandmother):
    factories.enroll(intake, factories.learner(name="李雷"))
    everyone = officer.get(reverse("enrollment:index")).content.decode()
    assert "王秀芝" in everyone
    assert "李雷" in everyone
    for query in (grandmother.reference, "王秀", "138 4567 1234", NUMBER):
        page = officer.get(reverse("enrollment:index"), {"q": query}).content.decode()
        assert "王秀芝" in page, query
        assert "李雷" not in page, query


def test_the_list_is_narrowed_by_state_term_channel_and_day(officer, intake, grandmother):
    other = factories.enroll(intake, factories.learner(name="李雷"))
    enrollment.withdraw(other, by=other.account)
    today = timezone.localdate()
    wanted = {"state": "enrolled", "term": intake.term_id, "channel": "web", "submitted_at_from": today.isoformat()}
    page = officer.get(reverse("enrollment:index"), wanted).content.decode()
    assert "王秀芝" in page
    assert "李雷" not in page
    later = {"submitted_at_from": (today + timedelta(days=1)).isoformat()}
    assert "王秀芝" not in officer.get(reverse("enrollment:index"), later).content.decode()


def test_a_long_list_is_counted_to_a_limit_only_and_says_so(officer, intake, monkeypatch):
    monkeypatch.setattr(admin_enrollments, "COUNTED_AT_MOST", 2)
    for _ in range(3):
        factories.enroll(intake)
    page = officer.get(reverse("enrollment:index"))
    assert page.context["items_count"] == 2
    assert page.context["limit"] == 2


def test_the_list_asks_as_much_for_ten_as_for_two(officer, intake, django_assert_max_num_queries):
    factories.enroll(intake)
    officer.get(reverse("enrollment:index"))
    for _ in range(9):
        factories.enroll(intake)
    with django_assert_max_num_queries(22):
        officer.get(reverse("enrollment:index"))


def test_an_enrollment_shows_its_whole_life(officer, intake, grandmother, county):
    EnrollmentNote.objects.create(enrollment=grandmother, by=county[1], text="听力不好")
    page = officer.get(reverse("enrollment:inspect", args=[grandmother.pk])).content.decode()
    assert grandmother.reference in page
    assert "听力不好" in page
    assert "138****1234" in page
    assert NUMBER not in page
    officer.post(reverse("enrollment:note", args=[grandmother.pk]), {"text": "坐前排"})
    assert grandmother.notes.count() == 2


def test_notes_go_with_the_person(officer, grandmother, county):
    EnrollmentNote.objects.create(enrollment=grandmother, by=county[1], text="听力不好")
    personal_data.erase(grandmother.account, grandmother.learner)
    assert not EnrollmentNote.objects.exists()


def test_the_export_streams_what_the_list_shows_masked(officer, intake, grandmother):
    answer = officer.get(reverse("enrollment:index"), {"export": "csv", "intake": intake.pk})
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert len(rows) == 2
    assert rows[1][0] == grandmother.reference
    assert "138****1234" in rows[1]
    book = officer.get(reverse("enrollment:index"), {"export": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(book.streaming_content))).active
    assert [cell.value for cell in sheet[2]][2] == "王秀芝"
    assert NUMBER not in str([cell.value for row in sheet for cell in row])


def test_the_roster_has_the_seated_the_waiting_with_their_place_and_the_gone(officer, intake):
    seated = [factories.enroll(intake) for _ in range(3)]
    waiting = [factories.enroll(intake) for _ in range(2)]
    enrollment.withdraw(waiting[0], by=waiting[0].account, reason=Reason.NO_TIME)
    page = officer.get(reverse("enrollment:roster", args=[intake.pk]))
    parts = {key: rows for key, _title, rows in page.context["parts"]}
    assert parts["seated"] == seated
    assert [(row, row.place) for row in parts["waiting"]] == [(waiting[1], 1)]
    assert parts["gone"] == [waiting[0]]
    printed = officer.get(reverse("enrollment:roster_print", args=[intake.pk])).content.decode()
    assert seated[0].learner.name in printed
    assert 'class="sign"' in printed


def test_a_roster_of_five_hundred_asks_as_much_as_one_of_five(officer, intake, django_assert_max_num_queries):
    intake.pools.update(capacity=500, seats_taken=500)
    people = [factories.learner() for _ in range(5)]
    pool = intake.pools.get()
    rows = [
        Enrollment(intake=intake, learner=person, account=person.account, person=f"{n}", pool=pool, state="enrolled")
        for n in range(500)
        for person in [people[n % 5]]
    ]
    Enrollment.objects.bulk_create(rows)
    with django_assert_max_num_queries(16):
        page = officer.get(reverse("enrollment:roster", args=[intake.pk]))
    assert page.content.decode().count('name="id"') == 500
    with django_assert_max_num_queries(16):
        officer.get(reverse("enrollment:roster_print", args=[intake.pk]))


def test_staff_confirm_an_offer_for_somebody_who_rang(officer, intake):
    first, *_others = [factories.enroll(intake) for _ in range(3)]
    waiting = factories.enroll(intake)
    enrollment.withdraw(first, by=first.account)
    act(officer, "confirm", waiting)
    waiting.refresh_from_db()
    assert waiting.state == State.ENROLLED
    assert_invariants()


def test_staff_cancel_several_with_a_listed_reason(officer, intake):
    rows = [factories.enroll(intake) for _ in range(2)]
    act(officer, "cancel", *rows, reason="absent", note="缺课三次")
    for row in rows:
        row.refresh_from_db()
        assert row.state == State.CANCELLED
        assert row.history.last().reason == Reason.ABSENT
    assert_invariants()


def test_without_a_reason_nobody_is_cancelled(officer, intake):
    row = factories.enroll(intake)
    act(officer, "cancel", row)
    row.refresh_from_db()
    assert row.state == State.ENROLLED


def test_staff_move_several_as_far_as_seats_go_and_name_who_is_refused(officer, intake):
    friday = factories.intake(program=intake.program, seats=1, starts_in=timedelta(days=20))
    rows = [factories.enroll(intake) for _ in range(2)]
    page = act(officer, "move", *rows, to=f"{friday.title} {friday.code}").content.decode()
    states = sorted(Enrollment.objects.filter(pk__in=[row.pk for row in rows]).values_list("state", flat=True))
    assert states == ["enrolled", "withdrawn"]
    assert friday.enrollments.live().count() == 1
    assert rows[1].learner.name in page
    assert_invariants()


def test_nobody_is_moved_to_a_class_of_another_institution(officer, intake, county):
    theirs = factories.intake(program=factories.program(institution=county[2].posts.get().institution), seats=1)
    row = factories.enroll(intake)
    act(officer, "move", row, to=theirs.code)
    row.refresh_from_db()
    assert row.state == State.ENROLLED


def test_a_whole_number_is_shown_once_for_a_reason_and_recorded(officer, county, grandmother):
    address = reverse("learner:reveal", args=[grandmother.learner_id])
    assert NUMBER not in officer.get(address).content.decode()
    assert NUMBER not in officer.post(address, {"purpose": "other"}).content.decode()
    assert not IdentityReveal.objects.exists()
    assert NUMBER in officer.post(address, {"purpose": "certificate", "note": "结业证"}).content.decode()
    record = IdentityReveal.objects.get()
    assert (record.by, record.learner, record.note) == (county[1], grandmother.learner, "结业证")
    assert NUMBER not in officer.get(address).content.decode()
    manager = signed_in(staff(roles.MANAGER, grandmother.intake.program.institution))
    assert "结业证" in manager.get(reverse("identity_reveal:index")).content.decode()
    assert "结业证" not in signed_in(county[2]).get(reverse("identity_reveal:index")).content.decode()
    assert officer.get(reverse("identity_reveal:index")).status_code == 302


def test_learners_are_found_and_put_right(officer, grandmother):
    factories.learner(name="王秀芝", phone="13900000000")
    page = officer.get(reverse("learner:index"), {"q": NUMBER}).content.decode()
    assert "138****1234" in page
    assert "139****0000" not in officer.get(reverse("learner:index")).content.decode()
    learner = grandmother.learner
    form = {"name": "王秀枝", "phone": "138 4567 9999", "district": "232722", "guardian_name": "", "township": ""}
    assert officer.get(reverse("learner:edit", args=[learner.pk])).status_code == 200
    answer = officer.post(reverse("learner:edit", args=[learner.pk]), form)
    assert answer.status_code == 302
    learner.refresh_from_db()
    assert (learner.name, learner.phone, learner.birth_date) == ("王秀枝", "13845679999", date(1949, 12, 31))
    assert "王秀枝" in officer.get(reverse("learner:inspect", args=[learner.pk])).content.decode()


def test_the_administrator_opens_every_page(intake, grandmother):
    chief = signed_in(factories.account(is_staff=True, is_superuser=True))
    for name, keys in [
        *(("enrollment:index", []), ("learner:index", []), ("identity_reveal:index", []), ("desk", [])),
        *((name, [grandmother.pk]) for name in ("enrollment:inspect", "desk_slip")),
        *((f"learner:{name}", [grandmother.learner_id]) for name in ("inspect", "edit", "history", "reveal")),
        *((f"enrollment:{name}", [intake.pk]) for name in ("roster", "roster_print")),
    ]:
        assert chief.get(reverse(name, args=keys)).status_code == 200, name


def test_another_county_finds_nothing_at_any_address(county, intake, grandmother):
    theirs = signed_in(county[2])
    for name, key in [
        ("enrollment:inspect", grandmother.pk),
        ("enrollment:roster", intake.pk),
        ("enrollment:roster_print", intake.pk),
        ("learner:inspect", grandmother.learner_id),
        ("learner:edit", grandmother.learner_id),
        ("learner:history", grandmother.learner_id),
        ("learner:reveal", grandmother.learner_id),
        ("desk_slip", grandmother.pk),
    ]:
        assert theirs.get(reverse(name, args=[key])).status_code == 404, name
    assert theirs.post(reverse("enrollment:note", args=[grandmother.pk]), {"text": "x"}).status_code == 404
    for name in ("confirm", "cancel", "move", "complete"):
        address = reverse("enrollment:act", args=[name])
        assert theirs.get(address, {"id": grandmother.pk}).status_code == 404
        answer = theirs.post(address, {"id": grandmother.pk, "asked": "1", "reason": "absent"})
        assert answer.status_code == 404, name
    for name in ("enrollment:index", "learner:index"):
        assert "王秀芝" not in theirs.get(reverse(name)).content.decode()
    export = theirs.get(reverse("enrollment:index"), {"export": "csv", "intake": intake.pk})
    assert "王秀芝" not in export.getvalue().decode()
    grandmother.refresh_from_db()
    assert grandmother.state == State.ENROLLED


def test_an_editor_has_no_business_with_enrollments(county, intake, grandmother):
    editor = signed_in(staff(roles.EDITOR, intake.program.institution))
    for name, keys in [
        ("enrollment:index", []),
        ("enrollment:inspect", [grandmother.pk]),
        ("enrollment:roster", [intake.pk]),
        ("learner:index", []),
        ("learner:reveal", [grandmother.learner_id]),
        ("desk", []),
        ("desk_slip", [grandmother.pk]),
    ]:
        assert editor.get(reverse(name, args=keys)).status_code in (302, 403, 404), name
