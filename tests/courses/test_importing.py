"""Schools bring their schedules as tables: what is good comes in whole, what is bad is said in words."""

import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone, translation
from openpyxl import Workbook, load_workbook
from wagtail.models import Page, ReferenceIndex

from accounts.models import District
from courses import enrollment
from courses.importing import cells, mapping, template
from courses.models import (
    Category,
    ClassMeeting,
    CommunityCoursePage,
    CourseIndexPage,
    Enrollment,
    Intake,
    SeatPool,
    Term,
)
from courses.states import State
from institutions.models import Institution
from tests import factories
from tests.courses import schedule_maker

REAL = Path(__file__).parents[1] / "data" / "toronto-registered-programs.csv"
DOCS = Path(__file__).parents[2] / "docs" / "importing.md"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _site():
    """A list of courses, an institution, two terms; reports in English."""
    Page.objects.get(depth=1).add_child(instance=CourseIndexPage(title="课程", slug="courses"))
    factories.institution(name="塔河县社区教育学院")
    Term.objects.create(name="2026 春", starts_on="2026-01-01", ends_on="2026-08-31")
    Term.objects.create(name="2027 春", starts_on="2027-01-01", ends_on="2027-12-31")
    with translation.override("en"):
        yield


def run(path, *options, mapping="toronto", status=0):
    """Run the command; returns what it says. `status` is the exit status that must come."""
    out, err = io.StringIO(), io.StringIO()
    arguments = ["import_courses", str(path), f"--mapping={mapping}", "--institution=塔河县社区教育学院", *options]
    ended = 0
    try:
        call_command(*arguments, stdout=out, stderr=err)
    except SystemExit as end:
        ended = end.code
    assert ended == status, out.getvalue()
    return out.getvalue()


def everything():
    """All that an import may write, to compare before and after."""
    return (
        list(CommunityCoursePage.objects.order_by("title").values_list("title", "slug", "summary", "category__name")),
        list(
            Intake.objects.order_by("code").values_list(
                "code", "program__title", "label", "opens_at", "closes_at", "starts_at", "ends_at", "weekdays",
                "day_parts", "meeting_count", "place", "min_age", "max_age", "fee", "term__name", "status",
            )
        ),
        list(ClassMeeting.objects.order_by("intake__code", "pk").values_list("intake__code", "starts_at", "ends_at")),
        list(SeatPool.objects.order_by("intake__code").values_list("intake__code", "name", "capacity")),
    )  # fmt: skip


def write(folder, rows, name="schedule.csv", **options):
    """A schedule file of these rows."""
    path = folder / name
    path.write_bytes(schedule_maker.as_csv(rows, **options))
    return path


def test_the_real_schedule_comes_in_as_it_is():
    said = run(REAL)
    assert "42 rows: 28 new courses; intakes: 42 new, 0 changed, 0 unchanged; 0 rows with errors" in said
    tennis = Intake.objects.get(code="TO-129539")
    assert [f"{timezone.localtime(m.starts_at):%m-%d %H:%M}" for m in tennis.meetings.all()] == [
        "05-21 18:00", "05-28 18:00", "06-04 18:00", "06-11 18:00", "06-18 18:00", "06-25 18:00",
    ]  # fmt: skip
    assert (tennis.min_age, tennis.max_age, tennis.place) == (72, 144, "Eglinton Flats")
    assert f"{timezone.localtime(tennis.opens_at):%Y-%m-%d %H:%M}" == "2026-03-03 07:00"
    assert f"{timezone.localtime(tennis.closes_at):%Y-%m-%d %H:%M}" == "2026-05-20 23:59"
    assert tennis.program.specific.category.name == "Sports"
    assert tennis.pools.get().capacity == 16
    camp = Intake.objects.get(code="TO-151582")
    assert [timezone.localtime(m.starts_at).weekday() for m in camp.meetings.all()] == [0, 1, 3, 4]
    painting = Intake.objects.get(code="TO-129515")
    assert (painting.min_age, painting.max_age, painting.place) == (720, None, "Location 7")
    assert CommunityCoursePage.objects.get(title="Yoga - Adult").intakes.count() == 5


def test_what_came_in_is_found_and_stands_in_the_tree():
    run(REAL)
    parent = CourseIndexPage.objects.get()
    assert parent.numchild == parent.get_children().live().count() == 28
    assert not Page.find_problems()[0]
    assert [page.title for page in CommunityCoursePage.objects.live().search("Karate")] == ["Karate - Beginner - Child"]
    institution = Institution.objects.get()
    assert ReferenceIndex.get_references_to(institution).count() == 28


def test_the_same_file_again_changes_nothing():
    run(REAL)
    before = everything()
    said = run(REAL)
    assert "0 new courses; intakes: 0 new, 0 changed, 42 unchanged" in said
    assert everything() == before


def test_a_dry_run_says_what_would_be_and_writes_nothing():
    before = everything(), Category.objects.count()
    said = run(REAL, "--dry-run")
    assert "row 43: TO-129539 Tennis: Instructional - Child: new course and intake, 6 meetings" in said
    assert (everything(), Category.objects.count()) == before


def test_a_past_schedule_can_be_tried_as_an_upcoming_one():
    run(REAL)
    said = run(REAL, "--shift-days=364", "--dry-run")
    assert "42 changed" in said
    assert "enrollment opens 2026-03-03 07:00 → 2027-03-02 07:00" in said
    run(REAL, "--shift-days=364")
    tennis = Intake.objects.get(code="TO-129539")
    assert f"{timezone.localtime(tennis.starts_at):%Y-%m-%d %H:%M %a}" == "2027-05-20 18:00 Thu"
    assert f"{timezone.localtime(tennis.closes_at):%Y-%m-%d}" == "2027-05-19"
    with pytest.raises(CommandError, match="364"):
        run(REAL, "--shift-days=365")


