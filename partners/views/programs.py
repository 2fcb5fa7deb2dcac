"""What visitors look at of order programs: the list, a program, its seats. Nothing here changes anything."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.listings import kept
from partners.models import OrderProgramIndexPage
from partners.programs import Listing, OrderProgram, public_programs


@require_safe
def show_list(request, index_page=None):
    """All order programs, narrowed by what stands in the address."""
    index_page = index_page or OrderProgramIndexPage.objects.live().first()
    context = {"listing": Listing(request.GET), "index_page": index_page}
    return kept(render(request, "partners/programs/list.html", context))


@require_safe
def order_program(request, slug):
    """An order program by its address."""
    return show_program(request, _page(slug))


def show_program(request, page):
    """The page of this program."""
    return kept(render(request, "partners/order_program_page.html", {"page": page, "program": OrderProgram(page)}))


@never_cache
@require_safe
def seats(request, slug):
    """The facts box as it is this second: pages that are kept ask for it after loading."""
    program = OrderProgram(_page(slug))
    if program.card is None:
        raise Http404
    return render(request, "partners/programs/facts_box.html", {"program": program, "card": program.card})


def _page(slug):
    if "\0" in slug:  # PostgreSQL refuses to compare it.
        raise Http404
    return get_object_or_404(public_programs(), slug=slug)
