"""The resident's way through a round: for whom → which classes in order → check → done; then change or withdraw."""

from dataclasses import dataclass
from functools import wraps
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.forms import LearnerForm
from accounts.keys import keys_in
from accounts.learners import keep
from accounts.models import Learner
from courses import entering, seats
from courses.applying.rules import in_words, of_sharing
from courses.cards import seats_of
from courses.describe import facts, rules
from courses.draws.owners import share_of
from courses.eligibility import Rules, needs
from courses.entry_forms import ApplyForm, ChoicesForm, WithdrawForm
from courses.entry_timeline import steps
from courses.models import AdmissionRound, ApplicationRules, Draw, Entry, PathwayPage
from courses.moves import EnrollmentError
from courses.states import State

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class Offered:
    """A class of a round, in words, with what speaks against these learners."""

    intake: object
    facts: object
    objections: list


def _round(pk):
    return get_object_or_404(AdmissionRound.objects.published().select_related("term", "institution"), pk=pk)


def _by_application(view):
    """Whoever takes part in a round of pathways writes an application: to it, instead of the plain journey."""

    @wraps(view)
    def guarded(request, pk, **kwargs):
        intakes = AdmissionRound(pk=pk).intakes.published()
        pathways = intakes.filter(program__in=PathwayPage.objects.values("pk")).order_by("starts_at", "pk")
        wanted = request.GET.get("first", "")
        first = (pathways.filter(pk=wanted).first() if wanted.isdecimal() else None) or pathways.first()
        return redirect("pathway_apply", first.pk) if first else view(request, pk, **kwargs)

    return guarded


def _offered(round, learners=(), entry=None):
    """The classes of a round, each with the objections to any of the learners."""
    intakes = list(entering.published_intakes(round))
    counted = seats_of([intake.pk for intake in intakes])
    found = []
    for intake in intakes:
        intake.round = round
        checks = [
            entering.check_choice(round=round, intake=intake, learner=learner, entry=entry) for learner in learners
        ]
        against = [objection for check in checks for objection in check.objections]
        if any(check.existing for check in checks):
            against.append(_("Already enrolled here or in the waitlist."))
        found.append(Offered(intake, facts(intake, seats=counted[intake.pk]), list(dict.fromkeys(against))))
    return found


def _needs(round):
    """What must be known of a learner for any class of the round."""
    return set().union(*(needs(intake, intake.pools.all()) for intake in entering.published_intakes(round)))


def _rules(intakes):
    """What applies, in words: of the first of the classes; the sentences of a round are the same for all."""
    pools = seats.most_specific_first(intakes[0].pools.all())
    return rules(Rules.of(intakes[0], pools))


def _told(round, intakes):
    """What applies, for a page; who may apply for a pathway stands in the round's own rules."""
    if not intakes:
        return {}
    if PathwayPage.objects.filter(pk=intakes[0].program_id).exists():
        return {"own_rules": list(in_words(ApplicationRules.of_round(round))), "rules": of_sharing(intakes)}
    return {"rules": _rules(intakes)}


@require_GET
def round_page(request, pk):
    """What a round shares out, when and how: for everyone, before anyone applies."""
    round = _round(pk)
    offered = _offered(round)
    draws = Draw.objects.public().filter(round=round)
    context = {"round": round, "offered": offered, "draws": draws} | _told(round, [one.intake for one in offered])
    context |= {"earlier": round.supplementary_to, "later": round.supplements.published()}
    return render(request, "courses/round.html", context)


@login_required
@_by_application
@never_cache
@require_GET
def round_apply(request, pk):
    """Screen 1: for whom? One or several learners; who takes part already is shown with their entry."""
    round = _round(pk)
    if not round.is_open():
        return redirect("round_page", round.pk)
    chosen = _learners(request)
    if chosen:
        return redirect(_with_query(request, "round_choices", round))
    learners = list(Learner.objects.of(request.user))
    if not learners:
        return redirect(_with_query(request, "round_learner", round))
    entries = Entry.objects.live().filter(round=round, person__in=[learner.person for learner in learners])
    taken = {entry.person: entry for entry in entries}
    people = [(learner, taken.get(learner.person)) for learner in learners]
    context = {"round": round, "people": people, "free": [one for one, entry in people if entry is None]}
    return render(request, "courses/round_who.html", context | {"asked": "asked" in request.GET})


