"""An order's candidates as members of the enterprise see them: the list, one of them, scores, decisions, exports.

Pages get the objects of candidate_view.py only; what is not shared with the enterprise (any more) is not found.
"""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses import tables
from partners import candidate_lists as lists
from partners import candidates, interviews, scoring
from partners.candidate_forms import CriteriaForm, DecideForm, NoteForm, RefuseForm, ScoreForm
from partners.candidate_view import PERSONAL, Step
from partners.models import Candidate, CandidatePaper
from partners.moves import PartnerError
from partners.views.access import members_only, order_of
from partners.views.enterprises import give_out

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _one(request, reference, candidate, *, write=False):
    """The order, the row for acts, and what may be read of the candidate; 404 for all that is not shared."""
    order = order_of(request, reference, write=write)
    row, view = lists.one_of(order, request.user, candidate)
    if row is None:
        raise Http404
    return order, row, view


def _back(order, candidate):
    return redirect("candidate", order.reference, candidate)


def _try(request, act, text):
    """Do it and say so, or say why not; whether it was done."""
    try:
        act()
    except PartnerError as refused:
        for one in refused.messages:
            messages.error(request, one)
        return False
    messages.success(request, text)
    return True


@members_only
@require_GET
def show_all(request, reference):
    """The candidates by step with counts; `step` in the address narrows to one."""
    order = order_of(request, reference)
    steps = lists.by_step(lists.of_order(order, request.user))
    chosen = request.GET.get("step", "")
    chosen = chosen if chosen in Step.values else ""
    context = {
        "order": order,
        "steps": steps,
        "shown": [one for one in steps if one[0] == chosen or (not chosen and one[2])],
        "chosen": chosen,
        "total": sum(len(found) for _step, _label, found in steps),
        "criteria": list(order.criteria.values_list("name", "weight")),
        "fixed": scoring.are_fixed(order),
        "personal": PERSONAL.values(),
        "may_decide": order.may_write and order.is_live,
    }
    return render(request, "partners/candidates/list.html", context)


@members_only
@require_GET
def export(request, reference, kind):
    """The same as a table, with the allowed fields only."""
    order = order_of(request, reference)
    if kind not in tables.FORMATS:
        raise Http404
    rows = lists.table(lists.of_order(order, request.user))
    return tables.download(f"candidates-{order.reference}", rows, file_format=kind)


@members_only
@require_GET
def show(request, reference, candidate):
    """One candidate: what was shared, the interview, points, notes, what happened."""
    order, row, view = _one(request, reference, candidate)
    scores = lists.scores_of(row, request.user)
    context = {
        "order": order,
        "candidate": view,
        "scores": scores,
        "score_form": _score_form(order, row, request.user),
        "note_form": NoteForm(),
        "notes": lists.notes_of(row),
        "history": lists.history_of(row),
        "may_decide": order.may_write and order.is_live and view.is_open,
    }
    return render(request, "partners/candidates/one.html", context)


def _score_form(order, row, account, data=None):
    mine = dict(row.scores.filter(by=account).values_list("criterion", "points"))
    return ScoreForm(data, criteria=order.criteria.all(), mine=mine)


@members_only
@require_POST
def score(request, reference, candidate):
    """Keep one's points."""
    order, row, _view = _one(request, reference, candidate, write=True)
    form = _score_form(order, row, request.user, request.POST)
    if not form.is_valid():
        messages.error(request, _("Points go from 0 to %(top)d.") % {"top": 10})
    else:
        _try(request, lambda: scoring.score(row, points=form.points, by=request.user), _("Your points are kept."))
    return redirect(f"{_back(order, candidate).url}#scores")


@members_only
@require_POST
def note(request, reference, candidate):
    """Keep a note for colleagues."""
    order, row, _view = _one(request, reference, candidate, write=True)
    text = request.POST.get("text", "").replace("\0", "")
    _try(request, lambda: scoring.note(row, text=text, by=request.user), _("Saved."))
    return redirect(f"{_back(order, candidate).url}#notes")


