"""A learner asks for a review of a decision: who may ask, who may answer, what follows, what is told and kept."""

import io
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts import personal_data
from accounts.encryption import decrypt_bytes
from courses import enrollment as process
from courses.answering import appeals
from courses.answering.documents import accept
from courses.models import Appeal, AppealFile, CaseEntry, Intake
from courses.states import Reason, State
from notifications.models import Message
from tests.courses import drawing
from tests.courses.invariants import assert_invariants
from tests.factories import account, admission_round, enroll, intake, learner

pytestmark = pytest.mark.django_db
WORDS = "我没有要求取消，请再看一下。"


@pytest.fixture
def clerk():
    return account(name="孙老师")


@pytest.fixture
def judge():
    return account(name="李主任")


def cancelled(course, clerk, who=None):
    made = enroll(course, who)
    process.cancel(made, by=clerk, reason=Reason.WRONG_DATA, note="证件不清楚")
    made.refresh_from_db()
    return made


def asked(enrollment):
    return appeals.ask(enrollment, by=enrollment.account, text=WORDS)


def test_one_is_told_until_when_there_is_an_answer_and_asks_once(clerk):
    made = cancelled(intake(), clerk)

    appeal = asked(made)

    assert timezone.localdate(appeal.due_at) == timezone.localdate() + timedelta(days=7)
    assert Message.objects.filter(kind="appeal_asked", account=made.account).count() == 1
    assert [case.act for case in made.cases.all()] == ["appeal_asked"]
    assert appeals.open_decision(made) is None
    with pytest.raises(appeals.AppealError):
        asked(made)


def test_what_lives_was_left_by_oneself_or_is_long_past_cannot_be_reviewed(clerk):
    course = intake()
    made = enroll(course)
    assert appeals.open_decision(made) is None
    process.withdraw(made, by=made.account)
    made.refresh_from_db()
    assert appeals.open_decision(made) is None
    old = cancelled(course, clerk)
    assert appeals.open_decision(old) is not None
    assert appeals.open_decision(old, timezone.now() + timedelta(days=31)) is None


def test_nobody_judges_their_own_decision_or_their_own_case(clerk, judge):
    made = cancelled(intake(), clerk)
    appeal = asked(made)
    for who in (clerk, made.account):
        with pytest.raises(appeals.AppealError):
            appeals.answer(appeal, by=who, uphold=False, text="不")
    appeals.answer(appeal, by=judge, uphold=False, text="证件确实不清楚。")
    made.refresh_from_db()
    assert made.state == State.CANCELLED
    assert "证件确实不清楚" in Message.objects.get(kind="appeal_rejected").body
    with pytest.raises(appeals.AppealError):
        appeals.answer(appeal, by=judge, uphold=True, text="又可以了")


def test_upheld_the_free_seat_is_theirs_again(clerk, judge):
    made = cancelled(intake(seats=1), clerk)

    appeal = appeals.answer(asked(made), by=judge, uphold=True, text="您说得对。")

    made.refresh_from_db()
    assert (appeal.outcome, made.state) == (Appeal.Outcome.SEAT, State.OFFERED)
    process.confirm(made, by=made.account)
    assert [entry.to_state for entry in made.history.all()] == [
        *("submitted", "enrolled", "cancelled", "waitlisted", "offered", "enrolled")
    ]
    # Told again, although this state was reached before.
    assert Message.objects.filter(kind="enrollment_enrolled", account=made.account).count() == 2
    assert_invariants()


def test_upheld_without_a_free_seat_they_wait_where_they_were_before_all_who_came_later(clerk, judge):
    course = intake(seats=1)
    first = cancelled(course, clerk)
    enroll(course)
    later = enroll(course)

    appeal = appeals.answer(asked(first), by=judge, uphold=True, text="您说得对。")

    first.refresh_from_db()
    assert (appeal.outcome, first.state, first.waitlist_position) == (Appeal.Outcome.IN_LINE, State.WAITLISTED, 1)
    assert later.waitlist_position == 2
    assert_invariants()


def test_whoever_enrolled_again_since_keeps_the_better_of_the_two(clerk, judge):
    course = intake(seats=1)
    who = learner()
    first = cancelled(course, clerk, who)
    enroll(course)
    enroll(course)
    again = enroll(course, who)

    appeals.answer(asked(first), by=judge, uphold=True, text="您说得对。")

    first.refresh_from_db()
    again.refresh_from_db()
    assert (first.state, first.waitlist_position, again.state) == (State.WAITLISTED, 1, State.WITHDRAWN)
    assert_invariants()


def test_upheld_too_late_nothing_moves_and_the_answer_says_so(clerk, judge):
    course = intake(seats=1)
    made = cancelled(course, clerk)
    appeal = asked(made)
    process.cancel_intake(course, by=clerk, note="停办")

    appeal = appeals.answer(appeal, by=judge, uphold=True, text="下学期优先安排。")

    made.refresh_from_db()
    assert (appeal.outcome, made.state) == (Appeal.Outcome.TOO_LATE, State.CANCELLED)
    assert_invariants()


def test_upheld_against_a_rule_that_still_speaks_against_them_is_refused(clerk, judge):
    course = intake(min_age=60 * 12)
    made = cancelled(course, clerk, learner(birth_date=timezone.localdate() - timedelta(days=70 * 366)))
    made.learner.birth_date = timezone.localdate() - timedelta(days=30 * 365)
    made.learner.save()
    appeal = asked(made)
    with pytest.raises(appeals.AppealError):
        appeals.answer(appeal, by=judge, uphold=True, text="可以")
    appeal.refresh_from_db()
    assert appeal.state == Appeal.State.OPEN
    assert CaseEntry.objects.count() == 1


