"""How seats are shared out in a draw: by the file that everyone can download, by hand, in the browser: all the same."""

import copy
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from playwright._impl._driver import compute_driver_executable

from courses.draws import verify
from tests.courses.drawn_lists import chance_of, made_list, shared_out_slowly

DRAWS = 200
SCRIPT = Path(verify.__file__)
BROWSER_SCRIPT = Path(__file__).parents[2] / "courses/static/courses/draw_check.js"


def seed_of(number):
    """A seed of a generated draw."""
    return f"{number * 7919:08d}"


@pytest.fixture(scope="module")
def drawn():
    """(list, result) of 200 generated draws."""
    lists = [made_list(number) for number in range(DRAWS)]
    return [(entries, verify.share_out(entries, seed_of(number))) for number, entries in enumerate(lists)]


@pytest.fixture(scope="module")
def folder(drawn, tmp_path_factory):
    """A folder with the files of all draws as they are downloaded, and the verifier; nothing else of the site."""
    path = tmp_path_factory.mktemp("downloads")
    (path / "verify.py").write_bytes(SCRIPT.read_bytes())
    for number, (entries, result) in enumerate(drawn):
        (path / f"{number}.list.json").write_bytes(verify.canonical(entries))
        (path / f"{number}.result.json").write_bytes(verify.canonical(result))
    return path


def verdicts(folder, pairs):
    """The exit codes of the downloaded verifier for these pairs of files, in one other process."""
    (folder / "pairs.json").write_text(json.dumps(pairs))
    program = (
        "import contextlib, io, json, verify\n"
        "with contextlib.redirect_stdout(io.StringIO()):\n"
        "    codes = [verify.main(pair) for pair in json.load(open('pairs.json'))]\n"
        "print(json.dumps(codes))\n"
    )
    command = [sys.executable, "-S", "-c", program]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=60)
    return json.loads(done.stdout)


def test_sharing_out_is_what_the_rule_says(drawn):
    for number, (entries, result) in enumerate(drawn):
        order, seats, lines = shared_out_slowly(entries, seed_of(number))
        assert [result["order"], result["seats"], result["lines"]] == [order, seats, lines], f"draw {number}"


def test_the_downloaded_verifier_agrees(folder):
    assert verdicts(folder, [(f"{n}.list.json", f"{n}.result.json") for n in range(DRAWS)]) == [0] * DRAWS


