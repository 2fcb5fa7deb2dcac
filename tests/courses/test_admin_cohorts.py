"""Cohorts in the admin: the school rolls on and collects, the college decides, everybody else sees nothing."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from courses.models import Cohort, PathwayStudent, ProgressionEntry
from courses.progression import collecting, deciding
from courses.progression.stages import Stage
from institutions import roles
from tests import factories
from tests.courses.cohorts import complete, in_progression

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client, settings):
    """Sign in as an officer of an institution: `staff(institution)` gives the client."""
    settings.SECOND_FACTOR_REQUIRED = False
    factories.website()
    roles.make_groups()

    def sign_in(institution):
        account = factories.account(is_staff=True)
        account.groups.add(Group.objects.get(name=roles.OFFICER))
        institution.staff.create(account=account)
        client.force_login(account)
        session = client.session
        session["second_factor_not_now"] = True
        session.save()
        return client

    return sign_in


def page_of(name, cohort, student=None):
    """The address of a page about a cohort, or one of its learners."""
    return reverse(f"cohort:{name}", args=[cohort.pk, *([student.pk] if student else [])])


def test_the_school_rolls_its_cohort_on_leaving_one_behind(staff):
    into = factories.pathway_intake(admission_rule="first_come")
    students = [factories.enroll(into).student for _number in range(3)]
    cohort = students[0].cohort
    client = staff(cohort.pathway.institution)
    listed = client.get(reverse("cohort:index"))
    assert cohort.pathway.title in listed.content.decode()
    address = f"{page_of('roll', cohort)}?source=admitted"
    assert client.get(address).status_code == 200
    ticked = {"people": [students[0].pk, students[1].pk]}
    asked = client.post(address, ticked)
    assert "2名学员" in asked.content.decode()
    assert not cohort.students.filter(stage=Stage.YEAR_1).exists()
    for _time in range(2):
        client.post(address, ticked | {"confirmed": "1"})
    assert cohort.students.filter(stage=Stage.YEAR_1).count() == 2
    seen = client.get(page_of("inspect", cohort)).content.decode()
    assert "3人仍在培养" in seen
    assert "升入二年级 (2)" in seen


def test_the_grid_writes_who_and_when_and_refuses_nonsense_as_a_whole(staff):
    cohort, [one, two] = in_progression(count=2)
    client = staff(cohort.pathway.institution)
    address = page_of("grid", cohort)
    shown = client.get(address).content.decode()
    assert f'name="v-{one.pk}-0"' in shown
    bad = client.post(address, {f"v-{one.pk}-0": "70", f"v-{two.pk}-0": "viel", "seen": "0"})
    assert not ProgressionEntry.objects.exists()
    assert 'value="viel"' in bad.content.decode()
    client.post(address, {f"v-{one.pk}-0": "70.5", f"v-{one.pk}-4": "1", f"v-{two.pk}-0": "", "seen": "0"})
    written = ProgressionEntry.objects.order_by("pk")
    assert [(entry.kind, entry.value) for entry in written] == [("mark", Decimal("70.50")), ("medical", 1)]
    assert {entry.by.posts.get().institution for entry in written} == {cohort.pathway.institution}
    other = collecting.collect(cohort, {(one.pk, "mark", "专业课"): Decimal(90)}, by=None, seen=None)
    late = client.post(address, {f"v-{one.pk}-0": "10", "seen": str(written[0].pk)}, follow=True)
    assert other == (1, 0)
    assert "刚刚被别人改过" in late.content.decode()
    table = f"报名号,专业课\n{two.enrollment.reference},66".encode("gb18030")
    client.post(page_of("marks", cohort), {"file": SimpleUploadedFile("a.csv", table)})
    assert ProgressionEntry.objects.filter(student=two).get().value == 66
    assert client.get(page_of("marks_table", cohort)).status_code == 200


def test_the_college_decides_all_as_proposed_or_one_in_writing(staff):
    cohort, [one, two, three] = in_progression(count=3)
    complete(one)
    complete(two, but=("mark", "certificate"), also={("prize", "省技能大赛一等奖"): 1})
    complete(three, but=("medical",))
    client = staff(cohort.pathway.college)
    seen = client.get(page_of("decisions", cohort)).content.decode()
    assert "按现在的情况：转段未通过：没有体检或体检不合格" in seen.replace("\n", "")
    chosen = {"people": [one.pk, two.pk], "confirmed": "1"}
    client.post(page_of("decisions", cohort), chosen)
    single = page_of("decide", cohort, three)
    refused = client.post(single, {"result": "failed", "reason": "medical"})
    assert "前还可以补交" in refused.content.decode()
    assert "名转段中的学生等待高职院校决定" in client.get(reverse("wagtailadmin_home")).content.decode()
    waiting = client.get(reverse("cohort:index"), {"waits": "decision"})
    assert list(waiting.context["object_list"]) == [cohort]
    assert not client.get(reverse("cohort:index"), {"waits": "papers"}).context["object_list"]
    Cohort.objects.update(papers_by=timezone.localdate() - timedelta(days=1))
    asked = client.post(page_of("decisions", cohort), {"people": [three.pk]}).content.decode()
    assert f"{three}：没有体检或体检不合格" in asked
    client.post(single, {"result": "failed", "reason": "medical"})
    stages = [student.stage for student in PathwayStudent.objects.order_by("pk")]
    assert stages == [Stage.PASSED, Stage.EXEMPT, Stage.FAILED]
    client.post(page_of("again", cohort, three), {"note": "体检表到了"})
    assert PathwayStudent.objects.get(pk=three.pk).stage == Stage.ELIGIBLE
    learner = client.get(page_of("student", cohort, three)).content.decode()
    assert "体检表到了" in learner
    table = client.get(reverse("cohort:download", args=[cohort.pk, "province", "gb18030"])).content.decode("gb18030")
    assert one.enrollment.learner.name in table
    assert three.enrollment.learner.name not in table
    everybody = client.get(reverse("cohort:download", args=[cohort.pk, "everybody", "csv"])).content.decode()
    assert everybody.count("\n") == 4


def test_each_does_their_own_part_only_and_strangers_find_nothing(staff):
    cohort, [student] = in_progression()
    decisions = [page_of("decisions", cohort), page_of("decide", cohort, student), page_of("again", cohort, student)]
    collecting_pages = [page_of("grid", cohort), page_of("marks", cohort), page_of("marks_table", cohort)]
    both = [page_of("inspect", cohort), page_of("student", cohort, student), page_of("leave", cohort, student)]
    school = staff(cohort.pathway.institution)
    assert [school.get(page).status_code for page in decisions] == [404] * 3
    assert [school.get(page).status_code for page in collecting_pages + both] == [200] * 6
    college = staff(cohort.pathway.college)
    assert [college.get(page).status_code for page in collecting_pages] == [404] * 3
    assert [college.get(page).status_code for page in decisions + both] == [200] * 6
    assert college.get(f"{page_of('roll', cohort)}?source=year_1").status_code == 404
    stranger = staff(factories.institution())
    assert [stranger.get(page).status_code for page in decisions + collecting_pages + both] == [404] * 9
    other = in_progression()[0]
    assert staff(cohort.pathway.institution).get(page_of("student", cohort, other.students.get())).status_code == 404


def test_criteria_make_a_hundred_and_stay_once_told(staff):
    cohort, [_student] = in_progression()
    client = staff(cohort.pathway.college)
    address = page_of("edit", cohort)
    parts = list(cohort.parts.all())
    form = {
        "pass_mark": "40",
        "certificates": "护士技能证书",
        "prizes": "省技能大赛一等奖",
        "medical_required": "on",
        "record_required": "on",
        "papers_by": f"{cohort.papers_by}",
        "reminder_days": "30, 14, 3",
        "parts-TOTAL_FORMS": "2",
        "parts-INITIAL_FORMS": "2",
        "parts-MIN_NUM_FORMS": "0",
        "parts-MAX_NUM_FORMS": "1000",
    }
    for number, part in enumerate(parts):
        form |= {f"parts-{number}-{name}": str(getattr(part, name)) for name in ("name", "weight", "most")}
        form |= {f"parts-{number}-id": part.pk, f"parts-{number}-DELETE": ""}
    stays = client.post(address, form | {"pass_mark": "30"}).content.decode()
    assert "标准已经告知" in stays
    earlier = client.post(address, form | {"papers_by": f"{cohort.papers_by - timedelta(days=2)}"}).content.decode()
    assert "只能往后推迟" in earlier
    assert client.post(address, form | {"papers_by": f"{cohort.papers_by + timedelta(days=2)}"}).status_code == 302
    cohort.students.update(stage=Stage.YEAR_2)
    uneven = client.post(address, form | {"parts-0-weight": "10"}).content.decode()
    assert "不是100%" in uneven
    few = client.post(address, form | {"reminder_days": "7, 3"}).content.decode()
    assert "至少三个不同的天数" in few


def test_the_family_sees_what_is_missing_and_later_the_result_with_its_reason(client):
    cohort, [student] = in_progression()
    complete(student, but=("medical",))
    client.force_login(student.enrollment.account)
    address = reverse("enrollment_progression", args=[student.enrollment.reference])
    mine = client.get(reverse("my_page")).content.decode()
    assert address in mine
    detail = client.get(reverse("enrollment_detail", args=[student.enrollment.reference])).content.decode()
    assert "升入高职要经过转段考核" in detail
    shown = client.get(address).content.decode()
    assert "体检" in shown
    assert "<b>还缺</b>" in shown
    Cohort.objects.update(papers_by=timezone.localdate() - timedelta(days=1))
    deciding.decide(PathwayStudent.objects.get(), Stage.FAILED, by=None, reason="medical")
    failed = client.get(address).content.decode()
    assert "没有体检或体检不合格" in failed
    assert "现在可以走的路" in failed
    client.force_login(factories.account())
    assert client.get(address).status_code == 404
    client.logout()
    assert client.get(address).status_code == 302
    assert cohort.pathway.title in failed
