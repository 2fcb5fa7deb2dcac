"""What visitors look at: the finder, a course, its seats, its calendar. Nothing here changes anything.

Pages for visitors without a session are kept for 20 seconds by the site's page cache, which `s-maxage` invites.
"""

from django.conf import settings
from django.core.cache import caches
from django.db.models import Exists
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.models import PageViewRestriction
from wagtail.views import serve as serve_page

from courses import calendars
from courses.cards import cards_of, readable
from courses.course import Course, state_key
from courses.finder import Search
from courses.models import CalendarFeed, CommunityCoursePage, CourseIndexPage, Intake, Program

SECONDS_KEPT = 20


def kept(response):
    """Let everyone without a session read this answer for a while."""
    response["Cache-Control"] = f"public, s-maxage={SECONDS_KEPT}"
    return response


@require_safe
def finder(request, index_page=None):
    """The list of courses; for htmx only what changes with the question."""
    search = Search.from_request(request.GET)
    context = {"search": search, "cards": search.cards(), "index_page": index_page}
    if request.htmx and not request.htmx.history_restore_request:
        # A chip or a page number that was followed is gone now: the focus goes to the heading of the results.
        context["focus_results"] = request.htmx.trigger is None or request.htmx.trigger != "finder"
        response = render(request, "courses/finder_results.html", context)
        response["HX-Push-Url"] = request.path + search.query(page=search.page)
        response["Cache-Control"] = "no-store"
        return response
    context["index_page"] = index_page or CourseIndexPage.objects.live().first()
    return kept(render(request, "courses/finder.html", context))


@require_safe
def course(request, slug):
    """A course by its address, without Wagtail's walk through the tree of pages.

    What only Wagtail knows how to serve (pages of other kinds, pages for some readers only) is left to it.
    """
    if "\0" in slug:  # PostgreSQL refuses to compare it.
        raise Http404
    variant = settings.SESSION_COOKIE_NAME in request.COOKIES  # Such a page is always new: it need not ask for seats.
    key = state_key(slug, chosen=_chosen(request), variant=variant)
    parts = caches["pages"].get(key) if key else None
    if parts is None:
        pages = CommunityCoursePage.objects.live().filter(slug=slug).select_related("institution", "category")
        page = pages.annotate(guarded=Exists(PageViewRestriction.objects.all())).first()
        if page is None and (other := Program.objects.live().filter(slug=slug).first()):
            # Links in calendars and on slips know the program, not its kind.
            return redirect(other.specific.url)
        if page is None or page.guarded:
            return serve_page(request, request.path.lstrip("/"))
        parts = course_parts(request, page)
        if key:
            caches["pages"].set(key, parts, SECONDS_KEPT)
    return kept(render(request, "courses/course_page.html", {"parts": parts}))


def show_course(request, page):
    """The page of this course."""
    return kept(render(request, "courses/course_page.html", {"parts": course_parts(request, page)}))


def course_parts(request, page):
    """What the template of a course page puts into the frame of the site; previews in the admin use it too."""
    context = {"page": page, "course": Course(page, chosen=_chosen(request))}
    return {
        "title": page.title,
        "summary": page.summary,
        "head": render_to_string("courses/course_head.html", context, request),
        "main": render_to_string("courses/course_main.html", context, request),
    }


def _chosen(request):
    """The class asked for in the address, or None."""
    chosen = request.GET.get("class", "")
    return int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 19 else None


def _intake(pk, intakes):
    return get_object_or_404(readable(intakes), pk=pk)


@never_cache
@require_safe
def intake_seats(request, pk):
    """The facts box of a class as it is this second: pages that are kept ask for it after loading."""
    (card,) = cards_of([_intake(pk, Intake.objects.published().of_courses())])
    return render(request, "courses/facts_box.html", {"card": card})


@require_safe
def intake_calendar(request, pk):
    """The meetings of a class as a calendar file."""
    intake = _intake(pk, Intake.objects.published())
    return _calendar_response(calendars.intake_calendar(intake), f"xuelin-{intake.pk}.ics")


@never_cache
@require_safe
def calendar_feed(request, token):
    """The meetings of everyone for whom the owner of this address acts."""
    found = CalendarFeed.objects.select_related("account").filter(token=token, account__is_active=True).first()
    if found is None:
        raise Http404
    return _calendar_response(calendars.feed(found.account), "xuelin.ics")


def _calendar_response(content, name):
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