def _learners(request):
    """The account's learners who are named in the address, in the order of the list."""
    keys = keys_in(request.GET.getlist("learner"))
    return [learner for learner in Learner.objects.of(request.user) if learner.pk in keys]


def _with_query(request, name, round, *args, **query):
    """The address of another screen of the round with the learners and the first wish of this one."""
    kept = [(key, value) for key in ("learner", "first") for value in request.GET.getlist(key)]
    return f"{reverse(name, args=[round.pk, *args])}?{urlencode([*kept, *query.items()])}"


@login_required
@_by_application
@never_cache
@get_or_post
def round_learner(request, pk, learner_id=None):
    """Screen 1 for one more learner, or for facts that the round needs of one who is kept."""
    round = _round(pk)
    if not round.is_open():
        return redirect("round_page", round.pk)
    asked, options = _needs(round), {}
    if learner_id:
        learner = get_object_or_404(Learner.objects.of(request.user), pk=learner_id)
        asked = _missing(round, learner)
        options = {"instance": learner, "rest": True}
    form = LearnerForm(request.POST or None, account=request.user, needs=asked, **options)
    if request.method == "POST":
        learner = keep(form)
        if learner:
            also = {} if learner_id else {"learner": learner.pk}
            return redirect(_with_query(request, "round_choices", round, **also))
    return render(request, "courses/round_learner.html", {"round": round, "form": form, **options})


def _missing(round, learner):
    intakes = entering.published_intakes(round)
    return set().union(
        *(entering.check_choice(round=round, intake=intake, learner=learner).missing for intake in intakes)
    )


@login_required
@_by_application
@never_cache
@require_GET
def round_choices(request, pk):
    """Screen 2: which classes, in which order."""
    round, learners = _round(pk), _learners(request)
    if not round.is_open():
        return redirect("round_page", round.pk)
    if not learners:
        return redirect(_with_query(request, "round_apply", round))
    lacking = next((learner for learner in learners if _missing(round, learner)), None)
    if lacking:
        return redirect(_with_query(request, "round_details", round, lacking.pk))
    offered, form = _choices_form(request, round, learners)
    if form.is_bound and form.is_valid():
        return _check_page(request, round, learners, form, ApplyForm(learners=learners))
    context = {"round": round, "learners": learners, "offered": offered, "form": form}
    return render(request, "courses/round_choices.html", context)


def _choices_form(request, round, learners):
    offered = _offered(round, learners)
    fit = [one.intake for one in offered if not one.objections]
    bound = request.GET if "choice1" in request.GET else None
    wanted = request.GET.get("first", "")
    first = wanted if wanted in {str(intake.pk) for intake in fit} else ""
    pair = len(learners) == 2
    # As many lists as there are classes, also those that cannot be chosen (any more): nothing is left out in silence.
    count = min(round.choices, len(offered))
    options = {"intakes": fit, "count": count, "pair": pair, "initial": {"choice1": first}}
    return offered, ChoicesForm(bound, **options)


def _check_page(request, round, learners, form, apply_form):
    context = {
        "round": round,
        "learners": learners,
        "chosen": [(one, facts(one, seats=seats_of([one.pk])[one.pk])) for one in form.chosen],
        "together": form.together,
        "form": apply_form,
        "rules": _rules(form.chosen),
        "back": _with_query(request, "round_choices", round),
    }
    return render(request, "courses/round_check.html", context)


@login_required
@_by_application
@never_cache
@get_or_post
def round_check(request, pk):
    """Screen 3: what was chosen, the rules, the consents; then apply. The address carries who and what."""
    round, learners = _round(pk), _learners(request)
    if request.method != "POST" or not learners:
        return redirect(f"{reverse('round_choices', args=[round.pk])}?{request.GET.urlencode()}")
    _offers, form = _choices_form(request, round, learners)
    if not form.is_valid():
        return redirect(f"{reverse('round_choices', args=[round.pk])}?{request.GET.urlencode()}")
    apply_form = ApplyForm(request.POST, learners=learners)
    if not apply_form.is_valid():
        return _check_page(request, round, learners, form, apply_form)
    return _apply(request, round, learners, form, apply_form)


