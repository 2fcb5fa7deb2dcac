"""Staff act on a class: they see it at a glance, decide, cancel, change and copy it; nobody else's staff can."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from courses import attendance, enrollment
from courses.admin.attendance import AttendanceViewSet
from courses.admin.intakes import IntakeViewSet
from courses.dues import payments_of
from courses.models import Intake
from courses.states import Reason, State
from institutions import roles
from institutions.models import Staff
from notifications.models import Message
from payments import desk
from tests import factories
from tests.courses.invariants import assert_invariants

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def someone(client, settings):
    """A function that signs an account of this group in, with a post at this institution (None: with no post)."""
    settings.SECOND_FACTOR_REQUIRED = False
    factories.website()
    call_command("make_groups", verbosity=0)

    def sign_in(group, institution=None):
        account = factories.account(is_staff=True)
        account.groups.add(Group.objects.get(name=group))
        if institution:
            Staff.objects.create(account=account, institution=institution)
        client.force_login(account)
        session = client.session
        session["second_factor_not_now"] = True
        session.save()
        client.account = account
        return client

    return sign_in


@pytest.fixture
def tahe():
    """Our institution."""
    return factories.institution(name="塔河县社区教育学院")


@pytest.fixture
def huma():
    """Someone else's."""
    return factories.institution(name="呼玛县社区教育学院", district=factories.district("232721", "呼玛县"))


def over(**fields):
    """A class whose two meetings are over, with its people still enrolled."""
    made = factories.intake(**fields)
    enrollments = [factories.enroll(made) for _ in range(2)]
    back = timedelta(days=60)
    for meeting in made.meetings.all():
        meeting.starts_at, meeting.ends_at = meeting.starts_at - back, meeting.ends_at - back
        meeting.save()
    Intake.objects.filter(pk=made.pk).update(
        opens_at=made.opens_at - back,
        closes_at=made.closes_at - back,
        starts_at=made.starts_at - back,
        ends_at=made.ends_at - back,
    )
    made.refresh_from_db()
    return made, enrollments


# --- Who reaches what ------------------------------------------------------------------------------------

VIEWS = ["edit", "delete", "inspect", "history", "history_results", "usage", "cancel", "run", "postpone", "place"]
VIEWS += ["copy_to", "close", "move_meeting", "absent"]


def address(view, intake):
    """The address of a view of this intake."""
    nested = {
        "move_meeting": lambda: intake.meetings.last().pk,
        "absent": lambda: intake.enrollments.first().pk,
    }
    return reverse(f"intake:{view}", args=[intake.pk, *([nested[view]()] if view in nested else [])])


@pytest.mark.parametrize("view", VIEWS)
def test_staff_do_not_reach_the_intakes_of_others(someone, tahe, huma, view):
    mine, theirs = (factories.intake(program=factories.program(institution=one)) for one in (tahe, huma))
    for intake in (mine, theirs):
        factories.enroll(intake)
    client = someone(roles.MANAGER, tahe)
    if view != "delete":
        assert client.get(address(view, mine)).status_code == 200
    for method in (client.get, client.post):
        assert method(address(view, theirs)).status_code == 404
    teacher = someone(roles.TEACHER, huma)
    for method in (teacher.get, teacher.post):
        assert method(address(view, theirs)).status_code in (302, 403, 404)
    assert Intake.objects.get(pk=theirs.pk).status == Intake.Status.PUBLISHED


def test_every_view_of_an_intake_is_in_the_list_above():
    named = {pattern.name for pattern in IntakeViewSet("intake").get_urlpatterns() if "pk" in str(pattern.pattern)}
    assert named == set(VIEWS)


def test_a_meeting_or_a_learner_of_another_class_is_not_reached_through_ones_own(someone, tahe, huma):
    mine, theirs = (factories.intake(program=factories.program(institution=one)) for one in (tahe, huma))
    enrolled = factories.enroll(theirs)
    client = someone(roles.MANAGER, tahe)
    wrong = [
        reverse("intake:move_meeting", args=[mine.pk, theirs.meetings.first().pk]),
        reverse("intake:absent", args=[mine.pk, enrolled.pk]),
    ]
    for url in wrong:
        assert (client.get(url).status_code, client.post(url).status_code) == (404, 404)


