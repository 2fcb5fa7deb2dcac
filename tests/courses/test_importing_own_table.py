"""The import of our own simple table, and how it reads what people write."""

import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import District
from courses import enrollment
from courses.importing import cells, mapping, template
from courses.models import (
    CommunityCoursePage,
    Enrollment,
    Intake,
)
from courses.states import State
from tests import factories
from tests.courses.importing_runs import OURS, ours, run, run_ours

REAL = Path(__file__).parents[1] / "data" / "toronto-registered-programs.csv"
DOCS = Path(__file__).parents[2] / "docs" / "importing.md"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("schedule_site")]


def test_a_filled_in_template_is_imported(baking, tmp_path):
    call_command("import_courses", template=str(tmp_path / "t.xlsx"), stdout=io.StringIO())
    book = load_workbook(tmp_path / "t.xlsx")
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]] == [name for name, *_ in template.COLUMNS]
    for number, (_name, _hint, example) in enumerate(template.COLUMNS, 1):
        sheet.cell(2, number).value = example
    book.save(tmp_path / "filled.xlsx")
    run_ours(tmp_path / "filled.xlsx")
    intake = Intake.objects.get(code="2026Q-031")
    assert (intake.fee, intake.min_age, intake.max_age, intake.minimum) == (12000, 216, None, 8)
    assert (intake.teacher, intake.district.name, intake.meeting_count) == ("李老师", "塔河县", 8)
    assert intake.program.specific.level == CommunityCoursePage.Level.BEGINNER
    assert f"{timezone.localtime(intake.opens_at):%m-%d %H:%M}" == "02-20 08:00"


def test_the_template_has_exactly_the_columns_of_its_mapping():
    assert {name for name, *_ in template.COLUMNS} == set(mapping.load("plain").columns.values())


def test_a_class_that_meets_at_two_times_is_two_rows_with_one_code(baking, tmp_path):
    path = ours(tmp_path, {}, {"星期": "周六", "开始时间": "9:00", "结束时间": "10:30"})
    run_ours(path)
    intake = Intake.objects.get()
    assert (intake.meeting_count, intake.weekdays, intake.day_parts) == (6, 0b100100, 0b101)
    assert "1 unchanged" in run_ours(path)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([{}, {}], "row 3, column “班次编号”, value “2026-1”: This row repeats row 2"),
        ([{"机构": "没有的学院"}], "There is no institution “没有的学院”"),
        ([{"类别": "没有"}], "There is no category “没有”"),
        ([{"类别": ""}], "needs a category"),
        ([{"第一次上课": "2030-01-02"}], "No term contains"),
        ([{"名额": "0"}], "at least one seat"),
        ([{"名额": "many"}], "not a whole number"),
        ([{"费用": "1.234"}], "not an amount of money"),
        ([{"最小年龄": "1990"}], "too old"),
        ([{"简介": "长" * 121}], "at most 120"),
        ([{"开始时间": "七点"}], "not a time of day"),
        ([{"星期": "周八"}], "not a weekday"),
    ],
)
def test_errors_in_our_own_table_are_said_in_words(baking, tmp_path, rows, words):
    said = run(ours(tmp_path, *rows), mapping="plain", status=1) if "机构" not in rows[0] else _named(tmp_path, rows)
    assert words in said
    assert not Intake.objects.exists()


def _named(folder, rows):
    """With the institution from the file."""
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("import_courses", str(ours(folder, *rows)), stdout=out)
    return out.getvalue()


def test_a_code_used_for_two_courses_is_an_error_of_the_second(baking, tmp_path):
    said = run_ours(ours(tmp_path, {}, {"课程名称": "别的"}), status=1)
    assert "row 3, column “班次编号”, value “2026-1”: This code is already used in row 2" in said
    assert [page.title for page in CommunityCoursePage.objects.all()] == ["中式烘焙入门"]


def test_several_errors_in_a_row_are_all_said(baking, tmp_path):
    said = run_ours(ours(tmp_path, {"星期": "周八", "名额": "0", "报名开始": ""}), status=1)
    assert said.count("row 2, column") == 3


def test_a_changed_table_changes_only_what_it_says(baking, tmp_path):
    run_ours(ours(tmp_path))
    Intake.objects.update(place="二楼", materials="围裙", closes_at=timezone.now() + timedelta(days=400))
    said = run_ours(ours(tmp_path, {"教师": "王老师", "结束时间": "21:00", "班次": ""}))
    assert "changed: teacher 李老师 → 王老师" in said or "1 changed" in said
    intake = Intake.objects.get()
    assert (intake.teacher, intake.place, intake.materials, intake.label) == ("王老师", "二楼", "围裙", "周三晚班")
    assert timezone.localtime(intake.ends_at).hour == 21


