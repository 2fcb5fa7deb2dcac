"""The learners for whom an account acts: list, add, correct, remove."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts import learners, personal_data
from accounts.forms import LearnerForm
from accounts.models import Learner


@login_required
def learner_list(request):
    """All learners of the account."""
    return render(request, "accounts/learner_list.html", {"learners": Learner.objects.of(request.user)})


@login_required
def learner_add(request):
    """Add a learner; `next` in the address says where to go afterwards."""
    form = LearnerForm(request.POST or None, account=request.user)
    learner = learners.keep(form) if request.method == "POST" else None
    if learner:
        messages.success(request, _("%(name)s has been added.") % {"name": learner.name})
        return redirect(_next(request) or "learner_list")
    return render(request, "accounts/learner_form.html", {"form": form, "next": _next(request)})


@login_required
def learner_edit(request, pk):
    """Correct what a learner has told so far; nothing more is asked."""
    learner = get_object_or_404(Learner.objects.of(request.user), pk=pk)
    name = learner.name
    form = LearnerForm(
        request.POST or None, account=request.user, needs=learners.known(learner) & learners.NEEDS, instance=learner
    )
    if request.method == "POST" and learners.keep(form):
        messages.success(request, _("The changes are saved."))
        return redirect(_next(request) or "learner_list")
    return render(request, "accounts/learner_form.html", {"form": form, "name": name, "next": _next(request)})


@login_required
def learner_remove(request, pk):
    """Remove a learner after asking once; refused while something still needs the data, and says what."""
    learner = get_object_or_404(Learner.objects.of(request.user), pk=pk)
    obstacles = personal_data.obstacles(request.user, learner=learner)
    if request.method == "POST" and not obstacles:
        personal_data.erase_learner(learner)
        messages.success(request, _("The learner has been removed."))
        return redirect("learner_list")
    context = {
        "learner": learner,
        "obstacles": obstacles,
        "consequences": personal_data.consequences(request.user, learner=learner),
    }
    return render(request, "accounts/learner_remove.html", context)


def _next(request):
    target = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe else ""