@pytest.mark.parametrize("role", [roles.MANAGER, roles.OFFICER, roles.TEACHER, roles.EDITOR])
def test_attendance_of_others_does_not_exist(someone, tahe, huma, role):
    theirs = factories.intake(program=factories.program(institution=huma), starts_in=timedelta(hours=1))
    meeting = theirs.meetings.first()
    urls = {
        "take": reverse("attendance:take", args=[meeting.pk]),
        "intake": reverse("attendance:intake", args=[theirs.pk]),
        "sheet": reverse("attendance:sheet", args=[theirs.pk]),
    }
    assert {pattern.name for pattern in AttendanceViewSet("attendance").get_urlpatterns()} == {"index", *urls}
    client = someone(role, tahe)
    for url in urls.values():
        assert (client.get(url).status_code, client.post(url).status_code) in ((404, 404), (404, 405))


def test_a_teacher_sees_their_own_classes_and_nothing_else(someone, tahe):
    mine, colleagues = (factories.intake(program=factories.program(institution=tahe)) for _ in range(2))
    client = someone(roles.TEACHER, tahe)
    mine.teachers.add(client.account)
    assert client.get(reverse("attendance:intake", args=[mine.pk])).status_code == 200
    assert client.get(reverse("attendance:intake", args=[colleagues.pk])).status_code == 404
    assert client.get(reverse("intake:index")).status_code == 302  # Wagtail sends home whoever has no permission.
    assert client.get(reverse("wagtailadmin_home")).status_code == 200


# --- At a glance, decisions ------------------------------------------------------------------------------


def test_an_intake_at_a_glance(someone, tahe, django_assert_max_num_queries):
    intake = factories.intake(seats=2, program=factories.program(institution=tahe), minimum=5)
    for _ in range(3):
        factories.enroll(intake)
    client = someone(roles.OFFICER, tahe)
    client.get(reverse("intake:inspect", args=[intake.pk]))
    with django_assert_max_num_queries(45):
        response = client.get(reverse("intake:inspect", args=[intake.pk]))
    found = response.context
    assert found["life"] == "full"
    assert [(bar.count) for bar in found["bars"]] == [1, 2]
    names = [url.split("/")[3] for _label, url, _icon in found["acts"]]
    assert {"edit", "postpone", "place", "run", "copy-to", "cancel"} <= set(names)
    assert "close" not in names


def test_a_class_under_its_minimum_is_decided_on(someone, tahe, huma):
    short = factories.intake(program=factories.program(institution=tahe), minimum=3, starts_in=timedelta(days=5))
    other = factories.intake(program=factories.program(institution=huma), minimum=3, starts_in=timedelta(days=5))
    factories.enroll(short)
    client = someone(roles.OFFICER, tahe)
    listed = list(client.get(reverse("intake:decisions")).context["intakes"])
    assert listed == [short]
    assert other not in listed
    client.post(reverse("intake:run", args=[short.pk]), {"note": "老师愿意带小班"})
    assert list(client.get(reverse("intake:decisions")).context["intakes"]) == []
    history = client.get(reverse("intake:history", args=[short.pk])).content.decode()
    assert "老师愿意带小班" in history


def test_the_home_counts_what_its_lists_show(someone, tahe, huma):
    for institution in (tahe, huma):
        program = factories.program(institution=institution)
        factories.intake(program=program, minimum=3, starts_in=timedelta(days=5))
        opens = timezone.now() + timedelta(days=2)
        factories.intake(program=program, opens_at=opens, closes_at=opens + timedelta(days=9))
        full = factories.intake(program=program, seats=1, offer_hours=1, starts_in=timedelta(days=40))
        first = factories.enroll(full)
        factories.enroll(full)
        enrollment.withdraw(first, by=first.account)
    client = someone(roles.OFFICER, tahe)
    response = client.get(reverse("wagtailadmin_home"))
    from courses.today import figures

    found = figures(client.account)
    assert [figure.count for figure in found] == [1, 1, 1]
    for figure in found:
        listed = client.get(figure.url)
        rows = listed.context.get("intakes") or listed.context["object_list"]
        assert len(rows) == figure.count
        assert figure.label in response.content.decode()