@pytest.fixture
def few_courses(tmp_path):
    """300 rows, some broken in every way that we know."""
    rows, faults = schedule_maker.make(300, broken=0.15)
    return write(tmp_path, rows), rows, faults


def test_every_broken_row_is_named_with_its_column_and_nothing_of_its_course_is_there(few_courses):
    path, rows, faults = few_courses
    assert set(faults.values()) == set(schedule_maker.BREAKS)
    said = run(path, status=1)
    reported = dict(re.findall(r"^row (\d+), column “([^”]+)”", said, re.M))
    assert {int(row): column for row, column in reported.items()} == {
        row: schedule_maker.BREAKS[name][0] for row, name in faults.items()
    }
    spoiled = {rows[number - 2]["Activity Title"] for number in faults}
    good = [row for row in rows if row["Activity Title"] not in spoiled]
    assert set(Intake.objects.values_list("code", flat=True)) == {f"TO-{row['Course_ID']}" for row in good}
    assert set(CommunityCoursePage.objects.values_list("title", flat=True)) == {row["Activity Title"] for row in good}
    assert 0 < len(good) < len(rows) - len(faults)
    left_out = {int(number) for number in re.findall(r"^row (\d+): left out", said, re.M)}
    assert left_out == {
        number for number, row in enumerate(rows, 2) if row["Activity Title"] in spoiled and number not in faults
    }


def test_all_or_nothing_writes_nothing_when_a_row_is_broken(few_courses):
    said = run(few_courses[0], "--all-or-nothing", status=1)
    assert "Nothing was written" in said
    assert not CommunityCoursePage.objects.exists()


def test_mended_rows_come_in_later_without_touching_the_others(few_courses, tmp_path):
    run(few_courses[0], status=1)
    before = set(Intake.objects.values_list("code", "pk"))
    mended = write(tmp_path, schedule_maker.make(300, broken=0)[0], "mended.csv")
    run(mended)
    assert Intake.objects.count() == 300
    assert before <= set(Intake.objects.values_list("code", "pk"))


def as_workbook(rows, path):
    """The rows as an Excel file, numbers as numbers."""
    book = Workbook()
    book.active.append(schedule_maker.HEADER)
    for row in rows:
        book.active.append([int(value) if value.isdecimal() else value or None for value in row.values()])
    book.save(path)
    return path


@pytest.mark.parametrize(
    "options",
    [
        {"encoding": "gb18030"},
        {"encoding": "utf-8-sig"},
        {"encoding": "utf-16", "delimiter": "\t"},
        {"delimiter": ";"},
        None,
    ],
)
def test_encodings_separators_and_workbooks_give_the_same(tmp_path, options):
    rows = schedule_maker.make(40, broken=0)[0]
    for row in rows:
        row["Activity Title"] = f"绘画，{row['Activity Title']}"
        row["Location Name"] = "二楼, 东侧"
    run(write(tmp_path, rows))
    expected = everything()
    assert Intake.objects.count() == 40
    Intake.objects.all().delete()
    for page in CommunityCoursePage.objects.all():
        page.delete()
    other = as_workbook(rows, tmp_path / "a.xlsx") if options is None else write(tmp_path, rows, "a.csv", **options)
    run(other)
    assert everything() == expected


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"\xff\x00\x81", "CSV UTF-8"),
        ("a.csv", b"PK\x03\x04", "xlsx"),
        ("a.xlsx", b"no workbook", "not an Excel workbook"),
        ("a.csv", b"a,a\n1,2\n", "same title"),
        ("a.csv", b"name,day\nx,y\n", "has no column Course_ID"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CommandError, match=words):
        run(tmp_path / name)


def test_a_row_with_too_few_or_too_many_cells_is_an_error(tmp_path):
    rows = [row | {"Activity Title": f"Course {row['_id']}"} for row in schedule_maker.make(3, broken=0)[0]]
    lines = schedule_maker.as_csv(rows).decode().splitlines()
    lines[2] = lines[2].rsplit(",", 5)[0]
    lines[3] += ",one,more"
    path = tmp_path / "cut.csv"
    path.write_text("\n".join(lines))
    said = run(path, status=1)
    assert "row 3: The row has only" in said
    assert "row 4: The row has" in said
    assert Intake.objects.count() == 1


OURS = {
    "课程名称": "中式烘焙入门", "简介": "学会做月饼。", "类别": "烘焙", "机构": "塔河县社区教育学院",
    "班次编号": "2026-1", "班次": "周三晚班", "星期": "周三", "开始时间": "19:00", "结束时间": "20:30",
    "第一次上课": "2026-03-04", "次数": "3",
    "名额": "2", "费用": "120", "最小年龄": "18", "最大年龄": "", "报名开始": "2026-02-20 09:30", "教师": "李老师",
}  # fmt: skip


def ours(folder, *rows, name="ours.csv"):
    """A file in our own shape: each row is OURS with changes."""
    lines = [",".join(OURS)] + [",".join((OURS | row).values()) for row in rows or [{}]]
    path = folder / name
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def baking():
    """The category that our own rows name."""
    return Category.objects.create(name="烘焙", slug="hongbei")


def run_ours(path, *options, status=0):
    """Import a file in our own shape."""
    return run(path, *options, mapping="plain", status=status)


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
