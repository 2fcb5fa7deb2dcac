"""The way back from a screen of our own in the admin."""

from django.urls import reverse
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin


class Trailed(WagtailAdminTemplateMixin):
    """A screen that shows, in its head, the lists it belongs to and what it is itself.

    Without them Wagtail shows its home alone, as if it were the title. `trail` holds (name of an address, label) pairs.
    """

    trail = ()

    def get_breadcrumbs_items(self):
        """Home, the lists, this screen."""
        back = [{"url": reverse(name), "label": label} for name, label in self.trail]
        here = {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()}
        return [*self.breadcrumbs_items, *back, here]