def test_the_verifier_runs_alone_from_the_command_line(drawn, folder):
    command = [sys.executable, "-I", "verify.py", "3.list.json", "3.result.json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout
    assert verify.digest(drawn[3][0]) in done.stdout


def test_the_browser_finds_the_same(drawn, tmp_path):
    (tmp_path / "draw_check.mjs").write_bytes(BROWSER_SCRIPT.read_bytes())
    told = [[verify.canonical(entries).decode(), result] for entries, result in drawn]
    (tmp_path / "draws.json").write_text(json.dumps(told))
    program = (
        "import { readFileSync } from 'node:fs';\n"
        "import { check, sha256 } from './draw_check.mjs';\n"
        "const out = [];\n"
        "for (const [list, result] of JSON.parse(readFileSync('draws.json', 'utf8'))) {\n"
        "  const bytes = new TextEncoder().encode(list);\n"
        "  const published = { list: result.list, draw: result.draw, seed: result.seed };\n"
        "  out.push(await check(bytes, result, published));\n"
        "  const wrong = structuredClone(result);\n"
        "  wrong.order.push(['E-XXXX-XXXX', '']);\n"
        "  out.push(await check(bytes, wrong, published));\n"
        "  out.push(await check(new TextEncoder().encode(list + ' '), result, published));\n"
        "  out.push((await check(bytes, result, { ...published, seed: published.seed + '1' })).slice(0, 1));\n"
        "}\n"
        "console.log(JSON.stringify(out));\n"
    )
    (tmp_path / "run.mjs").write_text(program)
    node = compute_driver_executable()[0]
    done = subprocess.run([node, "run.mjs"], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(done.stdout) == [[], ["order"], ["list"], ["seed"]] * DRAWS


def _entry_changed(entries, chance):
    chance.choice(chance.choice(entries["tickets"])["members"])["won"] += 1


def _entry_gone(entries, chance):
    entries["tickets"].remove(chance.choice(entries["tickets"]))


def _entry_added(entries, chance):
    entries["tickets"].append({"ticket": "E-NEW", "choices": [], "members": [], "rank": None})


def _seed_changed(result, chance):
    # A draw in which nobody takes part has nothing that chance could change.
    if result["order"]:
        result["seed"] += chance.choice("0123456789")


def _order_swapped(result, chance):
    result["order"].reverse()


def _seats_swapped(result, chance):
    seats = result["seats"]
    pairs = [(a, b) for a in seats for b in seats if seats[a] != seats[b]]
    a, b = chance.choice(pairs)
    seats[a], seats[b] = seats[b], seats[a]


def _seat_taken_away(result, chance):
    del result["seats"][chance.choice(list(result["seats"]))]


def _line_swapped(result, chance):
    line = chance.choice([line for line in result["lines"].values() if len(line) > 1])
    line[0], line[1] = line[1], line[0]


def _part_removed(result, chance):
    del result[chance.choice(sorted(result))]


TAMPERINGS = {
    "list": [_entry_changed, _entry_gone, _entry_added],
    "result": [_seed_changed, _order_swapped, _seats_swapped, _seat_taken_away, _line_swapped, _part_removed],
}


def tampered(folder, number, drawn):
    """Files of a draw with one single thing changed, in every way for which this draw has something to change."""
    chance, right = random.Random(number), dict(zip(["list", "result"], drawn, strict=True))
    for kind, changes in TAMPERINGS.items():
        for change in changes:
            document = json.loads(verify.canonical(right[kind]))
            try:
                change(document, chance)
            except IndexError:  # Nothing to choose from.
                continue
            if document == right[kind]:
                continue
            name = f"{number}.{change.__name__}.json"
            (folder / name).write_bytes(verify.canonical(document))
            files = {"list": f"{number}.list.json", "result": f"{number}.result.json"} | {kind: name}
            yield change.__name__, (files["list"], files["result"])


def test_each_single_tampering_is_found(drawn, folder):
    tried = [found for number, pair in enumerate(drawn) for found in tampered(folder, number, pair)]
    assert len({name for name, _pair in tried}) == 9
    codes = verdicts(folder, [pair for _name, pair in tried])
    assert [files for (_name, files), code in zip(tried, codes, strict=True) if code != 1] == []


def test_no_pool_is_over_its_seats_and_nobody_sits_twice(drawn):
    for entries, result in drawn:
        given = [pool for _intake, pool, _choice in result["seats"].values()]
        for pools in entries["intakes"].values():
            assert all(given.count(pool["pool"]) <= pool["seats"] for pool in pools)
        waiting = {member for line in result["lines"].values() for member in line}
        assert not waiting & set(result["seats"])


def test_nobody_is_passed_over_by_a_worse_ticket(drawn):
    """No justified envy: single tickets that wait have seen every seat of their pools go to a better claim."""
    for number, (entries, result) in enumerate(drawn):
        place = {ticket["ticket"]: at for at, ticket in enumerate(entries["tickets"])}
        order = {name: at for at, (name, _number) in enumerate(result["order"])}
        ticket_of = {one["member"]: ticket for ticket in entries["tickets"] for one in ticket["members"]}
        for ticket in entries["tickets"]:
            alone = len(ticket["members"]) == 1 and ticket["ticket"] in order
            member = ticket["members"][0]
            if not alone:
                continue
            mine = result["seats"].get(member["member"])
            better = ticket["choices"][: mine[2] - 1] if mine else ticket["choices"]
            for choice, code in enumerate(better, 1):
                for pool in member["pools"][code]:
                    holders = [who for who, given in result["seats"].items() if given[1] == pool]
                    assert len(holders) == next(p["seats"] for p in entries["intakes"][code] if p["pool"] == pool)
                    for who in holders:
                        theirs = order[ticket_of[who]["ticket"]], result["seats"][who][2]
                        claim = (theirs[1], theirs[0]) if entries["first_choices_first"] else (theirs[0],)
                        own = order[ticket["ticket"]]
                        assert claim < ((choice, own) if entries["first_choices_first"] else (own,)), (number, place)


def test_the_line_of_those_who_wait_is_the_order_of_the_draw(drawn):
    for entries, result in drawn:
        if entries["waitlist_order"] == "draw" and not entries["first_choices_first"]:
            order = [
                member["member"]
                for name, _number in result["order"]
                for ticket in entries["tickets"]
                if ticket["ticket"] == name
                for member in ticket["members"]
            ]
            for line in result["lines"].values():
                assert line == sorted(line, key=order.index)


def test_the_order_of_rows_plays_no_part(drawn):
    for number, (entries, result) in enumerate(drawn[::4]):
        mixed = copy.deepcopy(entries)
        random.Random(number).shuffle(mixed["tickets"])
        mixed["intakes"] = dict(reversed(mixed["intakes"].items()))
        again = verify.share_out(mixed, result["seed"])
        assert [again[part] for part in ("order", "seats", "lines")] == [
            result[part] for part in ("order", "seats", "lines")
        ]


def test_a_number_is_the_same_everywhere():
    """Taken from `printf '123456\\nD-7K3M-9QXT\\nE-AAAA-BBBB' | sha256sum`."""
    known = "65b4f7f6d2421faca43af4908a1c929e554fefedac282676efdd72a3fb01f33d"
    assert verify.number("123456", "D-7K3M-9QXT", "E-AAAA-BBBB") == known
    assert chance_of("123456", "D-7K3M-9QXT", "E-AAAA-BBBB").hex() == known
