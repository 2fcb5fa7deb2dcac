"""What pathways lead to, as far as this room knows: order programs that ask for one of their majors."""

from django.urls import reverse
from django.utils.translation import gettext as _

from courses.pathways.leads import Lead, register
from partners.models import OrderProgramPage


@register
def order_programs_for(majors):
    """The public order programs whose orders name one of these majors: {major key: [Lead, ...]}."""
    pages = OrderProgramPage.objects.shown().filter(order__majors__in=majors)
    rows = pages.order_by("title").values_list("order__majors", "title", "slug", "order__enterprise__name")
    found = {}
    for major, title, slug, enterprise in rows:
        if major in majors:
            note = _("trained for %(enterprise)s") % {"enterprise": enterprise}
            found.setdefault(major, []).append(Lead(title, reverse("order_program", args=[slug]), note))
    return found
