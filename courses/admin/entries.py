"""The entries of a round in the admin: who listed what, and each change."""

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from courses.models import AdmissionRound, Enrollment, Entry, Intake
from courses.states import State

_A_PAGE = 50


class _OfRound(PermissionCheckedMixin, WagtailAdminTemplateMixin):
    """About one round of one's own institutions, for those who may see entries."""

    permission_policy = None
    permission_required = "view"
    header_icon = "list-ul"

    def user_has_permission(self, permission):
        """The permission is about entries, not about rounds."""
        return self.request.user.has_perm("courses.view_entry")

    @cached_property
    def round(self):
        """The round, or 404."""
        return get_object_or_404(AdmissionRound.objects.staffed_by(self.request.user), pk=self.kwargs["pk"])

    def get_breadcrumbs_items(self):
        """Rounds, this one, its entries."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("admission_round:index"), "label": gettext("Admission rounds")},
            {"url": reverse("admission_round:inspect", args=[self.round.pk]), "label": self.round.name},
            {"url": reverse("admission_round:entries", args=[self.round.pk]), "label": gettext("Entries")},
        ]


class EntriesView(_OfRound, TemplateView):
    """The entries in the order of arrival, which counts for nothing; found by reference or name."""

    page_title = _("Entries")
    template_name = "courses/admin/entries.html"

    def get_context_data(self, **kwargs):
        """One page of them with their choices."""
        query = self.request.GET.get("q", "").strip()
        entries = Entry.objects.filter(round=self.round).select_related("learner")
        if query.upper().startswith("E-"):
            entries = entries.filter(reference__startswith=query.upper())
        elif query:
            entries = entries.filter(learner__name__contains=query)
        choices = Enrollment.objects.exclude(state=State.WITHDRAWN, pool=None).select_related("intake__program")
        entries = entries.prefetch_related(Prefetch("enrollments", choices.order_by("choice"), to_attr="listed"))
        page = WagtailPaginator(entries.order_by("pk"), _A_PAGE).get_page(self.request.GET.get("p"))
        return super().get_context_data(**kwargs, round=self.round, page_obj=page, query=query)


class EntryView(_OfRound, TemplateView):
    """One entry: who, the choices, the marks, and every change."""

    template_name = "courses/admin/entry.html"

    @cached_property
    def entry(self):
        """The entry, or 404."""
        entries = Entry.objects.filter(round=self.round).select_related("learner", "account")
        return get_object_or_404(entries, reference=self.kwargs["reference"])

    def get_page_title(self):
        """Its reference."""
        return self.entry.reference

    def get_breadcrumbs_items(self):
        """And this one."""
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.entry.reference}]

    def get_context_data(self, **kwargs):
        """With the titles of the classes that its changes name."""
        changes = list(self.entry.changes.select_related("by"))
        keys = {key for change in changes for key in change.choices}
        titles = {one.pk: one.title for one in Intake.objects.filter(pk__in=keys).select_related("program")}
        return super().get_context_data(
            **kwargs,
            round=self.round,
            entry=self.entry,
            rows=self.entry.enrollments.select_related("intake__program").order_by("choice", "pk"),
            changes=[(change, [titles[key] for key in change.choices if key in titles]) for change in changes],
        )
