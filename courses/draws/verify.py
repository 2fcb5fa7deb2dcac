#!/usr/bin/env python3
"""Repeat a draw of Xuelin from its published files: `python3 verify.py list.json result.json`.

It needs nothing but Python 3.10 or newer. The site shares out its seats with this very file, so what it computes is the
draw, not a description of it.

The rule, in words. The list of entries is written as JSON with sorted keys, without spaces, in UTF-8; its SHA-256 is
published before the seed exists. Each ticket gets the number SHA-256(seed, line feed, draw, line feed, ticket). Tickets
stand in the order of their rank (in a lottery all have the same) and, where ranks are equal, of these numbers compared
as bytes. In that order each ticket gets the first of its choices in which a seat is free for all of its members. The
members are tried in the pools that they qualify for, as they are listed: the first member's first pool with each pool
of the second, then its second pool, and so on. Whoever has no seat waits in the line of each choice.
"""

import hashlib
import itertools
import json
import sys

FORMAT = "xuelin-draw-1"


def canonical(document):
    """The bytes of a document of which there is one spelling only: sorted keys, no spaces, UTF-8."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(document):
    """The SHA-256 of a document, in hexadecimal."""
    return hashlib.sha256(canonical(document)).hexdigest()


def number(seed, draw, ticket):
    """The number that chance gives to a ticket, in hexadecimal: it sorts as its bytes do."""
    return hashlib.sha256(f"{seed}\n{draw}\n{ticket}".encode()).hexdigest()


def in_order(entries, seed):
    """(ticket, number) of those that take part, in the order of the draw. Without a rank (a low score) none does."""
    numbered = [
        (ticket, number(seed, entries["draw"], ticket["ticket"]))
        for ticket in entries["tickets"]
        if ticket["rank"] is not None
    ]
    return sorted(numbered, key=lambda one: (one[0]["rank"], one[1]))


def share_out(entries, seed):
    """The result of the draw: the order of the tickets, who has which seat, and who waits in which line.

    `order` has each ticket with its number; `seats` maps a member to [intake, pool, number of the choice]; `lines` maps
    an intake to its members in order.
    """
    numbered = in_order(entries, seed)
    order = [ticket for ticket, _number in numbered]
    free = {pool["pool"]: pool["seats"] for pools in entries["intakes"].values() for pool in pools}
    seats = {}
    if entries["first_choices_first"]:
        longest = max((len(ticket["choices"]) for ticket in order), default=0)
        turns = ((ticket, choice) for choice in range(longest) for ticket in order)
    else:
        turns = ((ticket, choice) for ticket in order for choice in range(len(ticket["choices"])))
    for ticket, choice in turns:
        seated = any(member["member"] in seats for member in ticket["members"])
        if not seated and choice < len(ticket["choices"]):
            _seat(ticket, choice, free, seats, split=entries["last_seat"] == "pair_split")
    return {
        "format": FORMAT,
        "draw": entries["draw"],
        "seed": seed,
        "list": digest(entries),
        "order": [[ticket["ticket"], drawn] for ticket, drawn in numbered],
        "seats": seats,
        "lines": _lines(entries, order, seats),
    }


def _seat(ticket, choice, free, seats, split):
    """Seat the members of a ticket in one of its choices: all of them, or as many as fit where pairs may be split."""
    intake = ticket["choices"][choice]
    wanted = [member["pools"].get(intake, []) for member in ticket["members"]]
    together = (pools for pools in itertools.product(*wanted) if all(free[pool] >= pools.count(pool) for pool in pools))
    pools = next(together, None)
    if pools is None:
        pools = _one_by_one(wanted, dict(free)) if split else ()
    for member, pool in zip(ticket["members"], pools, strict=False):
        if pool is not None:
            free[pool] -= 1
            seats[member["member"]] = [intake, pool, choice + 1]


def _one_by_one(wanted, free):
    """The pool that each gets when the first takes theirs first; None for whoever finds none."""
    found = []
    for pools in wanted:
        found.append(next((pool for pool in pools if free[pool]), None))
        if found[-1] is not None:
            free[found[-1]] -= 1
    return found


def _lines(entries, order, seats):
    """Who waits for each intake, in order: those without any seat who chose it and qualify for one of its pools.

    In the order of the draw; where first choices come first, by choice before that; where the round says so, whoever
    has the fewest seats in the term before all else.
    """
    lines = {intake: [] for intake in entries["intakes"]}
    for place, ticket in enumerate(order):
        for choice, intake in enumerate(ticket["choices"]):
            for member in ticket["members"]:
                if member["member"] not in seats and member["pools"].get(intake):
                    won = member["won"] if entries["waitlist_order"] == "fewest_seats" else 0
                    level = choice if entries["first_choices_first"] else 0
                    lines[intake].append((won, level, place, member["member"]))
    for line in lines.values():
        line.sort(key=lambda one: one[:3])  # Members of one ticket stay as they are listed.
    return {intake: [one[3] for one in line] for intake, line in lines.items()}


def faults(entries, result):
    """What is wrong with a published result, in sentences; none when it is what the rule gives."""
    if entries.get("format") != FORMAT or result.get("format") != FORMAT:
        return ["This is not a draw that this program knows."]
    try:
        return _differences(entries, result)
    except (KeyError, TypeError, AttributeError, IndexError) as missing:
        return [f"Something is missing, or is not what it should be: {missing}."]


def _differences(entries, result):
    found = []
    if digest(entries) != result["list"]:
        found.append("The list of entries is not the one whose SHA-256 was published.")
    again = share_out(entries, result["seed"])
    if again["draw"] != result["draw"]:
        found.append("The list belongs to another draw.")
    if again["order"] != result["order"]:
        found.append("The numbers or the order of the tickets are not those that the seed gives.")
    for member in sorted({*again["seats"], *result["seats"]}):
        right, published = again["seats"].get(member), result["seats"].get(member)
        if right != published:
            found.append(f"{member} should have the seat {right}, not {published}.")
    for intake in sorted({*again["lines"], *result["lines"]}):
        if again["lines"].get(intake) != result["lines"].get(intake):
            found.append(f"The line of those who wait for {intake} is another.")
    return found


def main(arguments):
    """Compare the files named on the command line; the exit code is 0 when the result is right."""
    if len(arguments) != 2:
        print("Usage: python3 verify.py list.json result.json")
        return 2
    documents = []
    for name in arguments:
        with open(name, encoding="utf-8") as file:
            documents.append(json.load(file))
    entries, result = documents
    print("SHA-256 of the list:", digest(entries))
    print("Seed:               ", result.get("seed"))
    found = faults(entries, result)
    for fault in found:
        print("WRONG:", fault)
    if not found:
        print(f"Same result: {len(result['order'])} tickets, {len(result['seats'])} seats.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
