"""How seats are shared out, in plain words: who decides, how, when, what breaks a tie, what happens to the rest.

Said on the course's page before anyone applies, at the check, and ever after with each enrollment (describe.rules).
"""

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses import describe
from courses.models import AdmissionRound, Intake, SeatPool


def sharing(told, *, now=None):
    """(subject, sentence) pairs on how seats are given; `told` are eligibility.Rules."""
    if told.round:
        said = _in_round(told, now)
    elif told.admission_rule == Intake.AdmissionRule.REVIEW:
        said = _by_review(told)
    elif told.admission_rule == Intake.AdmissionRule.FIRST_COME:
        said = _first_come(told)
    else:  # Not yet in a round: nobody can apply.
        said = [(_("How seats are given"), _("By lot or by score, in a round of admission that is still to come."))]
    return said + priority(told.pools, now=now)


def _first_come(told):
    text = ngettext(
        "You can join the waitlist. A seat that comes free is offered to the first in line,"
        " who has %(hours)d hour to accept it.",
        "You can join the waitlist. A seat that comes free is offered to the first in line,"
        " who has %(hours)d hours to accept it.",
        told.offer_hours,
    )
    return [
        (_("How seats are given"), _("In the order in which people enroll, online and at the desk alike.")),
        (_("When it is full"), text % {"hours": told.offer_hours}),
    ]


def _by_review(told):
    return [
        (
            _("How seats are given"),
            _(
                "The school decides: it reads what you write, invites those who fit to an interview, and gives every"
                " decision with its reason. It does not matter who applies first."
            ),
        ),
        (_("When a seat is offered"), _hours_to_confirm(told)),
        (
            _("Those who get no seat"),
            _(
                "You are told the reason, or you wait: a seat that comes free is offered in the order in which"
                " those who wait applied."
            ),
        ),
    ]


def _in_round(told, now):
    closes, results = (parse_datetime(told.round[name]) for name in ("closes_at", "results_at"))
    said = [
        (_("How seats are given"), _how(told, describe.moment(closes, now=now))),
        (_("Your choices"), _choices(told.round)),
        (_("Who orders those who are equal") if _is_ranked(told.round) else _("Who draws"), _chance(told.round)),
        (_("Results"), _results(told.round) % {"moment": describe.moment(results, now=now)}),
        (
            _("When a seat is offered"),
            describe.one_after_another([_hours_to_confirm(told), _("Whoever does not is out of this round.")]),
        ),
        (_("Those who get no seat"), _rest(told.round)),
        (_("Two who want to learn together"), _bound(told.round)),
    ]
    if told.round["excludes"]:
        text = _("Whoever was admitted in %(rounds)s cannot take part.")
        said.append((_("Earlier rounds"), text % {"rounds": _(", ").join(told.round["excludes"])}))
    return said


def _is_ranked(round):
    return round["rule"] == AdmissionRound.Rule.RANKED


def _results(round):
    if _is_ranked(round):
        return _(
            "By %(moment)s. You get a message, and the ranking is published with everything that is needed to"
            " repeat it."
        )
    return _("By %(moment)s. You get a message, and the draw is published with everything that is needed to repeat it.")


def _how(told, closes):
    if not _is_ranked(told.round):
        text = _(
            "By lot, after applications have closed on %(closes)s. Every entry has one ticket with the same chance:"
            " it does not matter who applies first, and nobody can choose."
        )
        return text % {"closes": closes}
    score, *ties = told.round["rank_by"]
    said = [
        _("By score, the highest first, after applications have closed on %(closes)s. The score is %(score)s.")
        % {"closes": closes, "score": in_words(score)}
    ]
    if ties:
        said.append(_("With equal scores: %(keys)s.") % {"keys": _(", ").join(in_words(key) for key in ties)})
    said.append(_("Whoever is equal in all is ordered by lot."))
    if told.round["minimum_score"]:
        said.append(_("Nobody is admitted with less than %(score)s.") % {"score": told.round["minimum_score"]})
    return describe.one_after_another(said)


def in_words(key):
    """A key of a ranking as people say it."""
    return " + ".join(key.split("+"))


def _choices(round):
    listed = ngettext(
        "You make %(n)d choice.",
        "You make up to %(n)d choices in order; together they count as one course.",
        round["choices"],
    ) % {"n": round["choices"]}
    if round["choices"] == 1:
        return listed
    return describe.one_after_another([listed, _how_chosen(round)])


def _how_chosen(round):
    if round["first_choices_first"]:
        if _is_ranked(round):
            return _("All first choices are seated first, the highest score first, then all second choices, and so on.")
        return _("All first choices are seated first, in the order of the draw, then all second choices, and so on.")
    if _is_ranked(round):
        return _("The highest score first, each gets the highest of their choices in which a seat is still free.")
    return _("In the order of the draw, each gets the highest of their choices in which a seat is still free.")


