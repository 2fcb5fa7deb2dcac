"""Staff make rounds, see who applied, and enter marks; what was told stays, and others' rounds do not exist."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from courses import enrollment, entering, marks, round_cancelling, rounds
from courses.draws import admitting
from courses.models import AdmissionRound, Intake
from courses.states import State
from institutions.models import Staff
from tests import factories
from tests.courses import drawing, staff_screens

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def tahe(settings):
    """(a class of Tahe, a client of its officer, a client of another institution's manager)."""
    intake, officer, manager = staff_screens.two_counties(settings)
    return intake, staff_screens.signed_in(officer), staff_screens.signed_in(manager)


def form_of(intake, **changes):
    """What a browser sends for the form of a new round over this class."""
    now = timezone.localtime()
    moments = {"opens_at": now - timedelta(days=1), "closes_at": now + timedelta(days=3)}
    moments["results_at"] = now + timedelta(days=5)
    return {
        "name": "春季第一轮",
        "institution": intake.program.institution_id,
        "term": intake.term_id,
        "status": "draft",
        "rule": "lottery",
        **{name: f"{at:%Y-%m-%d %H:%M}" for name, at in moments.items()},
        "choices": "3",
        "waitlist_order": "draw",
        "last_seat": "pair_skipped",
        "scores_shown": "owner",
        "seed_source": "witnessed",
        "rank_by": "",
        "intakes": [intake.pk],
    } | changes


def send(client, data, round=None):
    name, args = ("admission_round:edit", [round.pk]) if round else ("admission_round:add", [])
    return client.post(reverse(name, args=args), data)


def test_the_classes_of_a_round_follow_its_rule_and_window(tahe):
    intake, client, _other = tahe
    response = send(client, form_of(intake, status="published"))
    round = AdmissionRound.objects.get()
    assert response.url == reverse("admission_round:edit", args=[round.pk])
    intake.refresh_from_db()
    assert (intake.round, intake.admission_rule) == (round, "lottery")
    assert (intake.opens_at, intake.closes_at) == (round.opens_at, round.closes_at)
    later = f"{timezone.localtime() + timedelta(days=4):%Y-%m-%d %H:%M}"
    send(client, form_of(intake, status="published", closes_at=later), round)
    intake.refresh_from_db()
    round.refresh_from_db()
    assert intake.closes_at == round.closes_at
    send(client, form_of(intake, intakes=[]), round)
    intake.refresh_from_db()
    assert (intake.round, intake.admission_rule, intake.status) == (None, "first_come", "draft")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"status": "published", "intakes": []}, "intakes"),
        ({"status": "published", "results_at": "2030-01-01 10:00"}, "intakes"),
        ({"closes_at": "2020-01-01 10:00"}, "closes_at"),
        ({"rule": "ranked"}, "rank_by"),
        ({"rule": "ranked", "rank_by": "语文 数学"}, "rank_by"),
        ({"rank_by": "语文"}, "rank_by"),
        ({"choices": "9"}, "choices"),
    ],
)
def test_a_round_that_makes_no_sense_is_refused_beside_its_field(tahe, changes, field):
    intake, client, _other = tahe
    response = send(client, form_of(intake, **changes))
    assert field in response.context["form"].errors
    assert not AdmissionRound.objects.exists()


def test_a_class_with_people_in_it_cannot_be_put_into_a_round(tahe):
    intake, client, _other = tahe
    factories.enroll(intake)
    assert "intakes" in send(client, form_of(intake)).context["form"].errors


def test_what_was_told_stays_once_somebody_applied(tahe):
    intake, client, _other = tahe
    send(client, form_of(intake, status="published"))
    round, who = AdmissionRound.objects.get(), factories.learner()
    entering.apply(round=round, learners=[who], choices=[intake], by=who.account)
    changed = form_of(intake, choices="1", first_choices_first="on", seed_source="committed", name="春季首轮")
    send(client, changed | {"closes_at": f"{timezone.localtime(round.closes_at):%Y-%m-%d %H:%M}"}, round)
    told = (round.choices, round.first_choices_first, round.seed_source, round.status)
    round.refresh_from_db()
    assert (round.choices, round.first_choices_first, round.seed_source, round.status) == told
    sooner = f"{timezone.localtime() + timedelta(days=1):%Y-%m-%d %H:%M}"
    assert "closes_at" in send(client, form_of(intake, closes_at=sooner), round).context["form"].errors
    assert "intakes" in send(client, form_of(intake, intakes=[]), round).context["form"].errors


