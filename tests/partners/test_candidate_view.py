"""What an enterprise can read of a candidate is the list of candidate_view.py, on every page and in every export.

All that is hidden holds a value that is found nowhere else; all pages and files of an enterprise are read for it, in
every step of a candidate. And pages are given the views only, never a row from which more could be read.
"""

import io
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from django.db.models import QuerySet
from django.forms import BaseForm
from django.test.signals import template_rendered
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Learner
from courses import enrollment as process
from courses.models import Enrollment, Review
from notifications.models import Message
from partners import candidate_papers, candidates, interviews, scoring
from partners.candidate_view import EXPORT, PERSONAL, CandidateView
from partners.models import (
    Candidate,
    CandidateEvent,
    CandidateNote,
    CandidatePaper,
    CandidateProfile,
    Interview,
    Score,
)
from tests import factories
from tests.partners import making
from tests.partners.test_interviews import begin

pytestmark = [pytest.mark.django_db, pytest.mark.once]
HIDDEN = {
    "document_number": "232722199001019876",
    "guardian_name": "监护人甲乙",
    "guardian_phone": "13911112222",
    "phone": "13933334444",
}
ACCOUNT_PHONE, EMAIL, TOWNSHIP = "13955556666", "hidden-mail@example.cn", "隐藏乡镇"
ROWS = (Candidate, CandidateEvent, CandidateNote, CandidatePaper, CandidateProfile, Enrollment, Interview, Learner)
ROWS += (Review, Score)
FOLDER = Path(__file__).resolve().parents[2] / "templates" / "partners" / "candidates"


@pytest.fixture
def world():
    """A candidate whose hidden fields hold values that are found nowhere else."""
    page = making.order_program(seats=5)
    account = factories.account(phone=ACCOUNT_PHONE, email=EMAIL, name="账号持有人")
    county = factories.district("232799", "隐藏县")
    who = factories.learner(
        of=account,
        name="林小溪",
        birth_date=date(1973, 1, 1),
        sex="f",
        district=county,
        township=factories.district("232799001", TOWNSHIP),
        **HIDDEN,
    )
    row = making.applied(page, who=who, text="做过三年面点。")
    candidate_papers.set_schooling(row, schooling="senior")
    candidate_papers.add(row, upload=making.picture(), title="面点证书")
    (one,) = candidates.share(page.intake, enrollments=[row], by=making.staff_of(page))
    one.page, one.owner = page, making.owner_of(page.order.enterprise)
    scoring.set_criteria(page.order, rows=[("手艺", 2)], by=one.owner)
    scoring.note(one, text="再问一次。", by=one.owner)
    return one


def hidden_in(text, *, phone=False):
    """Which of the hidden values a text says."""
    values = [*HIDDEN.values(), ACCOUNT_PHONE, EMAIL, TOWNSHIP, "隐藏县", "1973", "账号持有人", "female", "女"]
    digits = text.replace(" ", "")
    found = [value for value in values if value in text or (value.isdecimal() and value in digits)]
    return [value for value in found if not (phone and value == HIDDEN["phone"])]


def pages(one):
    """The addresses of everything that shows a candidate."""
    order, reference = one.order.reference, one.enrollment.reference
    yield from (
        reverse(name, args=[order]) for name in ("candidates", "interview_slots", "candidate_criteria", "order")
    )
    yield reverse("enterprise_board", args=[one.order.enterprise_id])
    yield reverse("candidate", args=[order, reference])
    yield f"{reverse('candidates_refuse', args=[order])}?candidate={reference}"
    for decision in ("accept", "reserve", "refuse"):
        yield reverse("candidate_decide", args=[order, reference, decision])
    yield from (reverse("interview_slot_cancel", args=[order, slot.pk]) for slot in one.order.slots.all())


def read_everything(client, one, *, phone=False):
    """Read all pages and files as the owner: no hidden value, no row; the texts of the pages together."""
    client.force_login(one.owner)
    given, texts = [], []

    def keep(sender, template, context, **_signal):
        given.extend((template.name, name, value) for layer in context.dicts for name, value in layer.items())

    template_rendered.connect(keep)
    try:
        for address in pages(one):
            answer = client.get(address)
            text = answer.content.decode()
            assert hidden_in(re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL), phone=phone) == [], address
            texts.append(text)
    finally:
        template_rendered.disconnect(keep)
    wrong = {(name, key, type(value)) for name, key, value in given for _ in rows_in(value, one.owner)}
    assert wrong == set()
    order = one.order.reference
    table = client.get(reverse("candidates_export", args=[order, "csv"])).content.decode("utf-8-sig")
    book = load_workbook(io.BytesIO(client.get(reverse("candidates_export", args=[order, "xlsx"])).content))
    cells = "\n".join(str(cell.value) for line in book.active.iter_rows() for cell in line)
    calendar = client.get(reverse("interview_slots_calendar", args=[order])).content.decode()
    whole = reverse("enterprise_download", args=[one.order.enterprise_id, "candidates", "csv"])
    assert client.get(whole).content.decode("utf-8-sig") == table
    for text in (table, cells, calendar):
        assert hidden_in(text, phone=phone) == []
    assert table.splitlines()[0] == ",".join(str(heading) for heading in EXPORT.values())
    return "".join(texts), table + cells


