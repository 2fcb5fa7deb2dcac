"""Thousands of ranked rounds made by chance, shared out by the site and by a slow reading of the rule: the same.

The rule as families are told it: the best score first; equal scores by the next key, at last by lot; below the lowest
score, or with a mark missing, nobody; each gets the highest of their choices in which a seat for them is free.
"""

from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.draws import verify
from courses.draws.marks import ranks
from tests.courses.drawn_lists import chance_of

ROUNDS = 3000
SUBJECTS = ["语文", "数学", "外语"]
COUNTIES = ["塔河", "呼玛"]
# Few different marks and small schools: ties and full quotas are the rule here, not the exception.
_marks = st.fixed_dictionaries({}, optional={subject: st.integers(4, 7) for subject in SUBJECTS})
_candidate = st.tuples(_marks, st.sampled_from(COUNTIES), st.permutations([0, 1, 2]), st.integers(1, 3))
_quotas = st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 3))  # of each county, then open to all


@dataclass
class Round:
    """What courses.draws.marks reads of a round."""

    rule = "ranked"
    subjects = SUBJECTS
    rank_by = ("语文+数学+外语", "语文+数学", "外语")
    minimum_score: int | None


@dataclass
class Candidate:
    """An entry: its marks, the county it comes from, and its choices in order."""

    pk: str
    marks: dict
    county: str
    choices: list = field(default_factory=list)


def pools_of(school, county):
    """The quota of one's county first, then the seats that are open to all."""
    return [f"{school}-{county}", f"{school}-all"]


def published_list(round, schools, candidates):
    """The list of entries as the site closes it."""
    places = ranks(round, candidates)
    return {
        "format": verify.FORMAT,
        "draw": "D-TEST",
        "round": "统一录取",
        "rule": "ranked",
        "first_choices_first": False,
        "waitlist_order": "draw",
        "last_seat": "pair_skipped",
        "intakes": {
            school: [{"pool": name, "name": name, "seats": seats} for name, seats in quotas.items()]
            for school, quotas in schools.items()
        },
        "tickets": [
            {
                "ticket": one.pk,
                "choices": one.choices,
                "members": [{"member": one.pk, "pools": _pools(one), "won": 0}],
                "rank": places[one.pk],
            }
            for one in candidates
        ],
    }


def _pools(one):
    return {school: pools_of(school, one.county) for school in one.choices}


def admitted_slowly(round, schools, candidates, seed):
    """{candidate: (school, seat)} and {school: those who wait}, one candidate after the other, as the rule is told."""
    left = [one for one in candidates if _counts(one, round.minimum_score)]
    free = {name: seats for quotas in schools.values() for name, seats in quotas.items()}
    admitted, waiting = {}, {school: [] for school in schools}
    while left:
        best = left[0]
        for other in left[1:]:
            if _before(other, best, seed):
                best = other
        left.remove(best)
        for school in best.choices:
            for name in pools_of(school, best.county):
                if best.pk not in admitted and free[name] > 0:
                    free[name] -= 1
                    admitted[best.pk] = (school, name)
        if best.pk not in admitted:
            for school in best.choices:
                waiting[school].append(best.pk)
    return admitted, waiting


def _counts(one, lowest):
    if set(one.marks) != set(SUBJECTS):
        return False
    return lowest is None or sum(one.marks.values()) >= lowest


def _before(one, other, seed):
    """Whether one stands before the other: each key in turn, then the lot."""
    for key in Round.rank_by:
        mine, theirs = (sum(who.marks[subject] for subject in key.split("+")) for who in (one, other))
        if mine != theirs:
            return mine > theirs
    return chance_of(seed, "D-TEST", one.pk) < chance_of(seed, "D-TEST", other.pk)


@settings(
    max_examples=ROUNDS, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(
    people=st.lists(_candidate, max_size=12),
    quotas=st.lists(_quotas, min_size=3, max_size=3),
    lowest=st.sampled_from([None, None, 14, 17]),
    seed=st.integers(0, 999_999),
)
def test_the_site_admits_whom_the_rule_admits(people, quotas, lowest, seed):
    names = [*COUNTIES, "all"]
    schools = {
        f"S{n}": {f"S{n}-{name}": seats for name, seats in zip(names, own, strict=True)} for n, own in enumerate(quotas)
    }
    candidates = [
        Candidate(f"E-{n:02d}", marks, county, [f"S{school}" for school in order][:count])
        for n, (marks, county, order, count) in enumerate(people)
    ]
    round, seed = Round(lowest), f"{seed:06d}"
    result = verify.share_out(published_list(round, schools, candidates), seed)
    admitted, waiting = admitted_slowly(round, schools, candidates, seed)
    assert {member: tuple(seat[:2]) for member, seat in result["seats"].items()} == admitted
    assert result["lines"] == waiting
    for name, seats in ((name, seats) for quotas in schools.values() for name, seats in quotas.items()):
        assert sum(1 for _school, given in admitted.values() if given == name) <= seats
