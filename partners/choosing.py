"""Choosing an occupation or majors from the national catalogs: search, then choose; works without JavaScript."""

from django.shortcuts import redirect, render

from courses.models import Major
from partners import orders
from partners.answers import Answers, rows_of
from partners.models import Occupation
from partners.order_forms import MOST_MAJORS, key_of

SHOWN = 40


def choose(request, order, task):
    """The page of an order's section whose answer is taken from a catalog. The caller has asked who writes."""
    return (_occupation if task.key == "occupation" else _majors)(request, order, task)


def _words(request):
    return " ".join(request.GET.get("q", "").replace("\0", "").split())[:40]


def _occupation(request, order, task):
    words, chosen = _words(request), rows_of(order.typed)[0]
    found = list(Occupation.objects.matching(words)[: SHOWN + 1])
    error = False
    if request.method == "POST":
        key = request.POST.get("occupation", "")
        if task.form({"occupation": key}).is_valid():
            orders.save(order, typed={"occupation": key}, by=request.user)
            return redirect("order", order.reference)
        error = True
    return _page(request, order, task, words=words, found=found, chosen=chosen, error=error)


def _majors(request, order, task):
    words, chosen = _words(request), rows_of(order.typed)[1]
    if request.method == "POST":
        keys = _changed(request, [key_of(one) for one in chosen])
        orders.save(order, typed={"majors": " ".join(keys)}, by=request.user)
        return redirect("order" if "done" in request.POST else request.get_full_path(), *_args(request, order))
    found = list(Major.objects.matching(words)[: SHOWN + 1])
    found = [one for one in found if one not in chosen]
    return _page(request, order, task, words=words, found=found, chosen=chosen)


def _args(request, order):
    return [order.reference] if "done" in request.POST else []


def _changed(request, keys):
    """The kept keys after this form: without the one taken out, with those ticked."""
    gone = request.POST.get("remove")
    added = [key for key in request.POST.getlist("add") if key.count("@") == 2 and " " not in key]
    return list(dict.fromkeys(key for key in [*keys, *added] if key != gone))[:MOST_MAJORS]


def _page(request, order, task, *, words, found, chosen, error=False):
    context = {
        "order": order,
        "task": task,
        "words": words,
        "found": [(key_of(one), one) for one in found[:SHOWN]],
        "more": len(found) > SHOWN,
        "shown": SHOWN,
        "chosen": [(key_of(one), one) for one in chosen] if isinstance(chosen, list) else chosen,
        "error": error,
        "stops": Answers.of(order).stops_in(task),
    }
    return render(request, f"partners/choose_{task.key}.html", context)
