#!/usr/bin/env python3
"""Repeat a draw of Xuelin from its published files: `python3 verify.py list.json result.json`.

It needs nothing but Python 3.8 or newer. The site shares out its seats with this very file, so what it computes is the
draw, not a description of it.

The rule, in words. The list of entries is written as JSON with sorted keys, without spaces, in UTF-8; its SHA-256 is
published before the seed exists. Each ticket gets the number SHA-256(seed, line feed, draw, line feed, ticket). Tickets
stand in the order of their rank (in a lottery all have the same) and, where ranks are equal, of these numbers compared
as bytes. In that order each ticket gets the first of its choices in which a seat is free for all of its members. A
member is tried in the pools it qualifies for, as they are listed. Whoever has no seat waits in the line of each choice.
"""

import hashlib
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
    """The number that chance gives to a ticket: 32 bytes."""
    return hashlib.sha256(f"{seed}\n{draw}\n{ticket}".encode()).digest()


def in_order(entries, seed):
    """The tickets that take part, in the order of the draw. A ticket without a rank (its score is too low) does not."""
    taking_part = [ticket for ticket in entries["tickets"] if ticket["rank"] is not None]
    return sorted(taking_part, key=lambda one: (one["rank"], number(seed, entries["draw"], one["ticket"])))


def share_out(entries, seed):
    """The result of the draw: the order of the tickets, who has which seat, and who waits in which line.

    `seats` maps a member to [intake, pool, number of the choice]; `lines` maps an intake to its members in order.
    """
    order = in_order(entries, seed)
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
        "order": [ticket["ticket"] for ticket in order],
        "seats": seats,
        "lines": _lines(entries, order, seats),
    }


def _seat(ticket, choice, free, seats, split):
    """Seat the members of a ticket in one of its choices: all of them, or as many as fit where pairs may be split."""
    intake, found = ticket["choices"][choice], {}
    for member in ticket["members"]:
        pool = next((pool for pool in member["pools"].get(intake, []) if free[pool]), None)
        if pool is not None:
            free[pool] -= 1
            found[member["member"]] = [intake, pool, choice + 1]
    if found and (split or len(found) == len(ticket["members"])):
        seats.update(found)
        return
    for _intake, pool, _choice in found.values():
        free[pool] += 1


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
    found = []
    if digest(entries) != result["list"]:
        found.append("The list of entries is not the one whose SHA-256 was published.")
    again = share_out(entries, result["seed"])
    if again["draw"] != result["draw"]:
        found.append("The list belongs to another draw.")
    if again["order"] != result["order"]:
        found.append("The order of the tickets is not the one that the seed gives.")
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
