"""What visitors look at of pathways: the finder, the comparison, a pathway. Nothing here changes anything.

Kept as pages of courses are (courses/listings.py).
"""

from django.conf import settings
from django.core.cache import caches
from django.db.models import Exists
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.models import PageViewRestriction
from wagtail.views import serve as serve_page

from courses.course import state_key
from courses.listings import SECONDS_KEPT, kept
from courses.models import PathwayIndexPage, PathwayPage
from courses.pathways.cards import published
from courses.pathways.comparing import compare
from courses.pathways.finder import PathwaySearch, compared_in
from courses.pathways.pathway import Pathway


@require_safe
def finder(request, index_page=None):
    """The list of pathways; for htmx only what changes with the question."""
    search = PathwaySearch.from_request(request.GET)
    context = {"search": search, "cards": search.cards(), "index_page": index_page}
    if request.htmx and not request.htmx.history_restore_request:
        context["focus_results"] = request.htmx.trigger is None or request.htmx.trigger != "finder"
        response = render(request, "courses/pathways/results.html", context)
        response["HX-Push-Url"] = request.path + search.query(page=search.page)
        response["Cache-Control"] = "no-store"
        return response
    context["index_page"] = index_page or PathwayIndexPage.objects.live().first()
    return kept(render(request, "courses/pathways/finder.html", context))


@require_safe
def comparison(request):
    """Up to four pathways side by side, those in the address; with fewer than two, how to choose them."""
    slugs = compared_in(request.GET)
    cards, table = compare([slug for slug in slugs if "\0" not in slug])
    search = PathwaySearch.from_request(request.GET)
    return kept(render(request, "courses/pathways/compare.html", {"cards": cards, "table": table, "search": search}))


@require_safe
def pathway(request, slug):
    """A pathway by its address, without Wagtail's walk through the tree of pages (as listings.course)."""
    if "\0" in slug:  # PostgreSQL refuses to compare it.
        raise Http404
    variant = settings.SESSION_COOKIE_NAME in request.COOKIES
    key = state_key(slug, chosen=None, variant=variant, kind="pathwaypage")
    parts = caches["pages"].get(key) if key else None
    if parts is None:
        pages = PathwayPage.objects.live().filter(slug=slug).select_related(*_RELATED)
        page = pages.annotate(guarded=Exists(PageViewRestriction.objects.all())).first()
        if page is None or page.guarded:
            return serve_page(request, request.path.lstrip("/"))
        parts = pathway_parts(request, page)
        if key:
            caches["pages"].set(key, parts, SECONDS_KEPT)
    return kept(render(request, "courses/course_page.html", {"parts": parts}))


_RELATED = ("institution__district", "college__district", "secondary_major", "college_major")


def show_pathway(request, page):
    """The page of this pathway."""
    return kept(render(request, "courses/course_page.html", {"parts": pathway_parts(request, page)}))


def pathway_parts(request, page):
    """What the template puts into the frame of the site; previews in the admin use it too."""
    context = {"page": page, "pathway": Pathway(page)}
    return {
        "title": page.title,
        "summary": page.summary,
        "head": render_to_string("courses/pathways/head.html", context, request),
        "main": render_to_string("courses/pathways/main.html", context, request),
    }


@never_cache
@require_safe
def pathway_seats(request, slug):
    """The facts box as it is this second: pages that are kept ask for it after loading."""
    page = get_object_or_404(published(), slug=slug)
    card = Pathway(page).card
    if card.intake is None:
        raise Http404
    return render(request, "courses/pathways/facts_box.html", {"card": card})
