"""Work in the background, in the admin: how far it is, stop it, go on; and one's own on the home of the admin."""

from datetime import timedelta

from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import DetailView
from wagtail.admin import messages
from wagtail.admin.ui.components import Component
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from courses import background
from courses.models import BulkWork, CourseImport

State = BulkWork.State
_SHOWN_AFTER = timedelta(days=1)


def begun_by(account):
    """What this account began in the background: all for who may see everything."""
    return BulkWork.objects.all() if account.is_superuser else BulkWork.objects.filter(by=account)


class WorkView(WagtailAdminTemplateMixin, DetailView):
    """How far it is, and for whom it was refused. For who began it."""

    template_name = "courses/admin/work.html"
    page_title = _("Work in the background")
    header_icon = "time"

    def get_object(self, queryset=None):
        """One's own; others' does not exist."""
        return get_object_or_404(begun_by(self.request.user), pk=self.kwargs["pk"])

    def get_page_subtitle(self):
        """What is done."""
        return self.object.title

    def get_breadcrumbs_items(self):
        """This page."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.object.title}]

    def post(self, request, *args, **kwargs):
        """Stop, or go on."""
        work = self.get_object()
        if "stop" in request.POST and background.stop(work):
            messages.success(request, gettext("Stopped. What is done stays; the others are not touched."))
        elif "go_on" in request.POST and background.go_on(work):
            messages.success(request, gettext("It goes on with those that are left."))
        return redirect(request.path)


def unfinished(account):
    """(title, state, percent, address) of what this account has in the background, or had within the day."""
    recent = ~Q(state=State.DONE) | Q(finished_at__gt=timezone.now() - _SHOWN_AFTER)
    works = BulkWork.objects.filter(recent, by=account).order_by("-pk")[:5]
    imports = CourseImport.objects.filter(recent, by=account).exclude(state=State.COLUMNS).light().order_by("-pk")[:5]
    found = [(work, reverse("bulk_work", args=[work.pk])) for work in works]
    found += [(work, reverse("course_import:inspect", args=[work.pk])) for work in imports]
    return sorted(found, key=lambda pair: pair[0].created_at, reverse=True)


class WorkPanel(Component):
    """Below Today on the home of the admin, when there is any."""

    name = "background_work"
    template_name = "courses/admin/work_panel.html"
    order = 11

    def get_context_data(self, parent_context):
        """One's own."""
        return {"works": unfinished(parent_context["request"].user)}