def _apply(request, round, learners, form, apply_form):
    apply_form.give_consents()
    try:
        entries = entering.apply(
            round=round, learners=learners, choices=form.chosen, by=request.user, together=form.together
        )
    except entering.AlreadyEntered as already:
        if already.entry.account_id == request.user.pk:
            return redirect("entry_detail", already.entry.reference)
        messages.error(
            request, _("This person takes part through another account already. Ask your family, or ring the school.")
        )
        return redirect("round_apply", round.pk)
    except EnrollmentError as refused:
        return _refused(request, refused, _with_query(request, "round_apply", round))
    return redirect(f"{reverse('entry_detail', args=[entries[0].reference])}?done=1")


def _refused(request, refused, address):
    for message in refused.messages:
        messages.error(request, message)
    return HttpResponseRedirect(address)


def _mine(request, reference):
    mine = Entry.objects.of(request.user).select_related("round__institution", "round__term", "learner", "application")
    return get_object_or_404(mine, reference=reference)


@login_required
@never_cache
@require_GET
def entry_detail(request, reference):
    """Screen 4 and ever after: the reference, the choices and what became of them, what comes next."""
    entry = _mine(request, reference)
    rows = entry.enrollments.select_related("intake__program", "intake__district").order_by("choice", "pk")
    # What was taken off the list before the draw is no choice any more; who left a line afterwards still sees it.
    shown = list(rows.exclude(state=State.WITHDRAWN, pool=None))
    others = Entry.objects.live().of(request.user).filter(round=entry.round).exclude(pk=entry.pk)
    context = {
        "entry": entry,
        "round": entry.round,
        "rows": shown,
        "others": others.select_related("learner"),
        "steps": steps(entry, shown),
        "rules": rules(Rules.from_terms(shown[0].terms)) if shown else [],
        "share": share_of(entry),
        "may_change": entry.is_live and entry.round.is_open() and not hasattr(entry, "application"),
        "done": "done" in request.GET,
    }
    return render(request, "courses/entry_detail.html", context)


@login_required
@never_cache
@get_or_post
def entry_change(request, reference):
    """Other choices, or another order; whoever shares the ticket changes with it."""
    entry = _mine(request, reference)
    if hasattr(entry, "application"):
        return redirect("application_detail", entry.application.reference)
    if not (entry.is_live and entry.round.is_open()):
        return redirect("entry_detail", entry.reference)
    offered = _offered(entry.round, [entry.learner], entry)
    now = {f"choice{row.choice}": row.intake_id for row in entering.submitted(entry)}
    fit = [one.intake for one in offered if not one.objections or one.intake.pk in now.values()]
    form = ChoicesForm(request.POST or None, intakes=fit, count=min(entry.round.choices, len(offered)), initial=now)
    if request.method == "POST" and form.is_valid():
        try:
            entering.change(entry, choices=form.chosen, by=request.user)
        except EnrollmentError as refused:
            return _refused(request, refused, request.path)
        messages.success(request, _("Your choices were changed."))
        return redirect("entry_detail", entry.reference)
    context = {"entry": entry, "round": entry.round, "form": form, "offered": offered}
    return render(request, "courses/entry_change.html", context)


@login_required
@never_cache
@get_or_post
def entry_withdraw(request, reference):
    """Leave the round: the consequences first, then one button."""
    entry = _mine(request, reference)
    if hasattr(entry, "application"):
        return redirect("application_detail", entry.application.reference)
    if not (entry.is_live and entry.round.is_open()):
        return redirect("entry_detail", entry.reference)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            entering.withdraw(entry, by=request.user, note=form.cleaned_data["note"])
        except EnrollmentError as refused:
            return _refused(request, refused, reverse("entry_detail", args=[entry.reference]))
        return redirect("entry_detail", entry.reference)
    return render(request, "courses/entry_withdraw.html", {"entry": entry, "round": entry.round, "form": form})