def test_the_home_of_somebody_for_whom_nothing_waits_says_so(someone, tahe):
    from django.utils.translation import gettext

    body = someone(roles.OFFICER, tahe).get(reverse("wagtailadmin_home")).content.decode()
    assert gettext("Nothing waits for you today.") in body


# --- Acts ------------------------------------------------------------------------------------------------


def test_cancelling_lists_what_follows_then_does_it_and_is_recorded(someone, tahe):
    intake = factories.intake(program=factories.program(institution=tahe), fee=12000)
    enrolled = factories.enroll(intake)
    payment = payments_of(enrolled).get()
    desk.take(payment, by=factories.account(is_staff=True), method="cash", amount=12000, key="a form")
    client = someone(roles.OFFICER, tahe)
    url = reverse("intake:cancel", args=[intake.pk])
    asked = client.get(url).context["consequences"]
    assert any("¥120" in sentence for sentence in asked)
    client.post(url, {"note": "老师生病了"})
    enrolled.refresh_from_db()
    assert (enrolled.state, enrolled.history.last().reason) == (State.CANCELLED, Reason.CLASS_CANCELLED)
    assert "老师生病了" in client.get(reverse("intake:history", args=[intake.pk])).content.decode()


def test_postponing_asks_once_with_the_new_dates_and_tells_everyone(someone, tahe):
    intake = factories.intake(program=factories.program(institution=tahe), seats=1)
    first, waits = factories.enroll(intake), factories.enroll(intake)
    before = [meeting.starts_at for meeting in intake.meetings.all()]
    client = someone(roles.OFFICER, tahe)
    url, data = reverse("intake:postpone", args=[intake.pk]), {"number": 1, "unit": 7, "note": "大雪封路"}
    asked = client.post(url, data)
    assert len(asked.context["consequences"]) == 4
    assert [meeting.starts_at for meeting in intake.meetings.all()] == before
    client.post(url, data | {"confirmed": 1})
    assert [meeting.starts_at for meeting in intake.meetings.all()] == [at + timedelta(weeks=1) for at in before]
    told = Message.objects.filter(kind="class_changed")
    assert {message.account for message in told} == {first.account, waits.account}
    assert "大雪封路" in told[0].body
    assert_invariants()


def test_another_room_is_warned_of_when_taken_and_refused_when_nothing_changes(someone, tahe):
    program = factories.program(institution=tahe)
    intake = factories.intake(program=program, place="201 教室")
    factories.intake(program=program, place="302教室", starts_in=timedelta(days=14, minutes=30))
    client = someone(roles.OFFICER, tahe)
    url = reverse("intake:place", args=[intake.pk])
    same = client.post(url, {"place": "201 教室", "teacher": "", "note": "无"})
    assert same.context["form"].non_field_errors()
    warned = client.post(url, {"place": "302 教室", "teacher": "", "note": "水管坏了"})
    assert len(warned.context["warnings"]) == 2
    client.post(url, {"place": "302 教室", "teacher": "", "note": "水管坏了", "confirmed": 1})
    intake.refresh_from_db()
    assert intake.place == "302 教室"


def test_one_meeting_moves(someone, tahe):
    intake = factories.intake(program=factories.program(institution=tahe))
    meeting = intake.meetings.first()
    client = someone(roles.OFFICER, tahe)
    url = reverse("intake:move_meeting", args=[intake.pk, meeting.pk])
    new = timezone.localtime(meeting.starts_at + timedelta(days=2)).replace(second=0, microsecond=0)
    # The calendar of the box works: its script comes with the page.
    assert "date-time-chooser" in client.get(url).content.decode()
    data = {"starts_at": f"{new:%Y-%m-%d %H:%M}", "minutes": 60, "note": "停电", "confirmed": 1}
    assert client.post(url, data).status_code == 302
    meeting.refresh_from_db()
    intake.refresh_from_db()
    assert (meeting.starts_at, meeting.ends_at - meeting.starts_at) == (new, timedelta(hours=1))
    assert intake.starts_at == new


