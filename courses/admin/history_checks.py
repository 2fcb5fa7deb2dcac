"""For auditors: is the history whole? A check by a worker, its progress, and what it found, in words."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.validators import RegexValidator
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import DetailView
from django.views.generic.edit import FormView
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from courses.admin.enrollments import local
from courses.answering import checking
from courses.answering.verifying import words_of
from courses.models import ChainHead, HistoryCheck, Seal
from institutions.admin import RegisterViewSet


class CheckIndexView(generic.IndexView):
    """Who checked when, and what was found."""

    def get_base_queryset(self):
        """The newest first."""
        return HistoryCheck.objects.select_related("by").defer("findings")

    def get_edit_url(self, instance):
        """None: a check stays as it is."""

    def get_delete_url(self, instance):
        """None."""

    @cached_property
    def columns(self):
        """When, who, how much, what."""
        return [
            TitleColumn("begun_at", label=_("when"), accessor=lambda row: local(row.begun_at), get_url=_url_of),
            Column("by", label=_("who")),
            Column("rows", label=_("rows")),
            Column("found", label=_("result"), accessor=_result),
        ]


def _url_of(check):
    return reverse("history_check:inspect", args=[check.pk])


def _result(check):
    if check.finished_at is None:
        return gettext("broken off") if checking.is_left_behind(check) else f"{check.percent} %"
    return gettext("%(n)d findings") % {"n": check.found} if check.found else gettext("all is as it was")


class CheckForm(forms.Form):
    """Only if one kept a seal: it must still be in the chain."""

    head = forms.CharField(
        label=_("a seal that you kept"),
        required=False,
        validators=[RegexValidator(r"^\s*[0-9a-fA-F]{64}\s*$", _("A seal has 64 digits and letters from a to f."))],
        help_text=_("From the public page of any day: is it still in the chain? May stay empty."),
    )


class CheckCreateView(WagtailAdminTemplateMixin, FormView):
    """Begin a check."""

    template_name = "courses/admin/answering/check_new.html"
    page_title = _("Check the history")
    header_icon = "history"
    form_class = CheckForm

    def dispatch(self, request, *args, **kwargs):
        """For auditors."""
        if not request.user.has_perm("courses.add_historycheck"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        """The list, this form."""
        listing = {"url": reverse("history_check:index"), "label": _("Checks of the history")}
        return [*self.breadcrumbs_items, listing, {"url": "", "label": self.page_title}]

    def form_valid(self, form):
        """A worker does it."""
        check = checking.begin(by=self.request.user, head=form.cleaned_data["head"].strip().lower())
        messages.success(self.request, gettext("The check has begun. You may leave this page."))
        return redirect(_url_of(check))

    def get_context_data(self, **kwargs):
        """How long the chain is."""
        return super().get_context_data(
            newest=Seal.objects.defer("marks").order_by("-number").first(),
            published=ChainHead.objects.first(),
            **kwargs,
        )


class CheckInspectView(WagtailAdminTemplateMixin, DetailView):
    """How far it is, and what was found."""

    model = HistoryCheck
    template_name = "courses/admin/answering/check.html"
    page_title = _("Check of the history")
    header_icon = "history"

    def dispatch(self, request, *args, **kwargs):
        """For auditors."""
        if not request.user.has_perm("courses.view_historycheck"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        """The list, this one."""
        listing = {"url": reverse("history_check:index"), "label": _("Checks of the history")}
        return [*self.breadcrumbs_items, listing, {"url": "", "label": str(self.object)}]

    def get_context_data(self, **kwargs):
        """The findings in the reader's language."""
        check = self.object
        return super().get_context_data(
            findings=[words_of(kind, data) for kind, data in check.findings],
            more=check.found - len(check.findings),
            left_behind=checking.is_left_behind(check),
            **kwargs,
        )


class HistoryCheckViewSet(RegisterViewSet):
    """Checks of the history, for those who audit all institutions."""

    model = HistoryCheck
    name = "history_check"
    icon = "history"
    menu_label = _("Checks of the history")
    add_to_admin_menu = False
    inspect_view_enabled = True
    index_view_class = CheckIndexView
    add_view_class = CheckCreateView
    search_fields = ["by__name"]

    def get_urlpatterns(self):
        """The list, a new one, one of them."""
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("new/", self.construct_view(CheckCreateView), name="add"),
            path("<int:pk>/", self.construct_view(CheckInspectView), name="inspect"),
        ]
