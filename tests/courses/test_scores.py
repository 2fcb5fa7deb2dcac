"""Tables of the exam office: read as they come, checked without writing, written as a whole or not at all."""

import csv
import io
import struct
from zipfile import ZipFile

import pytest
from openpyxl import Workbook

from courses.applying import applications, interest
from courses.importing.reading import FileError
from courses.models import Entry, ExamImport, Interest, SchoolRecord
from courses.scores import importing, reading
from notifications.models import Message
from tests import factories
from tests.courses import applying

pytestmark = pytest.mark.django_db
TITLES = ["考生号", "姓名", "语文", "数学"]


def table(rows, encoding="utf-8", titles=TITLES):
    """A CSV file."""
    stream = io.StringIO()
    csv.writer(stream).writerows([titles, *rows])
    return stream.getvalue().encode(encoding)


def send(round, data, name="成绩.csv", **fields):
    """Sent and, if its columns were found, checked."""
    values = fields or {"kind": "scores", "institution": round.institution}
    work = importing.receive(by=factories.account(is_staff=True), name=name, data=data, round=round, **values)
    if not work.trouble:
        importing.choose(work, work.mapping)
    work.refresh_from_db()
    return work


def said(work):
    """{row: (outcome, words)}."""
    return {line.row: (line.outcome, line.words) for line in work.lines.all()}


@pytest.fixture
def round():
    """A round with two who apply: 20270001 Wang and 20270002 Li."""
    made = applying.pathway_round(pathways=1)
    for number, name in (("20270001", "王小林"), ("20270002", "李小花")):
        applying.submitted(made, applying.young(name=name), candidate_number=number)
    return made


def test_official_scores_are_checked_first_then_written_into_records_and_marks(round):
    data = table(
        [["20270001", "王小林", "91", "80.5"], ["20270002", "李小花", "60", "61"], ["99990000", "别人", "1", "2"]]
    )
    work = send(round, data, name="成绩.txt")

    assert work.counts == {"problem": 0, "write": 2, "same": 0, "other": 1}
    assert "100" in said(work)[2][1]  # What the family entered.
    assert not SchoolRecord.objects.exclude(official_scores={}).exists()  # A dry run.
    assert b"20270001" not in bytes(work.content)

    importing.start(work)
    work.refresh_from_db()

    assert (work.state, bytes(work.content)) == ("done", b"")
    wang = SchoolRecord.objects.get(candidate_number__isnull=False, learner__name="王小林")
    assert wang.official_scores == {"语文": 91, "数学": 80.5}
    assert wang.typed_scores == {"语文": 100, "数学": 101}
    assert Entry.objects.get(learner=wang.learner).marks == {"语文": 91, "数学": 80.5}
    assert Message.objects.filter(kind="application_scored").count() == 2

    again = send(round, data)
    assert again.counts == {"problem": 0, "write": 0, "same": 2, "other": 1}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["20270001", "王小林", "91", "80"], ["20270001", "王小林", "19", "80"]], ("problem", "problem")),
        ([["20270001", "王小林", "91", "80"], ["20270001", "王小林", "91", "80"]], ("write", "same")),
        ([["20270001", "李小花", "91", "80"], ["", "王小林", "91", "80"]], ("problem", "problem")),
        ([["20270001", "王小林", "缺考", "80"], ["20270002", "李小花", "", "80"]], ("problem", "problem")),
        ([["20270001", "", "91", "80"], ["2.0270002E+07", "李小花", "1", "80"]], ("problem", "problem")),
        ([["20270001", "王小林", "91"], ["20270002", "李小花", "1001", "80"]], ("problem", "problem")),
    ],
)
def test_each_conflict_is_said_beside_its_row(round, rows, expected):
    lines = said(send(round, table(rows)))
    assert (lines[2][0], lines[3][0]) == expected
    assert all(words for _outcome, words in lines.values())


def test_one_number_in_two_applications_is_for_the_clerk_to_clear_up(round):
    applying.submitted(round, applying.young(name="赵一"), candidate_number="20270001")
    assert said(send(round, table([["20270001", "王小林", "91", "80"]])))[2][0] == "problem"


def test_a_column_that_is_missing_is_named_and_nothing_is_checked(round):
    work = send(round, table([["20270001", "王小林", "91"]], titles=TITLES[:3]))
    assert work.state == "columns"
    assert "数学" in work.trouble
    titles = ["考生號", "姓名", "語文", "數學"]
    mojibake = send(round, table([["20270001", "王小林", "91", "80"]], encoding="big5", titles=titles))
    assert mojibake.state == "columns"
    assert ".xlsx" in mojibake.trouble