def test_leftover_seats_go_into_a_supplementary_round(tahe, client):
    intake, officer, other = tahe
    send(officer, form_of(intake, status="published", first_choices_first="on"))
    first, who = AdmissionRound.objects.get(), factories.learner()
    entering.apply(round=first, learners=[who], choices=[intake], by=who.account)
    draw = drawing.drawn(first)
    assert intake not in rounds.shareable([intake.program.institution], intake.term)
    admitting.admit.call(draw.pk)
    assert intake in rounds.shareable([intake.program.institution], intake.term)

    # The act of the drawn round leads to a form with everything in it; only sending is left.
    page = officer.get(reverse("admission_round:inspect", args=[first.pk]))
    form = reverse("admission_round:add") + f"?after={first.pk}"
    assert form in page.text
    assert other.get(form).status_code == 404
    proposed = officer.get(form).context["form"]
    values = {name: proposed[name].value() for name in ("name", "intakes", "excludes", "first_choices_first")}
    assert values == {
        "name": "春季第一轮补录",
        "intakes": [intake.pk],
        "excludes": [first.pk],
        "first_choices_first": True,
    }
    send(officer, form_of(intake, status="published", name=values["name"], excludes=[first.pk]))
    second = AdmissionRound.objects.get(name="春季第一轮补录")
    intake.refresh_from_db()
    assert (second.supplementary_to, intake.round) == (first, second)
    assert who.person in entering.excluded_people(second)
    for shown, named in ((first, second), (second, first)):
        assert f'href="{reverse("round_page", args=[named.pk])}"' in client.get(f"/rounds/{shown.pk}/").text


def test_staff_see_entries_of_their_own_rounds_only(tahe):
    intake, client, other = tahe
    send(client, form_of(intake, status="published"))
    round, who = AdmissionRound.objects.get(), factories.learner(name="李秀英")
    entry = entering.apply(round=round, learners=[who], choices=[intake], by=who.account)[0]
    assert entry.reference in client.get(reverse("admission_round:entries", args=[round.pk])).content.decode()
    found = client.get(reverse("admission_round:entries", args=[round.pk]), {"q": "王"}).content.decode()
    assert entry.reference not in found
    for name, args in (
        ("inspect", [round.pk]),
        ("edit", [round.pk]),
        ("entries", [round.pk]),
        ("entry", [round.pk, entry.reference]),
        ("marks", [round.pk]),
    ):
        address = reverse(f"admission_round:{name}", args=args)
        assert client.get(address).status_code == (404 if name == "marks" else 200), name
        assert other.get(address).status_code == 404, name
    assert round.name not in other.get(reverse("admission_round:index")).content.decode()


def ranked(intake):
    round = factories.admission_round(rule="ranked", rank_by=["语文+数学", "数学"], seats=(1,))
    who = [factories.learner(name=name) for name in ("李秀英", "王芳")]
    made = [entering.apply(round=round, learners=[one], choices=round.list_of_intakes, by=one.account) for one in who]
    AdmissionRound.objects.filter(pk=round.pk).update(institution=intake.program.institution)
    return round, [entries[0] for entries in made]


def table(*rows, head="报名号,姓名,语文,数学"):
    return "\n".join([head, *rows]).encode()


def test_marks_come_from_a_table_and_can_be_corrected(tahe):
    intake, client, _other = tahe
    round, (first, second) = ranked(intake)
    file = SimpleUploadedFile("分数.csv", table(f"{first.reference},李秀英,90,88.5", f"{second.reference},,70,"))
    client.post(reverse("admission_round:marks", args=[round.pk]), {"file": file})
    for entry in (first, second):
        entry.refresh_from_db()
    assert (first.marks, second.marks) == ({"语文": 90, "数学": 88.5}, {"语文": 70})
    assert marks.lacking(round) == 1
    assert marks.enter(round, table(f"{second.reference},,70,80"), name="x.csv") == 1
    assert client.get(reverse("admission_round:marks_table", args=[round.pk])).status_code == 200


@pytest.mark.parametrize(
    "row", ["E-0000-0000,,1,2", "{0},王芳,1,2", "{0},,甲,2", "{0},,-1,2", "{0},,1.25,2", "{0},,1e9,2"]
)
def test_a_table_with_a_fault_changes_nothing(row, tahe):
    round, (first, second) = ranked(tahe[0])
    good = f"{second.reference},王芳,70,80"
    with pytest.raises(marks.MarksError) as refused:
        marks.enter(round, table(good, row.format(first.reference)), name="x.csv")
    assert "3" in refused.value.faults[0]
    second.refresh_from_db()
    assert second.marks == {}


def test_a_table_without_a_subject_or_after_the_draw_is_refused(tahe):
    round, (first, _second) = ranked(tahe[0])
    with pytest.raises(marks.MarksError):
        marks.enter(round, table(f"{first.reference},,1", head="报名号,姓名,语文"), name="x.csv")
    first.enrollments.update(state=State.NOT_ADMITTED)
    with pytest.raises(marks.MarksError):
        marks.enter(round, table(f"{first.reference},,1,2"), name="x.csv")


