"""A table is imported in the browser: sent, its columns chosen, looked at, imported in the background, reported."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import Workbook

from courses import background
from courses.importing import reading, uploads, writing
from courses.models import BulkWork, CourseImport, CourseIndexPage, Intake
from institutions import roles
from institutions.models import Institution
from tests.courses.importing_runs import OURS
from tests.courses.staff_screens import signed_in, staff

pytestmark = [pytest.mark.django_db, pytest.mark.once]
NEW = reverse("course_import:add")
PROBLEM, LEFT_OUT, CREATE = "problem", "left_out", "create"


@pytest.fixture
def school(schedule_site, baking, settings):
    """The institution that the rows of OURS name, with its groups."""
    settings.SECOND_FACTOR_REQUIRED = False
    roles.make_groups()
    return Institution.objects.get(name="塔河县社区教育学院")


@pytest.fixture
def manager(school):
    """Who may import there."""
    return staff(roles.MANAGER, school)


def table(*rows, encoding="utf-8"):
    """Rows of OURS with changes, as bytes."""
    lines = [OURS, *(OURS | row for row in rows)]
    return "\n".join([",".join(OURS), *(",".join(line.values()) for line in lines)]).encode(encoding)


def received(by, data=None, *, institution=True, name="课程.csv", **options):
    """The file as it is kept."""
    school = Institution.objects.get(name="塔河县社区教育学院") if institution else None
    return uploads.receive(by=by, institution=school, name=name, data=table() if data is None else data, **options)


def checked(by, data=None, **options):
    """The file, its suggested columns taken."""
    work = received(by, data, **options)
    uploads.choose(work, work.mapping)
    return fresh(work)


def fresh(work):
    return CourseImport.objects.get(pk=work.pk)


def outcomes(work):
    return list(work.lines.values_list("row", "outcome", "written"))


def codes():
    return set(Intake.objects.values_list("code", flat=True))


def test_from_the_file_to_the_courses_in_the_browser(manager):
    client = signed_in(manager)
    bad = {"班次编号": "2026-2", "课程名称": "剪纸", "名额": "很多"}
    file = SimpleUploadedFile("春季课程.csv", table(bad, encoding="gb18030"))
    school = Institution.objects.get()
    answer = client.post(NEW, {"file": file, "institution": school.pk, "header_row": 1})
    work = CourseImport.objects.get()
    assert answer.url == reverse("course_import:columns", args=[work.pk])
    page = client.get(answer.url)
    assert "中式烘焙入门" in page.text
    form = page.context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    answer = client.post(answer.url, data)
    page = client.get(answer.url)
    assert [(line.row, line.outcome) for line in page.context["page"]] == [(2, CREATE), (3, PROBLEM)]
    assert "很多" in page.text
    assert not codes()
    client.post(answer.url, {"import": "1"})
    assert codes() == {"2026-1"}
    kept = fresh(work)
    assert (kept.state, kept.by, kept.file_name, bytes(kept.content)) == ("done", manager, "春季课程.csv", b"")
    assert (kept.counts[CREATE], kept.counts[PROBLEM], kept.done) == (1, 1, 2)
    report = b"".join(client.get(reverse("course_import:report", args=[work.pk]))).decode("utf-8-sig")
    assert "很多" in report.splitlines()[2]
    assert client.get(reverse("course_import:index")).status_code == 200


def test_the_columns_are_remembered_for_the_next_file_of_the_same_shape(manager):
    work = received(manager)
    columns = {**work.mapping["columns"], "teacher": "简介"}
    uploads.choose(work, {**work.mapping, "columns": columns})
    assert received(manager).mapping["columns"]["teacher"] == "简介"
    assert received(manager, institution=False).mapping["columns"]["teacher"] == "教师"


def test_usual_words_are_suggested_and_no_column_is_taken_twice(manager):
    data = "课程,班号,上课时间,任课教师,招生人数,报名截止日期\n剪纸,1,19:00-20:00,李,2,2026-03-01\n".encode()
    assert received(manager, data).mapping["columns"] == {
        "title": "课程",
        "code": "班号",
        "hours": "上课时间",
        "teacher": "任课教师",
        "capacity": "招生人数",
        "closes": "报名截止日期",
    }


def workbook():
    stream, book = io.BytesIO(), Workbook()
    book.active.append(list(OURS))
    book.active.append(list(OURS.values()))
    book.save(stream)
    return stream.getvalue()


def test_a_workbook_comes_in_as_well(manager):
    assert outcomes(checked(manager, workbook(), name="课程.xlsx")) == [(2, CREATE, False)]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("课程.exe", table()),
        ("课程.csv", b"\x00\x01\x02,\x03\n\x04,\x05"),
        ("课程.csv", b"\x89PNG\r\n\x1a\n\x00\x00"),
        ("课程.xlsx", b"PK\x03\x04 no workbook"),
        ("课程.xlsx", table()),
        ("课程.csv", "课程名称\n".encode()),
        ("课程.csv", b"a" * (uploads.LARGEST + 1)),
        ("课程.csv", b"a\n" + b"1\n" * (uploads.MOST_ROWS + 1)),
    ],
)
def test_what_is_no_table_is_refused_in_words(manager, name, data):
    with pytest.raises(reading.FileError) as refused:
        received(manager, data, name=name)
    assert str(refused.value)
    assert not CourseImport.objects.exists()


def test_a_zip_that_unpacks_to_very_much_is_refused(manager, monkeypatch):
    monkeypatch.setattr(reading, "_MOST_UNPACKED", 1000)
    with pytest.raises(reading.FileError, match="too large"):
        received(manager, workbook(), name="课程.xlsx")


def test_only_into_institutions_that_one_works_for(manager, huma):
    stranger = {"机构": huma.name, "班次编号": "2", "课程名称": "剪纸"}
    for institution in (True, False):
        work = checked(manager, table(stranger), institution=institution)
        assert outcomes(work) == [(2, CREATE, False), (3, PROBLEM, False)]
    manager.posts.all().delete()
    uploads.start(work)
    assert not codes()
    assert set(fresh(work).lines.values_list("outcome", flat=True)) == {PROBLEM}


def test_others_see_neither_the_import_nor_its_report(manager, huma):
    work = checked(manager)
    client = signed_in(staff(roles.MANAGER, huma))
    assert list(client.get(reverse("course_import:index")).context["object_list"]) == []
    for name in ("inspect", "columns", "report"):
        assert client.get(reverse(f"course_import:{name}", args=[work.pk])).status_code == 404
    assert client.post(reverse("course_import:inspect", args=[work.pk]), {"import": "1"}).status_code == 404
    assert not codes()


def many(number=6):
    """A table of as many courses."""
    return table(*({"课程名称": f"课程{n}", "班次编号": f"2026-{n}"} for n in range(2, number + 1)))


class _Killed(BaseException):
    """What a worker meets when the machine goes down."""


def killed_after(courses, monkeypatch):
    """The worker dies while it writes the course after so many."""
    begun, write = [], writing._write_course

    def fragile(*arguments):
        begun.append(1)
        write(*arguments)
        if len(begun) > courses:
            raise _Killed

    monkeypatch.setattr(writing, "_write_course", fragile)


@pytest.mark.parametrize("after", [0, 1, 4, 5])
def test_a_killed_worker_is_replaced_and_nothing_is_imported_twice(manager, monkeypatch, after):
    work = checked(manager, many())
    with monkeypatch.context() as patch:
        killed_after(after, patch)
        uploads.start(work)
    assert len(codes()) == after == fresh(work).done
    later = timezone.now() + background.LEFT_BEHIND + timedelta(seconds=1)
    assert background.resume_left_behind(later) == 1
    kept = fresh(work)
    assert (kept.state, kept.done, kept.counts[CREATE]) == ("done", 6, 6)
    assert outcomes(kept) == [(row, CREATE, True) for row in range(2, 8)]
    assert len(codes()) == 6
    assert CourseIndexPage.objects.get().numchild == 6
    assert background.resume_left_behind(later) == 0
    uploads.run.call(work.pk)
    assert fresh(work).done == 6


def test_stopped_and_gone_on(manager, monkeypatch):
    work, write = checked(manager, many()), writing._write_course

    def stopping(*arguments):
        write(*arguments)
        if len(codes()) == 2:
            background.stop(work)

    with monkeypatch.context() as patch:
        patch.setattr(writing, "_write_course", stopping)
        uploads.start(work)
    assert (fresh(work).state, len(codes())) == ("stopped", 2)
    assert background.go_on(fresh(work))
    assert (fresh(work).state, len(codes())) == ("done", 6)


def test_the_same_file_again_says_that_all_is_there(manager):
    uploads.start(checked(manager))
    again = checked(manager)
    assert outcomes(again) == [(2, "unchanged", False)]
    page = signed_in(manager).get(reverse("course_import:inspect", args=[again.pk]))
    assert 'name="import"' not in page.text


def test_the_report_speaks_the_language_of_who_sent_the_file(manager):
    with translation.override("zh-hans"):
        work = checked(manager, table({"名额": "x"}))
    with translation.override("en"):
        uploads.start(work)
        assert fresh(work).lines.get(outcome=PROBLEM).words.endswith("不是整数。")


def test_new_categories_are_made_only_for_who_may_make_them(manager):
    work = received(manager, table({"类别": "天文", "课程名称": "看星星", "班次编号": "9"}))
    uploads.choose(work, {**work.mapping, "create_categories": True})
    assert fresh(work).counts[PROBLEM] == 1
    bureau = staff(roles.BUREAU, Institution.objects.get())
    work = received(bureau, table({"类别": "天文", "课程名称": "看星星", "班次编号": "9"}))
    uploads.choose(work, {**work.mapping, "create_categories": True})
    assert fresh(work).counts[PROBLEM] == 0


def test_what_a_cell_says_is_no_formula_in_the_report(manager):
    work = checked(manager, table({"名额": "=1+1"}))
    work.lines.filter(outcome=PROBLEM).update(words="=1+1")
    client = signed_in(manager)
    assert "'=1+1" in b"".join(client.get(reverse("course_import:report", args=[work.pk]))).decode()


def test_a_mapping_that_lacks_what_is_needed_is_not_taken(manager):
    work = received(manager)
    client = signed_in(manager)
    page = client.post(reverse("course_import:columns", args=[work.pk]), {"c_title": "课程名称"})
    assert {"c_code", "c_weekdays", "c_opens", "c_capacity", "c_first_day", "c_start"} <= page.context[
        "form"
    ].errors.keys()
    assert fresh(work).state == "columns"


def test_work_that_is_not_left_behind_is_left_alone():
    BulkWork.objects.create(kind="act", title="x", form_key="k")
    assert background.resume_left_behind() == 0
