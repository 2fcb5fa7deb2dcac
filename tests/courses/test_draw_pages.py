"""What the public, and the owner of an entry, see of a draw."""

import csv
import io
import json
import re
import subprocess
import sys
from hashlib import sha256

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.draws import views
from courses.models import AdmissionRound, Draw, DrawDocument, Entry
from tests import factories
from tests.courses.drawing import admitted, apply, close, frozen, seeded

pytestmark = pytest.mark.django_db
RESULT = DrawDocument.Kind.RESULT


@pytest.fixture
def finished():
    """A draw of four entries for two seats, and the entries in the order of the draw."""
    round = factories.admission_round(seats=(1, 1))
    entries = {entry.reference: entry for entry in (apply(round, 0, 1) for _learner in range(4))}
    draw = admitted(round)
    draw.round.list_of_intakes = round.list_of_intakes
    return draw, [entries[name] for name, _number in draw.document(RESULT)["order"]]


def came_to(place, of):
    return _("The ticket came to place %(place)d of %(all)d.") % {"place": place, "all": of}


def waits(intake, line):
    said = _("%(title)s: all seats went to places before; number %(line)d in the waitlist of the draw.")
    return said % {"title": intake.title, "line": line}


def page_of(client, draw, **query):
    return client.get(reverse("draw_page", args=[draw.reference]), query).content.decode()


def test_the_downloaded_files_pass_the_downloaded_program(client, finished, tmp_path):
    draw, _entries = finished
    page = page_of(client, draw)
    for kind in ("list", "result"):
        answer = client.get(reverse("draw_file", args=[draw.reference, kind]))
        assert sha256(answer.content).hexdigest() in page
        (tmp_path / f"{kind}.json").write_bytes(answer.content)
    (tmp_path / "verify.py").write_bytes(client.get(reverse("draw_verifier")).content)
    command = [sys.executable, "-I", "verify.py", "list.json", "result.json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout
    assert draw.seed in page


def test_the_table_has_a_row_for_each_choice(client, finished):
    draw, entries = finished
    answer = client.get(reverse("draw_table", args=[draw.reference]))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == 1 + 8
    assert {row[1] for row in rows[1:]} == {entry.reference for entry in entries}


def test_the_page_names_nobody(client, finished):
    draw, entries = finished
    page = page_of(client, draw)
    for entry in entries:
        assert entry.reference in page
        for secret in (entry.learner.name, entry.account.phone, entry.enrollments.first().reference):
            assert secret not in page


def test_the_result_is_one_short_row_for_each_entry_and_has_pages(client, finished, monkeypatch):
    draw, entries = finished
    monkeypatch.setattr(views, "_ON_A_PAGE", 3)
    first, second = (page_of(client, draw, page=number) for number in (1, 2))
    shown = [re.findall(r'<th scope="row">(E-[^<]+)</th>', page) for page in (first, second)]
    assert shown == [[entry.reference for entry in entries[:3]], [entries[3].reference]]
    titles = [intake.title for intake in draw.round.list_of_intakes]
    assert f"获得名额：{titles[0]}（第 1 志愿，公开名额）" in first
    assert f"候补：{titles[0]} 2；{titles[1]} 2" in second


def test_everyone_finds_their_place_in_words(client, finished):
    draw, entries = finished
    page = page_of(client, draw, entry=f" {entries[3].reference.lower()} ")
    assert came_to(4, 4) in page
    for intake in draw.round.intakes.all():
        assert waits(intake, 2) in page
    assert _("No entry with this reference took part in this draw.") in page_of(client, draw, entry="E-NOBO-DYIS")


def test_what_the_browser_checks_stands_on_the_page(client, finished):
    draw, _entries = finished
    page = page_of(client, draw)
    data = dict(re.findall(r'data-(list|result|sha|draw|seed)="([^"]+)"', page))
    assert sha256(client.get(data["list"]).content).hexdigest() == data["sha"]
    assert json.loads(client.get(data["result"]).content)["seed"] == data["seed"] == draw.seed
    assert data["draw"] == draw.reference
    assert re.search(r'<script type="module" src="[^"]*courses/draw_check[^"]*\.js"', page)


def test_a_draw_is_announced_before_it_takes_place(client):
    round = factories.admission_round(seed_source=AdmissionRound.SeedSource.COMMITTED)
    draw = close(round)
    page = page_of(client, draw)
    assert draw.commitment in page
    assert draw.own_number not in page
    assert draw.secret not in page
    assert client.get(reverse("draw_file", args=[draw.reference, "list"])).status_code == 404
    assert client.get(reverse("draw_table", args=[draw.reference])).status_code == 404


def test_the_draw_of_a_draft_is_nobodys_business(client):
    round = factories.admission_round()
    draw = frozen(round)
    AdmissionRound.objects.filter(pk=round.pk).update(status=AdmissionRound.Status.DRAFT)
    for path in (reverse("draw_page", args=[draw.reference]), reverse("draw_file", args=[draw.reference, "list"])):
        assert client.get(path).status_code == 404
    assert draw.reference not in client.get(reverse("draw_list")).content.decode()


def test_replaced_draws_stay_on_the_list_and_say_why(client):
    from courses.draws import drawing

    old = frozen(factories.admission_round())
    new = drawing.replace(old, by=factories.account(), why="一个班次的名额写错了。")
    listed = client.get(reverse("draw_list")).content.decode()
    assert old.reference in listed
    assert new.reference in listed
    for draw, other in ((old, new), (new, old)):
        page = page_of(client, Draw.objects.get(pk=draw.pk))
        assert other.reference in page
        assert "一个班次的名额写错了。" in page


def test_the_owner_reads_place_and_explanation_on_their_pages(client, finished):
    draw, entries = finished
    loser = entries[2]
    client.force_login(loser.account)
    enrollment = loser.enrollments.get(choice=2)
    for path in (
        reverse("entry_detail", args=[loser.reference]),
        reverse("enrollment_detail", args=[enrollment.reference]),
    ):
        page = client.get(path).content.decode()
        assert came_to(3, 4) in page
        assert waits(enrollment.intake, 1) in page
        assert reverse("draw_page", args=[draw.reference]) in page


def test_only_the_owner_opens_their_marks(client):
    round = factories.admission_round(rule=AdmissionRound.Rule.RANKED, rank_by=["语文"])
    entry = apply(round, 0)
    Entry.objects.filter(pk=entry.pk).update(marks={"语文": 87})
    draw = seeded(round)
    published = draw.document(DrawDocument.Kind.LIST)["tickets"][0]["members"][0]["marks"]
    client.force_login(entry.account)
    page = client.get(reverse("entry_detail", args=[entry.reference])).content.decode()
    text = re.search(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL).group(1)
    assert text.splitlines()[:2] == [entry.reference, "87"]
    assert sha256(text.encode()).hexdigest() == published
    assert published in page
    public = page_of(Client(), draw, entry=entry.reference)
    assert draw.salt(entry.reference) not in public