def _chance(round):
    return {
        AdmissionRound.SeedSource.DRAND: _(
            "The number that decides comes from the public beacon drand, and does not exist before the list of entries"
            " is closed. Nobody controls it."
        ),
        AdmissionRound.SeedSource.WITNESSED: _(
            "Digits are drawn before witnesses after the list of entries is closed and published; two people enter them"
            " apart from each other."
        ),
        AdmissionRound.SeedSource.COMMITTED: _(
            "A number made by this site, whose fingerprint is published before the list of entries is closed. This is"
            " the weakest of the three ways, and this page says so."
        ),
    }[round["seed_source"]]


def _hours_to_confirm(told):
    text = ngettext(
        "You get a message and have %(hours)d hour to confirm.",
        "You get a message and have %(hours)d hours to confirm.",
        told.offer_hours,
    )
    return text % {"hours": told.offer_hours}


def _rest(round):
    order = _("the highest score first") if _is_ranked(round) else _("in the order of the draw")
    if round["waitlist_order"] == AdmissionRound.WaitlistOrder.FEWEST_SEATS:
        order = _("those with the fewest seats in this term first, then %(order)s") % {"order": order}
    return _(
        "They wait for every choice that they made, %(order)s. A seat that comes free is offered to the first in"
        " line. Whoever accepts one leaves the other lines of the round."
    ) % {"order": order}


def _bound(round):
    last = {
        AdmissionRound.LastSeat.PAIR_SKIPPED: _(
            "Where only one seat is left, the pair is passed over and tried in its next choice."
        ),
        AdmissionRound.LastSeat.PAIR_SPLIT: _(
            "Where only one seat is left, the one who applied first gets it and the other waits."
        ),
    }[round["last_seat"]]
    return _(
        "Two learners of one account can share a ticket and the same choices: they are drawn together. %(last)s In a"
        " waitlist seats come free one by one, so there each waits for themselves."
    ) % {"last": last}


def priority(pools, *, now=None):
    """The pools with conditions, in the order in which a person is tried; nothing when there are none."""
    if not any(condition(pool) for pool in pools):
        return []
    said = []
    for pool in pools:
        if not condition(pool):
            continue
        words = ngettext("%(n)d seat first for %(who)s.", "%(n)d seats first for %(who)s.", pool["capacity"])
        words %= {"n": pool["capacity"], "who": condition(pool)}
        if pool["released_at"]:
            released = describe.moment(parse_datetime(pool["released_at"]), now=now)
            freed = _("What is free of them goes to everyone from %(moment)s.") % {"moment": released}
            words = describe.one_after_another([words, freed])
        said.append(words)
    said.append(_("Whoever fits several is tried in the most specific first, and last among the seats open to all."))
    return [(_("Seats kept for some first"), describe.one_after_another(said))]


def condition(pool):
    """Whom a pool is for, in words; empty when it is open to all. Takes the data of `pool_data`."""
    words = []
    if pool["district"]:
        words.append(_("residents of %(place)s") % {"place": describe.places([pool["district"]])})
    # Enrollments older than quotas were told nothing of them.
    if pool.get("sending_school"):
        words.append(_("graduates of %(school)s") % {"school": describe.junior_school(pool["sending_school"])})
    if pool.get("sending_district"):
        county = describe.places([pool["sending_district"]])
        words.append(_("graduates of junior middle schools in %(place)s") % {"place": county})
    if pool["newcomers"] == SeatPool.Newcomers.INSTITUTION:
        words.append(_("people who had no seat at this institution before"))
    elif pool["newcomers"] == SeatPool.Newcomers.PROGRAM:
        words.append(_("people who had no seat in this course before"))
    if pool["min_age"] is not None:
        words.append(_("people of %(age)s and older") % {"age": describe.age(pool["min_age"])})
    return _(" and ").join(words)


def pool_data(pool):
    """What is told of a pool, as data to keep with an enrollment."""
    return {
        "name": pool.name,
        "capacity": pool.capacity,
        "district": pool.district_id,
        "sending_school": pool.sending_school_id,
        "sending_district": pool.sending_district_id,
        "min_age": pool.min_age,
        "newcomers": pool.newcomers,
        "released_at": pool.released_at and pool.released_at.isoformat(),
    }


def round_data(round):
    """What is told of a round, as data to keep with an enrollment."""
    return {
        "name": round.name,
        "rule": round.rule,
        "closes_at": round.closes_at.isoformat(),
        "results_at": round.results_at.isoformat(),
        "choices": round.choices,
        "first_choices_first": round.first_choices_first,
        "waitlist_order": round.waitlist_order,
        "last_seat": round.last_seat,
        "rank_by": round.rank_by,
        "minimum_score": None if round.minimum_score is None else f"{round.minimum_score.normalize():f}",
        "scores_shown": round.scores_shown,
        "seed_source": round.seed_source,
        "excludes": [other.name for other in round.excludes.all()],
    }