def test_the_class_is_closed_with_those_who_met_the_rule(someone, tahe):
    intake, (diligent, idle) = over(program=factories.program(institution=tahe), seats=5)
    client = someone(roles.OFFICER, tahe)
    for meeting in intake.meetings.all():
        attendance.take(meeting, {diligent.pk: "present", idle.pk: "absent"}, by=client.account)
    url = reverse("intake:close", args=[intake.pk])
    rows = client.get(url).context["rows"]
    assert {record.enrollment: ticked for record, ticked in rows} == {diligent: True, idle: False}
    client.post(url, {"completed": [diligent.pk]})
    diligent.refresh_from_db()
    idle.refresh_from_db()
    assert (diligent.state, idle.state) == (State.COMPLETED, State.ENROLLED)
    assert_invariants()


def test_a_seat_is_given_back_by_the_rule_of_absences_only(someone, tahe):
    intake, (absent, other) = over(program=factories.program(institution=tahe), seats=5, absence_limit=2)
    client = someone(roles.OFFICER, tahe)
    for meeting in intake.meetings.all():
        attendance.take(meeting, {absent.pk: "absent", other.pk: "leave"}, by=client.account)
    for one in (absent, other):
        client.post(reverse("intake:absent", args=[intake.pk, one.pk]))
        one.refresh_from_db()
    assert (absent.state, other.state) == (State.CANCELLED, State.ENROLLED)
    assert absent.history.last().reason == Reason.ABSENT


# --- Two classes in one room -----------------------------------------------------------------------------


def test_a_room_that_is_taken_is_said_before_saving_and_may_be_shared_on_purpose(someone, tahe):
    from tests.courses.test_admin import form_of

    program = factories.program(institution=tahe)
    factories.intake(program=program, place="201 教室")
    intake = factories.intake(program=program, place="202 教室")
    client = someone(roles.OFFICER, tahe)
    url = reverse("intake:edit", args=[intake.pk])
    assert b"share_room" not in client.get(url).content
    warned = client.post(url, form_of(intake, place="201教室"))
    assert warned.status_code == 200
    assert "share_room" in warned.context["form"].errors
    assert b'name="share_room"' in warned.content
    assert client.post(url, form_of(intake, place="201教室", share_room="on")).status_code == 302
    intake.refresh_from_db()
    assert intake.place == "201教室"


def test_a_meeting_whose_attendance_was_taken_is_not_removed_by_the_form(someone, tahe):
    from tests.courses.test_admin import form_of

    intake, (one, _other) = over(program=factories.program(institution=tahe))
    client = someone(roles.OFFICER, tahe)
    attendance.take(intake.meetings.first(), {one.pk: "present"}, by=client.account)
    url = reverse("intake:edit", args=[intake.pk])
    response = client.post(url, form_of(intake) | {"meetings-0-DELETE": "on"})
    assert response.status_code == 200
    assert intake.meetings.count() == 2


def test_teachers_are_chosen_among_ones_own_colleagues(someone, tahe, huma):
    from tests.courses.test_admin import form_of

    intake = factories.intake(program=factories.program(institution=tahe))
    colleague, stranger = (factories.account(is_staff=True) for _ in range(2))
    for account, institution in ((colleague, tahe), (stranger, huma)):
        Staff.objects.create(account=account, institution=institution)
    client = someone(roles.OFFICER, tahe)
    url = reverse("intake:edit", args=[intake.pk])
    client.post(url, form_of(intake, teachers=[stranger.pk]))
    assert list(intake.teachers.all()) == []
    client.post(url, form_of(intake, teachers=[colleague.pk]))
    assert list(intake.teachers.all()) == [colleague]