def test_more_seats_in_the_table_go_to_those_who_wait_and_fewer_than_taken_are_refused(baking, tmp_path):
    run_ours(ours(tmp_path, {"名额": "1"}), "--shift-days=364")
    intake = Intake.objects.get()
    Intake.objects.update(opens_at=timezone.now() - timedelta(days=1))
    learners = [factories.learner(birth_date="1960-01-01") for _ in range(2)]
    for learner in learners:
        enrollment.submit(intake=Intake.objects.get(), learner=learner, by=learner.account)
    Intake.objects.update(opens_at=intake.opens_at)
    run_ours(ours(tmp_path, {"名额": "2"}), "--shift-days=364")
    assert learners[1].enrollments.get().state == State.OFFERED
    said = run_ours(ours(tmp_path, {"名额": "1", "教师": "王老师"}), "--shift-days=364", status=1)
    assert "2 seats are taken" in said
    assert Intake.objects.get().teacher == "李老师"


def test_meetings_that_have_begun_stay_once_anyone_has_enrolled(baking, tmp_path):
    run_ours(ours(tmp_path))
    intake = Intake.objects.get()
    learner = factories.learner()
    Enrollment.objects.create(
        intake=intake, learner=learner, account=learner.account, person=learner.person, pool=intake.pools.get()
    )
    said = run_ours(ours(tmp_path, {"第一次上课": "2026-03-11", "次数": "2"}))
    assert "1 unchanged" in said
    assert Intake.objects.get().meeting_count == 3


def test_a_cancelled_class_is_not_brought_back(baking, tmp_path):
    run_ours(ours(tmp_path))
    Intake.objects.update(status=Intake.Status.CANCELLED)
    assert "cancelled, left as it is" in run_ours(ours(tmp_path, {"教师": "王老师"}), "--dry-run")
    run_ours(ours(tmp_path, {"教师": "王老师"}))
    assert (Intake.objects.get().status, Intake.objects.get().teacher) == (Intake.Status.CANCELLED, "李老师")


def test_a_code_of_another_institution_is_refused(baking, tmp_path):
    factories.intake(program=factories.program(institution=factories.institution()), code="2026-1")
    assert "belongs to another institution" in run_ours(ours(tmp_path), status=1)


def test_columns_can_be_named_on_the_command_line(baking, tmp_path):
    path = ours(tmp_path)
    path.write_text(path.read_text().replace("教师", "谁教"))
    assert "does not have: 程度" in run_ours(path, "--column=teacher=谁教", "--set=place=大厅")
    assert (Intake.objects.get().teacher, Intake.objects.get().place) == ("李老师", "大厅")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[columns]\ntitel = 'x'\n", "unknown key columns.titel. Did you mean title"),
        ("colums = 1\n", "Did you mean columns"),
        ("[formats]\nage_unit = 'weeks'\n[columns]\n", "years, months"),
        ("[columns\n", "not TOML"),
    ],
)
def test_a_mapping_with_a_mistake_is_refused_in_words(tmp_path, text, words):
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(mapping.MappingError, match=re.escape(words)):
        mapping.load(path)


def test_every_key_of_a_mapping_is_documented():
    from dataclasses import fields

    documented = set(re.findall(r"^\| `(\w+)`", DOCS.read_text(), re.M))
    keys = {item.name for item in fields(mapping.Mapping)} | {item.name for item in fields(mapping.Formats)}
    assert documented == (keys - {"formats"}) | mapping.FIELDS


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Mon,Tue,Thu,Fri", [0, 1, 3, 4]),
        ("周一、周四", [0, 3]),
        ("星期日", [6]),
        ("一三五", [0, 2, 4]),
        ("周六和周天", [5, 6]),
        ("1 3", [0, 2]),
        ("Thursday / thu.", [3]),
    ],
)
def test_weekdays_are_read_as_people_write_them(text, days):
    assert cells.parse_weekdays(text) == days


@pytest.mark.parametrize("text", ["2026-03-04", "2026/3/4", "2026年3月4日", "2026.03.04", "20260304", "２０２６-03-04"])
def test_dates_are_read_as_people_write_them(text):
    assert cells.parse_date(text).isoformat() == "2026-03-04"


@pytest.mark.parametrize(
    ("text", "fen"), [("120", 12000), ("¥120.50", 12050), ("1,200元", 120000), ("免费", 0), ("０", 0)]
)
def test_money_is_read_as_people_write_it(text, fen):
    assert cells.parse_fee(text, "yuan") == fen


def test_districts_are_known_by_name_and_by_code(baking, tmp_path):
    District.objects.create(code="232721", name="呼玛县")
    rows = [{"县区": "呼玛县"}, {"县区": "232721", "班次编号": "2026-2"}]
    lines = [",".join([*OURS, "县区"])] + [",".join((OURS | row).values()) for row in rows]
    (tmp_path / "d.csv").write_text("\n".join(f"{line}{',' if line.count(',') < len(OURS) else ''}" for line in lines))
    run_ours(tmp_path / "d.csv")
    assert set(Intake.objects.values_list("district__name", flat=True)) == {"呼玛县"}