def test_a_workbook_with_a_heading_and_merged_cells(round):
    book = Workbook()
    sheet = book.active
    for row in (["2027年成绩"], TITLES, ["20270001", "王小林", 91, 80], ["", "李小花", 60, 61]):
        sheet.append(row)
    sheet.merge_cells("A1:D1")
    sheet.merge_cells("A3:A4")
    stream = io.BytesIO()
    book.save(stream)

    lines = said(send(round, stream.getvalue(), name="成绩.xlsx"))

    assert lines[3][0] == "write"
    assert lines[4][0] == "problem"
    table = reading.read(stream.getvalue(), name="a.xlsx", known={"考生号", "姓名"})
    assert (table.header_row, table.merged) == (2, frozenset({4}))


def test_a_dbf_of_the_old_kind(round):
    fields = [("KSH", 8), ("XM", 10), ("语文", 5), ("数学", 5)]
    rows = [("20270001", "王小林", "91", "80")]
    head = b"".join(
        name.encode("gb18030").ljust(11, b"\0") + b"C" + b"\0" * 4 + bytes([n]) + b"\0" * 15 for name, n in fields
    )
    width = 1 + sum(n for _name, n in fields)
    body = b"".join(
        b" " + b"".join(cell.encode("gb18030").ljust(n) for cell, (_name, n) in zip(row, fields, strict=True))
        for row in rows
    )
    start = 32 + len(head) + 1
    data = struct.pack("<B3xIHH20x", 3, len(rows), start, width) + head + b"\r" + body + b"\x1a"

    assert said(send(round, data, name="CJ.DBF"))[2][0] == "write"
    with pytest.raises(FileError):
        reading.read(b"\x03abc", name="a.dbf", known=set())


def test_columns_chosen_once_are_remembered(round):
    titles = ["号", "名", "语", "数"]
    mapping = dict(zip(["number", "name", "语文", "数学"], titles, strict=True))
    data = table([["20270001", "王小林", "91", "80"]], titles=titles)
    first = send(round, data)
    assert first.trouble
    importing.choose(first, mapping)
    assert send(round, data).mapping == mapping


def test_nothing_is_written_once_the_list_is_closed_or_when_one_row_fails(round, monkeypatch):
    work = send(round, table([["20270001", "王小林", "91", "80"], ["20270002", "李小花", "60", "61"]]))

    def breaks(*args, **kwargs):
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr("courses.applying.messages.tell", breaks)
        ExamImport.objects.filter(pk=work.pk).update(state="working")
        with pytest.raises(RuntimeError):
            importing._write(work.pk)
    assert not SchoolRecord.objects.exclude(official_scores={}).exists()
    assert not Entry.objects.exclude(marks={}).exists()

    round.draws.create()
    round.draws.update(frozen_at=round.opens_at)
    ExamImport.objects.filter(pk=work.pk).update(state="checked")
    importing.start(work)
    work.refresh_from_db()
    assert (work.state, bool(work.trouble)) == ("checked", True)
    assert not SchoolRecord.objects.exclude(official_scores={}).exists()


@pytest.mark.once
def test_five_thousand_rows_with_everything_wrong_end_in_a_report(round):
    rows = [[f"3027{number:04d}", f"考生{number}", "80", "90"] for number in range(4990)]
    rows += [["20270001", "王小林", "91", "80"], ["20270001", "王小林", "92", "80"], ["20270002", "李小花", "60", "61"]]
    rows += [["", "无号", "1", "2"]] * 3 + [["30270001", "考生1", "x", "2"], *[["30270009", "考生9", "80", "90"]] * 3]
    work = send(round, table(rows, encoding="gb18030"))

    assert work.total == 5000
    assert sum(work.counts.values()) == work.lines.count() == 5000
    assert work.counts["write"] == 1
    assert work.counts["problem"] == 2 + 3 + 2  # Two contents twice, and three without a number.
    importing.start(work)
    assert SchoolRecord.objects.exclude(official_scores={}).count() == 1


# --- Results of the official channel ---------------------------------------------------------------------------------


def test_results_of_the_official_channel_reach_the_family():
    intake = applying.interest_intake()
    admitted, refused, unknown = (
        interest.register(intake=intake, learner=applying.young(name=name), candidate_number=number)
        for name, number in (("王小林", "20270001"), ("李小花", "20270002"), ("赵一", ""))
    )
    titles = ["考生号", "姓名", "录取结果", "录取专业"]
    rows = [["20270001", "王小林", "录取", "林业技术"], ["20270002", "李小花", "未录取", ""], ["9", "某", "?", ""]]
    school = {"kind": "results", "institution": intake.program.institution}
    work = send(None, table(rows, titles=titles), **school)
    assert [outcome for outcome, _words in said(work).values()] == ["write", "write", "problem"]

    importing.start(work)

    found = dict(Interest.objects.values_list("pk", "outcome"))
    assert found == {admitted.pk: "admitted", refused.pk: "not_admitted", unknown.pk: ""}
    assert Message.objects.filter(kind="interest_admitted", account=admitted.account).exists()
    admitted.refresh_from_db()
    assert admitted.admitted_to == "林业技术"


