"""The daily closing: what a cashier's till should hold, what was counted, and the list of closings."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic.edit import FormView
from django_filters import DateFromToRangeFilter, ModelChoiceFilter
from wagtail.admin import messages
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button

from institutions.admin import RegisterViewSet
from institutions.models import Institution
from payments import describe, desk
from payments.admin.shared import NOTE, YuanField, local
from payments.amounts import yuan
from payments.errors import MoneyError
from payments.models import Closing


class ClosingFilterSet(WagtailFilterSet):
    """What the list is narrowed by."""

    institution = ModelChoiceFilter(
        field_name="till__institution", queryset=Institution.objects.none(), label=_("institution")
    )
    at = DateFromToRangeFilter(label=_("when"), widget=DateRangePickerWidget)

    class Meta:
        model = Closing
        fields = ["institution", "at"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["institution"].queryset = Institution.objects.staffed_by(self.request.user)


class ClosingIndexView(generic.IndexView):
    """Closings of one's own institutions, newest first, and the way to close one's own till."""

    def get_base_queryset(self):
        """With what a row shows."""
        return Closing.objects.staffed_by(self.request.user).select_related("till__cashier", "till__institution")

    def order_queryset(self, queryset):
        """By age: the key has an index."""
        return queryset.order_by("-pk")

    @cached_property
    def header_more_buttons(self):
        """Close one's own till, at each institution that one works for."""
        if not self.request.user.has_perm("payments.take_money"):
            return []
        mine = Institution.objects.filter(staff__account=self.request.user).order_by("name")
        return [
            Button(
                gettext("Close my till: %(school)s") % {"school": school},
                url=reverse("closing:close", args=[school.pk]),
                icon_name="lock",
                priority=number,
            )
            for number, school in enumerate(mine)
        ]

    def get_edit_url(self, instance):
        """None: a closing stays."""

    def get_add_url(self):
        """None: one closes one's own till."""

    def get_delete_url(self, instance):
        """None: a closing stays."""

    def get_inspect_url(self, instance):
        """None: the row says all."""

    @cached_property
    def columns(self):
        """Expected and counted beside each other."""
        amounts = [
            Column(method, label=describe.method(method), accessor=lambda row, method=method: _pair(row, method))
            for method in desk.METHODS
        ]
        return [
            Column("at", label=_("when"), accessor=lambda row: local(row.at)),
            Column("cashier", label=_("cashier"), accessor=lambda row: row.till.cashier),
            Column("institution", label=_("institution"), accessor=lambda row: row.till.institution),
            *amounts,
            Column("difference", label=_("difference"), accessor=lambda row: yuan(row.difference)),
            Column("note", label=_("note")),
        ]


def _pair(closing, method):
    """Counted, and what was expected when that differs."""
    counted, due = getattr(closing, f"{method}_counted"), getattr(closing, f"{method}_expected")
    return yuan(counted) if counted == due else f"{yuan(counted)} / {yuan(due)}"


class _CloseForm(forms.Form):
    note = forms.CharField(required=False, **NOTE)

    def __init__(self, *args, due, **kwargs):
        super().__init__(*args, **kwargs)
        for method in desk.METHODS:
            self.fields[method] = YuanField(
                label=_("%(method)s: counted (yuan)") % {"method": describe.method(method)},
                help_text=_("Expected: %(amount)s") % {"amount": yuan(due[method])},
                below_zero=True,
            )
        self.order_fields([*desk.METHODS, "note"])


class CloseView(WagtailAdminTemplateMixin, FormView):
    """Close one's own till at one institution."""

    template_name = "payments/admin/act.html"
    form_class = _CloseForm
    page_title = _("Close the till")
    header_icon = "lock"

    def dispatch(self, request, *args, **kwargs):
        """For cashiers, at institutions that they work for."""
        if not request.user.has_perm("payments.take_money"):
            raise PermissionDenied
        mine = Institution.objects.staffed_by(request.user)
        self.till = desk.till_of(request.user, get_object_or_404(mine, pk=kwargs["institution_id"]))
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self):
        """Whose, and where."""
        return str(self.till)

    def get_breadcrumbs_items(self):
        """List, this one."""
        back = {"url": reverse("closing:index"), "label": _("Daily closings")}
        return [*self.breadcrumbs_items, back, {"url": "", "label": self.page_title}]

    def get_form_kwargs(self):
        """With what is expected."""
        return super().get_form_kwargs() | {"due": desk.expected(self.till)}

    def form_valid(self, form):
        """Close it, or ask for the note."""
        counted = {method: form.cleaned_data[method] for method in desk.METHODS}
        try:
            desk.close(self.till, counted=counted, note=form.cleaned_data["note"])
        except MoneyError as error:
            form.add_error("note", error.message)
            return self.form_invalid(form)
        messages.success(self.request, gettext("Closed. The next day begins at zero."))
        return redirect("closing:index")

    def get_context_data(self, **kwargs):
        """What closing means."""
        said = [
            gettext("Count cash, card slips and transfers since your last closing. Money paid out counts as minus."),
            gettext("The money is handed over with this; a difference is booked and needs a word."),
        ]
        return super().get_context_data(
            consequences=said, button=gettext("Close the till"), back=reverse("closing:index"), **kwargs
        )


class ClosingViewSet(RegisterViewSet):
    """Daily closings in the admin."""

    model = Closing
    name = "closing"
    icon = "lock"
    menu_label = _("Daily closings")
    menu_hook = "register_money_menu_item"
    menu_order = 40
    index_view_class = ClosingIndexView
    filterset_class = ClosingFilterSet
    search_fields = None

    def visible_to(self, account):
        """Those of one's own institutions."""
        return Closing.objects.staffed_by(account)

    def act_urlpatterns(self):
        """Closing one's own till."""
        return [path("close/<int:institution_id>/", CloseView.as_view(), name="close")]