def test_an_application_that_nobody_reviewed_yet_counts_again(clerk, judge):
    course = intake(admission_rule=Intake.AdmissionRule.REVIEW)
    enroll(course)
    made = cancelled(course, clerk)
    appeal = appeals.answer(asked(made), by=judge, uphold=True, text="您说得对。")
    made.refresh_from_db()
    assert (appeal.outcome, made.state, made.review.step) == (Appeal.Outcome.BACK, State.SUBMITTED, "received")
    assert_invariants()


def test_a_ticket_counts_again_until_the_list_is_closed_then_one_waits_for_the_result(clerk, judge):
    round = admission_round(seats=(1,))
    entries = [drawing.apply(round, 0) for _number in range(3)]
    early, late = (entry.enrollments.get() for entry in entries[:2])
    for made in (early, late):
        process.cancel(made, by=clerk, reason=Reason.WRONG_DATA)
        made.refresh_from_db()

    appeals.answer(asked(early), by=judge, uphold=True, text="您说得对。")
    waiting = asked(late)
    drawing.frozen(round)
    with pytest.raises(appeals.AppealError):
        appeals.answer(waiting, by=judge, uphold=True, text="您说得对。")

    early.refresh_from_db()
    late.refresh_from_db()
    assert (early.state, late.state) == (State.SUBMITTED, State.CANCELLED)
    assert_invariants()


# --- Documents -------------------------------------------------------------------------------------------------------


def picture(kind="PNG", side=40, **options):
    stream = io.BytesIO()
    Image.new("RGB", (side, side), "red").save(stream, kind, **options)
    return stream.getvalue()


def test_a_picture_is_made_anew_and_kept_encrypted():
    exif = Image.Exif()
    exif[0x010E] = "at home"
    kept = accept(SimpleUploadedFile("信.png", picture("JPEG", exif=exif), content_type="text/html"))
    plain = decrypt_bytes(kept.content)
    assert (kept.name, kept.kind) == ("信.jpg", "image/jpeg")
    assert plain.startswith(b"\xff\xd8")
    assert b"at home" not in plain
    assert plain[:4] not in bytes(kept.content)


@pytest.mark.parametrize(
    "content", [b"<html>", b"", b"GIF89a" + b"0" * 50, b"MZ" + b"\0" * 99, picture()[:60]], ids=str
)
def test_what_is_no_picture_and_no_pdf_is_refused_by_its_content(content):
    with pytest.raises(ValidationError):
        accept(SimpleUploadedFile("照片.jpg", content, content_type="image/jpeg"))


def test_a_picture_that_would_fill_the_memory_is_refused(monkeypatch):
    monkeypatch.setattr("courses.uploads._PIXELS", 1000)
    with pytest.raises(ValidationError):
        accept(SimpleUploadedFile("a.png", picture(side=40)))


# --- On the site -----------------------------------------------------------------------------------------------------


def test_the_learner_asks_on_the_enrollments_page_and_reads_the_answer(client, clerk, judge):
    made = cancelled(intake(), clerk)
    client.force_login(made.account)
    page = reverse("enrollment_appeal", args=[made.reference])
    assert page in client.get(reverse("enrollment_detail", args=[made.reference])).text
    short = client.post(page, {"text": "不"})
    assert short.context["form"].errors

    client.post(page, {"text": WORDS, "files": [SimpleUploadedFile("a.png", picture())]})

    appeal = Appeal.objects.get()
    assert WORDS in client.get(page).text
    file = client.get(reverse("appeal_file", args=[made.reference, appeal.files.get().pk]))
    assert (file.status_code, file["Content-Type"]) == (200, "image/jpeg")
    assert file["Content-Disposition"].startswith("attachment")
    appeals.answer(appeal, by=judge, uphold=False, text="证件看不清。")
    assert "证件看不清。" in client.get(page).text


def test_others_find_nothing(client, clerk):
    made = cancelled(intake(), clerk)
    appeal = appeals.ask(made, by=made.account, text=WORDS, files=[accept(SimpleUploadedFile("a.png", picture()))])
    client.force_login(account())
    assert client.get(reverse("enrollment_appeal", args=[made.reference])).status_code == 404
    file = reverse("appeal_file", args=[made.reference, appeal.files.get().pk])
    assert client.get(file).status_code == 404
    client.logout()
    assert client.get(file).status_code == 302


def test_a_form_sent_twice_is_one_review(client, clerk):
    made = cancelled(intake(), clerk)
    client.force_login(made.account)
    for _again in range(2):
        client.post(reverse("enrollment_appeal", args=[made.reference]), {"text": WORDS})
    assert Appeal.objects.count() == 1


def test_text_and_papers_are_exported_and_erased_that_it_was_asked_stays(clerk, judge):
    made = cancelled(intake(), clerk)
    appeal = appeals.ask(made, by=made.account, text=WORDS, files=[accept(SimpleUploadedFile("a.png", picture()))])
    appeals.answer(appeal, by=judge, uphold=False, text="王女士，证件看不清。")
    assert WORDS in str(personal_data.export(made.account))

    personal_data.erase_account(made.account)

    appeal.refresh_from_db()
    assert (appeal.text, appeal.answer, appeal.state) == ("", "", Appeal.State.REJECTED)
    assert AppealFile.objects.count() == 0
    assert CaseEntry.objects.count() == 2