@members_only
@require_POST
def came(request, reference, candidate):
    """Say whether the candidate came to the interview."""
    order, row, view = _one(request, reference, candidate, write=True)
    interview = get_object_or_404(row.interviews, pk=view.interview.key if view.interview else 0)
    did = request.POST.get("came") == "yes"
    text = _("Recorded: the interview took place.") if did else _("Recorded: did not come.")
    _try(request, lambda: interviews.record_attendance(interview, came=did, by=request.user), text)
    return _back(order, candidate)


@members_only
@require_GET
def paper(request, reference, candidate, sheet):
    """A paper that the learner chose to show, for members as long as the share stands."""
    _order, row, _view = _one(request, reference, candidate)
    return give_out(get_object_or_404(CandidatePaper, enrollment=row.enrollment_id, pk=sheet))


_DECISIONS = {
    "accept": (candidates.accept, DecideForm),
    "reserve": (candidates.reserve, DecideForm),
    "refuse": (candidates.refuse, RefuseForm),
}


@members_only
@get_or_post
def decide(request, reference, candidate, decision):
    """Ask once, with what follows and the feedback; then decide."""
    order, row, view = _one(request, reference, candidate, write=True)
    if decision not in _DECISIONS:
        raise Http404
    if not view.is_open:
        return _back(order, candidate)
    act, form_class = _DECISIONS[decision]
    form = form_class(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            act(row, by=request.user, **form.cleaned_data)
        except PartnerError as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, _("Decided. The learner is told."))
            return _back(order, candidate)
    context = {"order": order, "candidate": view, "form": form, "decision": decision}
    return render(request, "partners/candidates/decide.html", context | {"consequences": _follows(decision, order)})


def _follows(decision, order):
    if decision == "accept":
        yield _("A seat is offered: the learner confirms it in time, else it goes to the reserve list.")
        yield _("You see the phone number from then on.")
    elif decision == "reserve":
        yield _("They wait in the order of applications; a seat that is free is offered to the first at once.")
    else:
        yield _("The learner reads reason and feedback, and may ask the school for a review.")
        yield _("Some days later you no longer see this application.")
    yield _("The decision is recorded and cannot be changed by you afterwards.")


@members_only
@get_or_post
def refuse_many(request, reference):
    """Several at once: who, then reason and feedback, which each of them reads."""
    order = order_of(request, reference, write=True)
    sent = request.method == "POST"
    chosen = (request.POST if sent else request.GET).getlist("candidate")
    found = [one for one in lists.of_order(order, request.user) if one.is_open and one.reference in chosen]
    if not found:
        messages.error(request, _("Choose whom it is about."))
        return redirect("candidates", order.reference)
    form = RefuseForm(request.POST if sent else None)
    if sent and form.is_valid():
        mine = Candidate.objects.written_by(request.user).filter(order=order)
        rows = list(
            mine.filter(enrollment__reference__in=[one.reference for one in found]).select_related("enrollment")
        )
        try:
            candidates.refuse_many(order, candidates=rows, by=request.user, **form.cleaned_data)
        except PartnerError as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, _("Decided. Each of them is told."))
            return redirect("candidates", order.reference)
    context = {"order": order, "found": found, "form": form, "consequences": _follows("refuse", order)}
    return render(request, "partners/candidates/refuse.html", context)


@members_only
@get_or_post
def criteria(request, reference):
    """Name by what all are scored, before the first interview."""
    order = order_of(request, reference, write=True)
    fixed = scoring.are_fixed(order)
    form = CriteriaForm(request.POST or None, criteria=order.criteria.all())
    if request.method == "POST" and form.is_valid():
        try:
            scoring.set_criteria(order, rows=form.rows, by=request.user)
        except PartnerError as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, _("Saved. Everybody is scored by these criteria."))
            return redirect(reverse("candidates", args=[order.reference]))
    selection = order.typed.get("selection", "")
    context = {"order": order, "form": form, "fixed": fixed, "selection": selection}
    return render(request, "partners/candidates/criteria.html", context)