def test_interest_is_one_per_person_counted_and_taken_back(client):
    intake = applying.interest_intake(
        rules={"minimum_score": 200, "household": "prefecture", "conditions": ["已报名中考"]}, seats=3
    )
    page = f"/pathways/interest/{intake.pk}/"
    assert client.get(page).status_code == 200  # Signed out, too.
    fits = {"graduation": "now", "household": factories.district().pk, "score": "300", "condition0": "yes"}
    assert client.post(page, fits).context["objections"] == []
    wrong = {"graduation": "no", "household": "elsewhere", "score": "10", "condition0": "no"}
    assert len(client.post(page, wrong).context["objections"]) == 4
    assert not Interest.objects.exists()

    learner = factories.learner(birth_date="2011-05-01", relation="child")
    client.force_login(learner.account)
    form = f"{page}{learner.pk}/"
    assert client.post(form).context["form"].errors
    assert not Interest.objects.exists()
    consents = {"consent_enrollment": "on", "consent_minor": "on", "candidate_number": "2027 0001"}
    done = client.post(form, consents)
    assert client.get(done.url).status_code == 200
    assert client.post(form, consents).url == f"/my/interests/{Interest.objects.get().pk}/"
    assert interest.count(intake) == 1
    assert intake.title in client.get("/my/").text

    client.post(f"/my/interests/{Interest.objects.get().pk}/withdraw/")
    assert interest.count(intake) == 0
    assert Interest.objects.get().candidate_number == ""
    type(intake).objects.filter(pk=intake.pk).update(opens_at="2020-01-01T00:00Z", closes_at="2020-02-01T00:00Z")
    with pytest.raises(interest.NotOpen):
        interest.register(intake=intake, learner=learner)


def test_a_withdrawn_application_gets_no_scores(round):
    made = round.applications.get(learner__name="王小林")
    applications.withdraw(made, by=made.account)
    assert said(send(round, table([["20270001", "王小林", "91", "80"]])))[2][0] == "other"


@pytest.mark.parametrize("typed", ["NaN", "sNaN", "1e999999999", "Infinity", "-1", "九十"])
def test_a_score_that_is_no_number_is_said_beside_its_row(round, typed):
    assert said(send(round, table([["20270001", "王小林", typed, "80"]])))[2][0] == "problem"


def workbook(rows, change=None):
    """A workbook as a file; `change` maps the sheet's XML."""
    book, stream = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(stream)
    if change is None:
        return stream.getvalue()
    made = io.BytesIO()
    with ZipFile(stream) as old, ZipFile(made, "w") as new:
        for part in old.namelist():
            data = old.read(part)
            new.writestr(part, change(data) if part.endswith("sheet1.xml") else data)
    return made.getvalue()


def test_a_small_workbook_that_claims_to_be_huge_fills_no_memory():
    rows = [TITLES, ["20270001", "王小林", 91, 80]]
    far_down = workbook(rows, lambda xml: xml.replace(b'<row r="2"', b'<row r="900000000"'))
    assert reading.read(far_down, name="a.xlsx", known=set()).rows == []
    wide = workbook([*rows, [None] * 5000 + ["x"]])
    reading.read(wide, name="a.xlsx", known=set())
    merges = b'<mergeCells><mergeCell ref="A2:A1048576"/></mergeCells></worksheet>'
    merged = workbook(rows, lambda xml: xml.replace(b"</worksheet>", merges))
    assert reading.read(merged, name="a.xlsx", known=set()).merged == set()
    long = workbook([[number] for number in range(1, 100_003)])
    with pytest.raises(FileError):
        reading.read(long, name="a.xlsx", known=set())


@pytest.mark.parametrize(("count", "width"), [(2**32 - 1, 0), (2**32 - 1, 9)])
def test_a_dbf_that_claims_to_be_huge_is_read_as_far_as_it_goes(count, width):
    field = b"KSH".ljust(11, b"\0") + b"C" + b"\0" * 4 + bytes([8]) + b"\0" * 15
    data = struct.pack("<B3xIHH20x", 3, count, 65, width) + field + b"\r" + b" 20270001"
    if not width:
        with pytest.raises(FileError):
            reading.read(data, name="a.dbf", known=set())
    else:
        assert len(reading.read(data, name="a.dbf", known=set()).rows) == 1


def test_choosing_columns_again_never_takes_a_finished_import_back(round):
    work = send(round, table([["20270001", "王小林", "91", "80"]]))
    importing.start(work)
    importing.choose(work, work.mapping)
    work.refresh_from_db()
    assert work.state == "done"