def rows_in(value, account, depth=0):
    """The rows of candidates in what a page was given, however deep."""
    if isinstance(value, ROWS) or (isinstance(value, QuerySet) and value.model in ROWS):
        yield value
    elif depth < 6 and isinstance(value, Mapping):
        for one in value.values():
            yield from rows_in(one, account, depth + 1)
    elif depth < 6 and isinstance(value, list | tuple | set):
        for one in value:
            yield from rows_in(one, account, depth + 1)
    elif isinstance(value, BaseForm):
        yield from rows_in(getattr(value, "instance", None), account, depth + 1)
    elif isinstance(value, CandidateView):
        yield from rows_in(list(vars(value).values()), account, depth + 1)


def test_nothing_hidden_is_shown_from_the_share_to_the_end(client, world):
    one, by = world, world.enrollment.account
    said, table = read_everything(client, one)
    assert all(words in said for words in ("林小溪", "做过三年面点。", "面点证书", "高中", "再问一次。"))
    assert "林小溪" in table

    slot = making.slot(one.order)
    interviews.book(one, slot=slot, by=by)
    read_everything(client, one)
    begin(slot)
    interviews.record_attendance(one.interviews.get(), came=True, by=one.owner)
    scoring.score(one, points={one.order.criteria.get().pk: 8}, by=one.owner)
    assert "80.0" in read_everything(client, one)[1]

    candidates.refuse(one, feedback="这次人多。", by=one.owner)
    read_everything(client, one)


def test_the_phone_is_shown_for_a_talk_by_phone_and_once_accepted_and_never_otherwise(client, world):
    one, by = world, world.enrollment.account
    slot = making.slot(one.order, way="phone", place="")
    interviews.book(one, slot=slot, by=by)
    assert "139 3333 4444" in read_everything(client, one, phone=True)[0]
    interviews.call_off(one, by=by)
    read_everything(client, one)

    candidates.accept(one, feedback="欢迎。", by=one.owner)
    assert HIDDEN["phone"] in read_everything(client, one, phone=True)[1]
    one.enrollment.refresh_from_db()
    process.decline(one.enrollment, by=by)
    read_everything(client, one)


def test_what_is_taken_back_is_gone_from_every_page_and_file(client, world):
    one = world
    candidates.take_back(one, by=one.enrollment.account)
    client.force_login(one.owner)
    for address in pages(one):
        answer = client.get(address)
        assert "林小溪" not in answer.content.decode(), address
    for kind in ("csv", "xlsx"):
        answer = client.get(reverse("candidates_export", args=[one.order.reference, kind]))
        assert "林小溪".encode() not in answer.content
    paper = reverse(
        "candidate_paper", args=[one.order.reference, one.enrollment.reference, CandidatePaper.objects.get().pk]
    )
    assert client.get(paper).status_code == 404


def test_messages_to_the_enterprise_name_nobody(world):
    making.slot(world.order)
    interviews.book(world, slot=world.order.slots.get(), by=world.enrollment.account)
    process.withdraw(world.enrollment, by=world.enrollment.account)
    said = " ".join(f"{one.title} {one.body}" for one in Message.objects.filter(account=world.owner))
    assert "林小溪" not in said
    assert hidden_in(said) == []


def test_templates_of_candidates_name_no_row():
    assert list(FOLDER.glob("*.html"))
    for path in FOLDER.glob("*.html"):
        words = " ".join(re.findall(r"\{[{%](.*?)[%}]\}", path.read_text(encoding="utf-8")))
        assert not re.search(r"enrollment|learner\b|\.account|candidates\.all|order\.candidates", words), path.name


def test_a_table_takes_no_cell_for_a_formula(client, world):
    Review.objects.filter(enrollment=world.enrollment).update(text='=HYPERLINK("http://x")')
    client.force_login(world.owner)
    order = world.order.reference
    table = client.get(reverse("candidates_export", args=[order, "csv"])).content.decode("utf-8-sig")
    book = load_workbook(io.BytesIO(client.get(reverse("candidates_export", args=[order, "xlsx"])).content))
    assert "'=HYPERLINK" in table
    assert all(cell.data_type != "f" for line in book.active.iter_rows() for cell in line)
    assert client.get(reverse("candidates_export", args=[order, "pdf"])).status_code == 404


def test_the_view_has_no_field_beyond_the_list():
    personal = {"name", "schooling", "text", "papers", "phone"}
    about_the_choice = {"reference", "order", "step", "standing"}
    about_the_choice |= {"interview", "score", "decision", "feedback"}
    assert set(PERSONAL) == personal
    assert set(CandidateView.__dataclass_fields__) == personal | about_the_choice | {"shared_at", "is_open"}
