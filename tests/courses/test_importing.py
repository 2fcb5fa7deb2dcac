"""Schools bring their schedules as tables: what is good comes in whole, what is bad is said in words."""

import re
from pathlib import Path

import pytest
from django.core.management import CommandError
from django.utils import timezone
from openpyxl import Workbook
from wagtail.models import Page, ReferenceIndex

from courses.models import (
    Category,
    CommunityCoursePage,
    CourseIndexPage,
    Intake,
)
from institutions.models import Institution
from tests.courses import schedule_maker
from tests.courses.importing_runs import everything, run, write

REAL = Path(__file__).parents[1] / "data" / "toronto-registered-programs.csv"
DOCS = Path(__file__).parents[2] / "docs" / "importing.md"

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("schedule_site")]


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
