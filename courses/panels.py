"""Panels of our own in Wagtail's editor."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import Panel


class IntakesPanel(Panel):
    """On a program's page: its intakes with their seats, and the way to a new one."""

    def __init__(self, **kwargs):
        kwargs.setdefault("heading", _("Intakes"))
        kwargs.setdefault("icon", "date")
        super().__init__(**kwargs)

    class BoundPanel(Panel.BoundPanel):
        """The panel for one page."""

        template_name = "courses/admin/intakes_panel.html"

        def is_shown(self):
            """Only for those who may see intakes."""
            return super().is_shown() and self.request.user.has_perm("courses.change_intake")

        def get_context_data(self, parent_context=None):
            """The page's intakes, newest first."""
            context = super().get_context_data(parent_context)
            if self.instance.pk:
                intakes = self.instance.intakes.with_counts().select_related("term").order_by("-starts_at")
                context["intakes"] = intakes[:12]
                context["add_url"] = f"{reverse('intake:add')}?program={self.instance.pk}"
                context["all_url"] = f"{reverse('intake:index')}?program={self.instance.pk}"
            return context
