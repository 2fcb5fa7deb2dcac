"""A family applies to pathways: leaves and resumes, submits, changes, mends what was returned, withdraws."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts import consent
from accounts.models import Consent
from courses import enrollment, entering
from courses.applying import applications, documents, ranking, rules, verifying
from courses.applying.answers import Answers
from courses.applying.personal_data import erase, export, forget_old
from courses.applying.states import MOVES, ApplicationState
from courses.draws import freezing
from courses.models import AdmissionRound, ApplicationRules, Enrollment, Entry, SchoolRecord
from courses.states import State
from notifications.models import Message
from tests import factories
from tests.courses import applying

pytestmark = pytest.mark.django_db


def kinds(account):
    """The kinds of the messages to an account, in order."""
    return list(Message.objects.filter(account=account).order_by("pk").values_list("kind", flat=True))


def close(round, **also):
    """Applications of the round have closed an hour ago."""
    now = timezone.now()
    times = {"opens_at": now - timedelta(days=5), "closes_at": now - timedelta(hours=1)} | also
    AdmissionRound.objects.filter(pk=round.pk).update(**times)
    round.refresh_from_db()


# --- The process -----------------------------------------------------------------------------------------------------


def test_what_is_typed_is_kept_and_what_is_missing_is_said():
    round = applying.pathway_round()
    learner = applying.young()
    made = applications.begin(round=round, learner=learner, by=learner.account, first=round.list_of_intakes[1])
    assert applications.begin(round=round, learner=learner, by=learner.account) == made

    made = applications.save(made, typed={"candidate_number": "12", "guardian_phone": "138"}, section="school")

    answers = Answers(made)
    assert made.typed["candidate_number"] == "12"
    assert {one.key: standing for one, standing in answers.tasks()}["school"] == "begun"
    with pytest.raises(applications.ApplicationError):
        applications.submit(made, by=learner.account)
    assert not Entry.objects.exists()


def test_answers_are_encrypted_in_the_database():
    from django.db import connection

    made = applying.submitted()
    with connection.cursor() as cursor:
        cursor.execute("SELECT answers, answers_sent FROM courses_pathwayapplication")
        row = cursor.fetchone()
    assert all("20270001" not in text and "13812345678" not in text for text in row)
    assert made.sent["candidate_number"] == "20270001"


def test_submitting_makes_an_entry_with_ordered_choices_and_the_school_record():
    round = applying.pathway_round()
    second, first = round.list_of_intakes[:2]
    made = applying.submitted(round, intakes=[first, second])

    rows = list(made.entry.enrollments.order_by("choice").values_list("intake", "choice", "state"))
    assert rows == [(first.pk, 1, State.SUBMITTED), (second.pk, 2, State.SUBMITTED)]
    record = SchoolRecord.objects.get(learner=made.learner)
    assert (record.candidate_number, record.other_school) == ("20270001", "塔河县第一中学")
    assert record.typed_scores == {"语文": 100, "数学": 101}
    made.learner.refresh_from_db()
    assert made.learner.guardian_name == "王芳"
    assert set(made.schools.all()) == {first.program.institution, second.program.institution}
    assert kinds(made.account) == ["application_submitted"]
    assert [event.act for event in made.history.all()] == ["begun", "submitted"]


def test_families_are_told_of_scores_not_of_lots_and_only_what_holds_for_one_learner():
    round = applying.pathway_round()
    told = dict(rules.of_sharing(round.list_of_intakes))
    assert {"谁能报", "费用", "想一起上课的两个人"}.isdisjoint(told)
    assert "按分数从高到低" in told["志愿"]
    assert "按分数从高到低" in told["没有得到名额的人"]
    assert "摇号" not in told["志愿"] + told["没有得到名额的人"] + told["结果"]
    assert "。 " not in "".join(told.values())


def test_the_year_of_the_exam_is_that_in_which_school_begins():
    round = applying.pathway_round(rules={})
    starts = timezone.now() + timedelta(days=400)
    round.intakes.update(starts_at=starts)
    assert ApplicationRules.of_round(round).year == timezone.localtime(starts).year


def test_a_school_of_the_list_is_found_by_its_name_and_others_need_the_box():
    round = applying.pathway_round()
    school = factories.junior_school(name="呼玛县第一中学")
    made = applying.submitted(round, junior_school="呼玛县第一中学", school_unlisted="")
    assert SchoolRecord.objects.get(learner=made.learner).junior_school == school

    other = applying.draft(round, junior_school="某中学", school_unlisted="")
    assert not Answers(other).may_submit


@pytest.mark.parametrize(
    ("stated", "answers"),
    [
        ({}, {"graduation_year": "2019"}),
        ({"household": "prefecture"}, {"household": "province"}),
        ({"household": "province"}, {"household": "elsewhere"}),
        ({"bonus_kinds": ["少数民族"]}, {"bonus": ["少数民族"]}),
    ],
)
def test_answers_against_a_rule_stop_before_submitting(stated, answers):
    made = applying.draft(applying.pathway_round(rules=stated | {"exam_year": 2027}), **answers)
    with pytest.raises(applications.ApplicationError):
        applications.submit(made, by=made.account)
    assert made.history.count() == 1


def test_nothing_is_kept_before_the_guardian_agrees():
    learner = factories.learner(birth_date="2011-05-01")
    learner.refresh_from_db()
    round = applying.pathway_round()
    consent.give(learner.account, Consent.Purpose.ENROLLMENT, learner=learner)
    with pytest.raises(applications.ApplicationError):
        applications.begin(round=round, learner=learner, by=learner.account)


def test_choices_change_until_the_window_closes_with_history():
    round = applying.pathway_round()
    a, b, c = round.list_of_intakes
    made = applying.verified(round, intakes=[a, b])

    made = applications.save(made, typed=applying.answers(round, [c, a]) | {"student_number": ""})
    assert made.has_changes
    assert made.state == ApplicationState.VERIFIED
    made = applications.submit(made, by=made.account)

    assert made.state == ApplicationState.SUBMITTED
    assert [row.intake for row in entering.submitted(made.entry)] == [c, a]
    event = made.history.last()
    assert (event.act, set(event.changed)) == ("changed", {"choice1", "choice2", "student_number"})
    assert event.choices == [c.pk, a.pk]
    assert set(verifying.what_changed(made)) == {"choice1", "choice2", "student_number"}
    with pytest.raises(applications.NothingChanged):  # A double tap.
        applications.submit(made, by=made.account)

    close(round)
    with pytest.raises(applications.ApplicationError):
        applications.save(made, typed={"choice1": str(b.pk)})


def test_returned_field_by_field_mended_and_confirmed_even_after_the_window():
    round = applying.pathway_round()
    clerk, other = factories.account(is_staff=True), factories.account(is_staff=True)
    made = applying.submitted(round)
    verifying.keep(made, by=clerk, remarks={"candidate_number": "少一位", "nonsense": "x"})
    with pytest.raises(applications.ApplicationError):
        verifying.verify(made, number=1, by=other)
    with pytest.raises(applications.ApplicationError):
        verifying.give_back(made, number=1, by=clerk, remarks={})
    close(round)

    made = verifying.give_back(made, number=1, by=clerk, remarks={"candidate_number": "少一位"})

    assert made.state == ApplicationState.RETURNED
    assert made.may_correct()
    assert kinds(made.account)[-1] == "application_returned"
    assert "少一位" in Message.objects.filter(account=made.account).last().body
    assert verifying.still_to_mend(made) == ["candidate_number"]
    standings = {one.key: now for one, now in Answers(made).tasks(to_mend=verifying.still_to_mend(made))}
    assert (standings["school"], standings["guardian"]) == ("asked", "done")
    made = applications.save(made, typed={"candidate_number": "202700011", "choice1": ""})
    assert verifying.still_to_mend(made) == []
    made = applications.submit(made, by=made.account)
    assert [row.intake for row in entering.submitted(made.entry)] == round.list_of_intakes  # Choices are fixed.
    with pytest.raises(applications.ApplicationError):
        verifying.verify(made, number=1, by=clerk)
    made = verifying.verify(made, number=2, by=clerk)
    assert made.state == ApplicationState.VERIFIED
    assert SchoolRecord.objects.get(learner=made.learner).candidate_number == "202700011"


def test_what_is_not_mended_by_the_stated_moment_stays_returned():
    made = applying.submitted()
    made = verifying.give_back(made, number=1, by=factories.account(is_staff=True), remarks={"household": "请核对"})
    close(made.round)
    type(made).objects.filter(pk=made.pk).update(correct_until=timezone.now() - timedelta(minutes=1))
    with pytest.raises(applications.ApplicationError):
        applications.save(made, typed={"household": "province"})


def test_withdrawing_takes_the_entry_out_and_erases_what_was_typed():
    round = applying.pathway_round()
    made = applying.submitted(round)
    applications.withdraw(made, by=made.account)

    made.refresh_from_db()
    assert (made.state, made.answers, made.answers_sent) == (ApplicationState.WITHDRAWN, "", "")
    assert not Entry.objects.live().exists()
    assert applying.submitted(round, made.learner).pk != made.pk
    with pytest.raises(applications.ApplicationError):
        applications.withdraw(made, by=made.account)


def test_only_moves_of_the_table_are_made():
    made = applying.submitted()
    for target in ApplicationState:
        if target not in MOVES[made.state] and target != made.state:
            with pytest.raises(applications.ApplicationError):
                applications.move(made, target, act="changed", by=None)
    applications.withdraw(made, by=made.account)
    made.refresh_from_db()
    for target in ApplicationState:
        with pytest.raises(applications.ApplicationError):
            applications.move(made, target, act="changed", by=None)


# --- Marks -----------------------------------------------------------------------------------------------------------


def test_closing_the_list_takes_official_scores_and_says_who_cannot_be_ranked():
    round = applying.pathway_round()
    with_scores, without, unmended, waiting = (applying.verified(round) for _number in range(4))
    SchoolRecord.objects.filter(learner=with_scores.learner).update(official_scores={"语文": 90, "数学": 80})
    SchoolRecord.objects.filter(learner=unmended.learner).update(official_scores={"语文": 99, "数学": 99})
    verifying.give_back(unmended, number=1, by=factories.account(), remarks={"household": "请核对"})
    applications.save(waiting, typed={"student_number": "1"})
    waiting = applications.submit(waiting, by=waiting.account)
    close(round)
    with pytest.raises(freezing.DrawError):  # One waits to be checked.
        freezing.freeze(round, by=None)
    verifying.verify(waiting, number=2, by=factories.account())
    with pytest.raises(freezing.DrawError):  # One may still be mended.
        freezing.freeze(round, by=None)
    type(unmended).objects.filter(pk=unmended.pk).update(correct_until=timezone.now())

    freezing.freeze(round, by=None)

    marks = dict(Entry.objects.values_list("application", "marks"))
    assert marks == {with_scores.pk: {"语文": 90, "数学": 80}, without.pk: {}, unmended.pk: {}, waiting.pk: {}}
    assert "application_unranked" not in kinds(with_scores.account)
    assert all("application_unranked" in kinds(one.account) for one in (without, unmended, waiting))
    assert not ranking.open_rounds(AdmissionRound.objects.all()).exists()


def test_confirmed_scores_of_the_family_count_only_where_the_rules_say_so():
    round = applying.pathway_round(rules={"typed_scores_count": True})
    confirmed, official = applying.verified(round), applying.verified(round)
    SchoolRecord.objects.filter(learner=official.learner).update(official_scores={"语文": 1, "数学": 2})
    assert ranking.fill(round) == 2
    assert ranking.fill(round) == 0
    assert dict(Entry.objects.values_list("application", "marks")) == {
        confirmed.pk: {"语文": 100, "数学": 101},
        official.pk: {"语文": 1, "数学": 2},
    }
    assert verifying.differences(official) == [("语文", 100, 1), ("数学", 101, 2)]


# --- Proofs ----------------------------------------------------------------------------------------------------------


def found_something(content):
    """A scanner that dislikes everything."""
    return "EICAR"


def test_a_proof_is_made_anew_scanned_and_stays_for_the_school_until_sent_again(settings):
    round = applying.pathway_round(rules={"bonus_kinds": ["少数民族"]})
    made = applying.draft(round, bonus=["少数民族"])
    document = documents.add(made, upload=applying.photograph(), kind="少数民族")
    assert document.name == "proof.jpg"
    assert b"\xff\xd8" not in bytes(document.content)[:2]
    made = applications.submit(made, by=made.account)

    documents.remove(document)
    assert made.documents.filter(pk=document.pk).exists()  # The school reads what was sent.
    made.refresh_from_db()
    assert not Answers(made).may_submit
    assert Answers(made, made.sent).documents == [document]

    settings.VIRUS_SCAN = "tests.courses.test_applications.found_something"
    with pytest.raises(ValidationError):
        documents.add(made, upload=applying.photograph(), kind="少数民族")
    settings.VIRUS_SCAN = ""
    for content in (b"<html>", b"MZ" + b"\0" * 99):
        with pytest.raises(ValidationError):
            documents.add(made, upload=SimpleUploadedFile("a.jpg", content), kind="少数民族")


# --- Personal data ---------------------------------------------------------------------------------------------------


def test_export_erasure_and_retention():
    made = applying.submitted(applying.pathway_round())
    assert "20270001" in str(export(made.account))

    erase(made.account, made.learner)
    made.refresh_from_db()
    assert made.answers == ""
    assert not SchoolRecord.objects.exists()

    old = applying.draft()
    AdmissionRound.objects.update(
        opens_at=timezone.now() - timedelta(days=90),
        closes_at=timezone.now() - timedelta(days=80),
        results_at=timezone.now() - timedelta(days=70),
    )
    forget_old()
    old.refresh_from_db()
    assert old.answers == ""


# --- Pages -----------------------------------------------------------------------------------------------------------


def test_a_family_fills_in_the_form_with_plain_posts(client):
    round = applying.pathway_round(rules={"bonus_kinds": ["少数民族"], "remark": "名额以批文为准。"})
    learner = factories.learner(birth_date="2011-05-01", relation="child", name="王小林")
    client.force_login(learner.account)
    intake = round.list_of_intakes[0]

    assert reverse("pathway_begin", args=[intake.pk, learner.pk]) in client.get(f"/pathways/apply/{intake.pk}/").text
    page = reverse("pathway_begin", args=[intake.pk, learner.pk])
    told = client.get(page)
    assert "名额以批文为准。" in told.text
    assert "checked" not in told.text
    assert client.post(page).context["form"].errors
    answer = client.post(page, {"consent_enrollment": "on", "consent_minor": "on"})
    home = answer.url
    assert "王小林的报名表还没有提交" in client.get("/my/").text
    assert f'value="{intake.pk}" selected' in client.get(f"{home}choices/").text  # Whence the family came.

    answers = applying.answers(round, round.list_of_intakes[:2])
    assert "例如 98.5" in client.post(f"{home}scores/", {"score0": "9999"}).text
    wrong = client.post(f"{home}school/", {"candidate_number": "1", "junior_school": "x"})
    assert wrong.context["form"].errors
    assert 'value="1"' in client.get(f"{home}school/").text  # Kept as typed.
    for key in ("guardian", "school", "origin", "scores", "bonus", "choices"):
        assert client.post(f"{home}{key}/", answers).status_code == 302, key
    assert client.get(f"{home}learner/").status_code == 200
    check = client.get(f"{home}check/")
    assert check.context["answers"].may_submit
    assert client.post(f"{home}check/").context["form"].errors
    done = client.post(f"{home}check/", {"declared": "on"})

    assert client.post(f"{home}check/", {"declared": "on"}).url == home  # A double tap.
    page = client.get(done.url)
    assert page.context["application"].state == "submitted"
    assert round.name in client.get("/my/").text
    assert "还没有提交" not in client.get("/my/").text
    client.post(f"{home}scores/", answers | {"score0": "99"})
    assert "学校还没有收到" in client.get("/my/").text
    paper = client.get(f"{home}form/").text
    assert "<svg" in paper
    assert "今天" not in paper
    assert "20270001" in paper
    assert client.get(f"{home}form.pdf").content.startswith(b"%PDF")
    code = page.context["application"].reference
    assert client.get(f"/application/{code}/").url == home
    withdrawn = client.post(f"{home}withdraw/", {"note": ""})
    assert withdrawn.url == home
    assert client.get(home).status_code == 200


def test_the_plain_journey_of_a_round_leads_to_the_application(client):
    round = applying.pathway_round()
    made = applying.submitted(round)
    client.force_login(made.account)
    there = reverse("pathway_apply", args=[round.list_of_intakes[0].pk])
    choices = round.list_of_intakes
    with pytest.raises(entering.WrongChoices):  # Nor is it entered at a desk.
        entering.apply(round=round, learners=[applying.young()], choices=choices, by=made.account, channel="desk")
    for name in ("round_apply", "round_learner", "round_choices", "round_check"):
        assert client.get(reverse(name, args=[round.pk])).url == there, name
    home = reverse("application_detail", args=[made.reference])
    for name in ("entry_change", "entry_withdraw"):
        assert client.get(reverse(name, args=[made.entry.reference])).url == home
    assert home in client.get(reverse("entry_detail", args=[made.entry.reference])).text


def test_interest_intakes_take_no_enrollment(client):
    intake = applying.interest_intake()
    learner = applying.young(guardian_name="王芳", guardian_phone="13812345678")
    with pytest.raises(enrollment.NotOpen):
        factories.enroll(intake, learner)
    client.force_login(learner.account)
    assert client.get(f"/enroll/{intake.pk}/").url == reverse("pathway_interest", args=[intake.pk])
    assert not Enrollment.objects.exists()
