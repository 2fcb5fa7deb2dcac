"""Staff answer reviews, auditors check the history, everybody reads the pledges."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.append_only import without_guard
from courses import enrollment as process
from courses.answering import appeals, chain, checking
from courses.models import Appeal, HistoryCheck, Rating
from courses.states import Reason, State
from courses.today import figures
from institutions import roles
from tests.courses.staff_screens import signed_in, staff, two_counties
from tests.factories import enroll

pytestmark = pytest.mark.django_db
WORDS = "我没有要求取消，请再看一下。"


@pytest.fixture
def tahe(settings):
    """A class in Tahe, an officer there who cancelled somebody, and the review that was asked for."""
    intake, officer, _huma = two_counties(settings)
    made = enroll(intake)
    process.cancel(made, by=officer, reason=Reason.WRONG_DATA)
    made.refresh_from_db()
    return officer, appeals.ask(made, by=made.account, text=WORDS)


def test_another_person_reads_and_answers(tahe):
    _officer, appeal = tahe
    manager = staff(roles.MANAGER, appeal.enrollment.intake.program.institution)
    page = signed_in(manager).get(reverse("appeal:inspect", args=[appeal.pk]))
    assert WORDS in page.text
    answer = reverse("appeal:answer", args=[appeal.pk])
    assert answer in page.text

    signed_in(manager).post(answer, {"uphold": "yes", "text": "您说得对，座位给您留着。"})

    appeal.refresh_from_db()
    appeal.enrollment.refresh_from_db()
    assert (appeal.decided_by, appeal.state, appeal.enrollment.state) == (manager, "upheld", State.OFFERED)


def test_who_decided_is_told_why_they_cannot_answer(tahe):
    officer, appeal = tahe
    page = signed_in(officer).get(reverse("appeal:inspect", args=[appeal.pk]))
    answer = reverse("appeal:answer", args=[appeal.pk])
    assert answer not in page.text
    assert signed_in(officer).get(answer).url == reverse("appeal:inspect", args=[appeal.pk])
    refused = signed_in(officer).post(answer, {"uphold": "no", "text": "决定没有错，就是这样。"})
    assert "决定没有错" in refused.text
    assert "这项决定是您作出的" in refused.text
    appeal.refresh_from_db()
    assert appeal.state == Appeal.State.OPEN


def test_today_counts_what_waits_and_marks_what_is_overdue(tahe):
    officer, appeal = tahe
    waiting = [figure for figure in figures(officer) if "appeal" in figure.url]
    assert [(figure.count, figure.urgent) for figure in waiting] == [(1, False)]
    Appeal.objects.update(due_at=timezone.now() - timedelta(days=1))
    late = [figure for figure in figures(officer) if "appeal" in figure.url]
    assert [(figure.count, figure.urgent) for figure in late] == [(1, True)]
    page = signed_in(officer).get(late[0].url)
    assert list(page.context["object_list"]) == [appeal]
    assert page.context["figures"].overdue == 1


def test_an_auditor_checks_the_whole_history_and_reads_what_is_wrong(tahe, django_capture_on_commit_callbacks):
    _officer, appeal = tahe
    chain.seal_new()
    bureau = staff(roles.BUREAU, appeal.enrollment.intake.program.institution)
    row = appeal.enrollment.history.first()
    for changed in (False, True):
        if changed:
            tamper(row)
        sent = signed_in(bureau).post(reverse("history_check:add"), {"head": ""})
        check = HistoryCheck.objects.first()
        checking.run.call(check.pk)
        page = signed_in(bureau).get(sent.url)
        assert (str(row.pk) in "".join(page.context["findings"])) is changed
        assert page.context["object"].rows > 0
    assert signed_in(bureau).get(reverse("history_check:index")).status_code == 200


def tamper(row):
    from django.db import connection

    with without_guard(connection), connection.cursor() as cursor:
        cursor.execute("UPDATE courses_historyentry SET note = 'x' WHERE id = %s", [row.pk])


def test_ratings_are_read_without_names(tahe):
    officer, appeal = tahe
    made = enroll(appeal.enrollment.intake)
    Rating.objects.create(enrollment=made, stars=2, word="教室太冷。")
    page = signed_in(officer).get(reverse("rating:index"))
    assert "教室太冷。" in page.text
    assert made.learner.name not in page.text
