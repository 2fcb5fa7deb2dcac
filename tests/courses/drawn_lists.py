"""Lists of entries made by chance, and a slow, obvious way of sharing out their seats to compare with."""

import hashlib
import itertools
import random


def made_list(number):
    """The list of entries of a generated draw: up to 40 tickets; sizes, pools, choices, pairs and rules vary."""
    chance = random.Random(number)
    ranked = chance.random() < 0.3
    intakes = {f"班{n}": _pools(chance, n) for n in range(chance.randint(1, 4))}
    tickets = [_ticket(chance, place, intakes, ranked) for place in range(chance.choice([0, 1, 2, 5, 12, 25, 40]))]
    return {
        "format": "xuelin-draw-1",
        "draw": f"D-{number:04d}-TEST",
        "round": "第一轮",
        "rule": "ranked" if ranked else "lottery",
        "first_choices_first": chance.random() < 0.4,
        "waitlist_order": chance.choice(["draw", "draw", "fewest_seats"]),
        "last_seat": chance.choice(["pair_skipped", "pair_split"]),
        "intakes": intakes,
        "tickets": tickets,
    }


def _pools(chance, number):
    names = ["新学员", "塔河居民", "公开名额"][-chance.randint(1, 3) :]
    sizes = [(name, chance.randint(0, 5)) for name in names]
    return [{"pool": f"{number}{place}", "name": name, "seats": size} for place, (name, size) in enumerate(sizes)]


def _ticket(chance, place, intakes, ranked):
    choices = chance.sample(list(intakes), chance.randint(1, len(intakes)))
    names = [f"E-{place:04d}-{side}" for side in "AB"[: 2 if chance.random() < 0.25 else 1]]
    members = [_member(chance, name, choices, intakes) for name in names]
    rank = chance.choice([None, 1, 2, 3, 4, 5, 6]) if ranked else 1
    return {"ticket": names[0], "choices": choices, "members": members, "rank": rank}


def _member(chance, name, choices, intakes):
    return {"member": name, "pools": _qualified(chance, choices, intakes), "won": chance.randint(0, 2)}


def _qualified(chance, choices, intakes):
    return {code: [pool["pool"] for pool in intakes[code] if chance.random() < 0.7] for code in choices}


def chance_of(seed, draw, ticket):
    """What chance gives to a ticket, as in the words of the rule."""
    return hashlib.sha256((seed + "\n" + draw + "\n" + ticket).encode()).digest()


def shared_out_slowly(entries, seed):
    """([ticket, number] in order, {member: [intake, pool, choice]}, {intake: those who wait}), as the rule is told."""
    running = [one for one in entries["tickets"] if one["rank"] is not None]
    order = []
    while len(order) < len(running):
        left = [one for one in running if one not in order]
        order.append(min(left, key=lambda one: (one["rank"], chance_of(seed, entries["draw"], one["ticket"]))))
    seats = {}
    for choice, ticket in _turns(entries, order):
        if any(member["member"] in seats for member in ticket["members"]) or choice >= len(ticket["choices"]):
            continue
        seats |= _best_for(entries, ticket, choice, seats)
    lines = {code: _line(entries, order, seats, code) for code in entries["intakes"]}
    numbers = [chance_of(seed, entries["draw"], one["ticket"]).hex() for one in order]
    return [[one["ticket"], number] for one, number in zip(order, numbers, strict=True)], seats, lines


def _turns(entries, order):
    most = len(entries["intakes"])
    if entries["first_choices_first"]:
        return [(choice, ticket) for choice in range(most) for ticket in order]
    return [(choice, ticket) for ticket in order for choice in range(most)]


def _best_for(entries, ticket, choice, seats):
    """The seats of a ticket in one choice: all its members, else (where pairs are split) the first who fits."""
    code = ticket["choices"][choice]
    size = {pool["pool"]: pool["seats"] for pool in entries["intakes"][code]}
    free = {pool: seats_in - sum(given[1] == pool for given in seats.values()) for pool, seats_in in size.items()}
    groups = [ticket["members"]]
    if entries["last_seat"] == "pair_split":
        groups += [[member] for member in ticket["members"]]
    for group in groups:
        for pools in itertools.product(*(member["pools"][code] for member in group)):
            if all(pools.count(pool) <= free[pool] for pool in pools):
                return {one["member"]: [code, pool, choice + 1] for one, pool in zip(group, pools, strict=True)}
    return {}


def _line(entries, order, seats, code):
    waiting = []
    for place, ticket in enumerate(order):
        for side, member in enumerate(ticket["members"]):
            if code in ticket["choices"] and member["member"] not in seats and member["pools"][code]:
                won = member["won"] if entries["waitlist_order"] == "fewest_seats" else 0
                level = ticket["choices"].index(code) if entries["first_choices_first"] else 0
                waiting.append((won, level, place, side, member["member"]))
    return [member for *_place, member in sorted(waiting)]
