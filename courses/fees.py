"""What a class costs somebody: the lines of a bill with the reason for each, and the rules of paying in words.

A bill is computed once, when somebody enrolls, from the rules told (`eligibility.Rules`), and kept with the enrollment;
it is plain data in fen, put into words in the reader's language (`lines`). Of several reductions that hold the
greatest counts. A part of a fen is rounded in the learner's favor.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses import describe
from courses.models import Enrollment, FeeReduction
from courses.states import SEATED

Kind = FeeReduction.Kind


def reductions_of(intake):
    """The reductions of an intake as plain data, to be told and kept; a class that is free has none."""
    if not intake.costs:
        return ()
    return tuple(
        {
            "kind": row.kind,
            "percent": row.percent,
            "with_materials": row.with_materials,
            "min_age": row.min_age,
            "district": row.district_id,
            "proof": row.proof,
        }
        for row in intake.reductions.all()
    )


def facts_needed(intake):
    """Facts about a learner without which a reduction could not be seen: names as in `eligibility.needs`."""
    kinds = {reduction["kind"] for reduction in reductions_of(intake)}
    return {fact for kind, fact in ((Kind.AGE, "birth_date"), (Kind.RESIDENTS, "district")) if kind in kinds}


def bill(told, learner, *, several=False, proof=""):
    """The bill of a learner under the rules told: {"lines": [...], "course": fen, "materials": fen, "due": fen}.

    `several` says whether another learner of the account is in a class; `proof` names the proof that was granted.
    """
    lines = [{"what": "course", "amount": told.fee}]
    if told.materials_fee:
        lines.append({"what": "materials", "amount": told.materials_fee})
    course, materials = told.fee, told.materials_fee
    held = [one for one in told.reductions if _holds(one, told, learner, several, proof)]
    best = max(held, key=lambda one: sum(_less(one, told)), default=None)
    if best:
        off_course, off_materials = _less(best, told)
        course, materials = course - off_course, materials - off_materials
        lines.append({"what": "reduction", "amount": -off_course - off_materials, "reduction": best})
    return {"lines": lines, "course": course, "materials": materials, "due": course + materials}


def waived(old, reason):
    """The bill after staff have waived what was due; `reason` is one of states.WAIVER_REASONS."""
    line = {"what": "waiver", "amount": -old["due"], "reason": str(reason)}
    return old | {"lines": [*old["lines"], line], "course": 0, "materials": 0, "due": 0}


def _less(reduction, told):
    percent = reduction["percent"]
    materials = told.materials_fee if reduction["with_materials"] else 0
    return share(told.fee, percent, 100), share(materials, percent, 100)


def share(amount, part, whole):
    """So many parts of an amount; a part of a fen counts as a whole one."""
    return -(-amount * part // whole)


def _holds(reduction, told, learner, several, proof):
    match reduction["kind"]:
        case Kind.AGE:
            months = learner.age_in_months(told.on)
            return months is not None and months >= reduction["min_age"]
        case Kind.RESIDENTS:
            return bool(learner.district_id) and learner.district_id == reduction["district"]
        case Kind.SEVERAL:
            return several
        case Kind.PROOF:
            return bool(proof) and reduction["proof"] == proof
    return False


def has_other_learner(intake, learner):
    """Whether another learner of the account has a seat in a class of the same institution and term."""
    seated = Enrollment.objects.filter(account=learner.account_id, state__in=SEATED).exclude(person=learner.person)
    here = {"intake__term": intake.term_id, "intake__program__institution": intake.program.institution_id}
    return seated.filter(**here).exists()


def bill_of(told, intake, learner, *, proof=""):
    """The bill of a learner in an intake, or None where nothing is paid."""
    if not told.fee and not told.materials_fee:
        return None
    asks = any(reduction["kind"] == Kind.SEVERAL for reduction in told.reductions)
    return bill(told, learner, several=asks and has_other_learner(intake, learner), proof=proof)


def proofs_for(told, kept):
    """What a learner could still show to pay less than this bill: the proofs of reductions that would change it."""
    due = kept["due"] if kept else 0
    full = told.fee + told.materials_fee
    able = [one for one in told.reductions if one["kind"] == Kind.PROOF and full - sum(_less(one, told)) < due]
    return list(dict.fromkeys(one["proof"] for one in able))


# --- In words ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """A line of a bill in words: what, how much, and why."""

    title: str
    amount: str
    why: str = ""


def lines(kept):
    """The lines of a kept bill in words."""
    return [_line(line) for line in kept["lines"]]


def _line(line):
    amount = money(line["amount"])
    match line["what"]:
        case "course":
            return Line(_("Course fee"), amount)
        case "materials":
            return Line(_("Materials"), amount)
        case "reduction":
            return Line(_("Reduction"), amount, reduction_in_words(line["reduction"]))
    from courses.states import Reason

    return Line(_("Waived"), amount, str(Reason(line["reason"]).label))


def money(fen):
    """An amount for people, below zero too: ¥120, -¥60, ¥0."""
    if not fen:
        return "¥0"
    return f"-{describe.yuan(-fen)}" if fen < 0 else describe.yuan(fen)


def condition(reduction):
    """For whom a reduction is, in words."""
    match reduction["kind"]:
        case Kind.AGE:
            return _("from %(age)s on") % {"age": describe.age(reduction["min_age"])}
        case Kind.RESIDENTS:
            return _("residents of %(places)s") % {"places": describe.places([reduction["district"]])}
        case Kind.SEVERAL:
            return _("another learner of the same account has a seat in a class here this term")
    return _("with a proof: %(what)s") % {"what": reduction["proof"]}


def reduction_in_words(reduction):
    """For whom, and how much less."""
    percent = reduction["percent"]
    if percent == 100:
        less = _("free, materials too") if reduction["with_materials"] else _("no course fee")
    else:
        words = _("%(percent)d%% less, materials too") if reduction["with_materials"] else _("%(percent)d%% less")
        less = words % {"percent": percent}
    return _("%(who)s: %(less)s") % {"who": condition(reduction), "less": less}


def rules(told):
    """(subject, sentence) pairs on fee and paying, told to everyone before they enroll."""
    if not told.fee and not told.materials_fee:
        return [(_("Fee"), describe.yuan(0))]
    if not told.pay_hours:  # Enrolled before fees could be paid here.
        fee = _("%(fee)s, paid at the institution's desk.") % {"fee": describe.yuan(told.fee)}
        return [(_("Fee"), fee)]
    said = [(_("Fee"), _fee(told))]
    if told.reductions:
        words = [reduction_in_words(reduction) for reduction in told.reductions]
        if len(words) > 1:
            words.append(_("if several hold, the greatest counts"))
        said.append((_("Who pays less"), _("; ").join(words) + _(".")))
    said.append((_("Paying"), _paying(told)))
    return said


def _fee(told):
    if not told.materials_fee:
        return describe.yuan(told.fee)
    words = {"fee": describe.yuan(told.fee), "materials": describe.yuan(told.materials_fee)}
    return _("%(fee)s, and %(materials)s for materials") % words


def _paying(told):
    online = ngettext(
        "A seat is held for %(n)d hour while you pay; hours of the night do not count.",
        "A seat is held for %(n)d hours while you pay; hours of the night do not count.",
        told.pay_hours,
    ) % {"n": told.pay_hours}
    desk = ngettext(
        "If you choose to pay at the desk, it is held for %(n)d hour.",
        "If you choose to pay at the desk, it is held for %(n)d hours.",
        told.desk_hours,
    ) % {"n": told.desk_hours}
    return " ".join([online, desk, _("A seat that is not paid for in time goes to the next in line.")])