def test_the_rule_of_a_class_in_a_round_is_not_changed_in_its_form(tahe):
    intake, client, _other = tahe
    send(client, form_of(intake, status="published"))
    form = client.get(reverse("intake:edit", args=[intake.pk])).context["form"]
    assert form.fields["admission_rule"].disabled
    assert form.fields["closes_at"].disabled
    assert Intake.objects.get(pk=intake.pk).admission_rule == "lottery"


def test_a_class_is_public_with_its_round_and_not_before(tahe):
    intake, client, _other = tahe
    send(client, form_of(intake))
    round = AdmissionRound.objects.get()
    intake.refresh_from_db()
    assert (intake.round, intake.status) == (round, "draft")
    response = send(client, form_of(intake, status="published"), round)
    assert response.url == reverse("admission_round:inspect", args=[round.pk])
    intake.refresh_from_db()
    assert intake.status == "published"


def test_a_round_does_not_open_over_a_page_that_nobody_sees(tahe):
    intake, client, _other = tahe
    intake.program.unpublish()
    response = send(client, form_of(intake, status="published"))
    assert intake.title in str(response.context["form"].errors["intakes"])


def test_a_cancelled_class_stays_in_its_round_and_the_round_can_still_be_changed(tahe):
    intake, client, _other = tahe
    second = factories.intake(program=intake.program, code="SECOND", seats=3, starts_in=timedelta(days=15))
    send(client, form_of(intake, status="published", intakes=[intake.pk, second.pk]))
    round, who = AdmissionRound.objects.get(), factories.learner()
    entering.apply(round=round, learners=[who], choices=[second, intake], by=who.account)
    enrollment.cancel_intake(second, by=who.account, note="停电")
    later = f"{timezone.localtime() + timedelta(days=4):%Y-%m-%d %H:%M}"
    response = send(client, form_of(intake, closes_at=later), round)
    assert response.status_code == 302
    second.refresh_from_db()
    assert (second.round, second.status) == (round, "cancelled")


def test_a_cancelled_round_is_not_brought_back_by_its_form(tahe):
    intake, client, _other = tahe
    send(client, form_of(intake, status="published"))
    round = AdmissionRound.objects.get()
    round_cancelling.cancel(round, by=None, note="教室维修")
    assert send(client, form_of(intake, status="published"), round).status_code == 302
    round.refresh_from_db()
    assert round.status == "cancelled"
    client.get(reverse("admission_round:index"))  # Shows what was said of saving, with a button to the form.
    shown = client.get(reverse("admission_round:inspect", args=[round.pk])).content.decode()
    assert "教室维修" in shown
    assert reverse("admission_round:edit", args=[round.pk]) not in shown


def test_a_bureau_makes_one_round_over_the_classes_of_its_schools(tahe):
    intake, _client, _other = tahe
    bureau = factories.institution(name="教育局", kind="bureau")
    clerk = staff_screens.staff("教育局", bureau)
    Staff.objects.create(account=clerk, institution=intake.program.institution)
    foreign = factories.intake(program=factories.program(institution=factories.institution(name="别处")), code="OTHER")
    client = staff_screens.signed_in(clerk)
    data = form_of(intake, status="published", institution=bureau.pk)
    assert "intakes" in send(client, data | {"intakes": [foreign.pk]}).context["form"].errors
    send(client, data)
    round, who = AdmissionRound.objects.get(), factories.learner()
    entering.apply(round=round, learners=[who], choices=[intake], by=who.account)
    # Whoever changes the round later need not work for the school: its classes stay in it.
    Staff.objects.filter(account=clerk).exclude(institution=bureau).delete()
    later = f"{timezone.localtime() + timedelta(days=4):%Y-%m-%d %H:%M}"
    assert send(client, data | {"closes_at": later}, round).status_code == 302
    assert list(round.intakes.all()) == [intake]


@pytest.mark.parametrize(
    ("opens", "closes", "said"), [(1, 2, "自动开放"), (-1, 2, "之后在这里封存名单"), (-2, -1, "请接着摇号")]
)
def test_a_round_says_what_comes_next(tahe, opens, closes, said):
    intake, client, _other = tahe
    days = {"opens_at": opens, "closes_at": closes, "results_at": 3}
    moments = {name: timezone.now() + timedelta(days=n) for name, n in days.items()}
    round = factories.admission_round(institution=intake.program.institution, **moments)
    assert said in client.get(reverse("admission_round:inspect", args=[round.pk])).content.decode()
    waiting = client.get(reverse("admission_round:index"), {"waits": "draw"}).content.decode()
    assert (round.name in waiting) == (closes < 0)
