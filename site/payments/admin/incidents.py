"""Exceptions: what does not fit and waits for somebody to look at it."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic

from institutions.admin import RegisterViewSet
from payments import incidents, money
from payments.admin.shared import NOTE, local
from payments.amounts import yuan
from payments.errors import MoneyError
from payments.models import Incident, Refund
from payments.states import AttemptState


class IncidentFilterSet(WagtailFilterSet):
    """What the list is narrowed by."""

    kind = ChoiceFilter(choices=Incident.Kind.choices, label=_("kind"))
    # Not a BooleanFilter: what is filtered by would read “True” above the list.
    waiting = ChoiceFilter(choices=[("true", _("not cleared yet"))], method="filter_waiting", label=_("waits for you"))

    class Meta:
        model = Incident
        fields = ["kind", "waiting"]

    def filter_waiting(self, queryset, _name, value):
        """Those that nobody has cleared."""
        return queryset.filter(closed_at=None)


class IncidentIndexView(generic.IndexView):
    """Exceptions of one's own institutions, newest first."""

    def get_base_queryset(self):
        """With what a row shows."""
        return Incident.objects.staffed_by(self.request.user).select_related("payment", "institution")

    def order_queryset(self, queryset):
        """What waits first, the newest on top."""
        return queryset.order_by("closed_at", "-pk") if self.ordering is None else queryset.order_by("-pk")

    def get_edit_url(self, instance):
        """None: it is cleared, not edited."""

    def get_add_url(self):
        """None: they come by themselves."""

    def get_delete_url(self, instance):
        """None: they stay."""

    @cached_property
    def columns(self):
        """What is wrong leads on."""
        return [
            TitleColumn("get_kind_display", label=_("what is wrong"), url_name="incident:inspect"),
            Column("payment", label=_("payment")),
            Column("amount", label=_("amount"), accessor=amount_of),
            Column("opened_at", label=_("since"), accessor=lambda row: local(row.opened_at)),
            Column("closed_at", label=_("cleared"), accessor=lambda row: local(row.closed_at)),
            Column("institution", label=_("institution"), accessor=lambda row: row.institution or ""),
        ]


def amount_of(incident):
    """The amount in words; what is not in yuan says its currency."""
    if incident.amount is None:
        return ""
    if incident.currency in ("", "cny"):
        return yuan(incident.amount)
    return f"{incident.amount / 100:,.2f} {incident.currency.upper()}"


class _ClearForm(forms.Form):
    note = forms.CharField(**NOTE)


class IncidentInspectView(generic.InspectView):
    """One exception: what is known, what can be done, and the word with which it is cleared."""

    template_name = "payments/admin/incident.html"
    page_title = _("Exception")

    def get_object(self, queryset=None):
        """With all that the page shows."""
        related = "payment__institution", "attempt", "institution", "closed_by"
        return get_object_or_404(Incident.objects.select_related(*related), pk=self.pk)

    def get_page_subtitle(self):
        """What is wrong."""
        return self.object.get_kind_display()

    def get_edit_url(self):
        """None: it is cleared, not edited."""

    def get_delete_url(self):
        """None: it stays."""

    def get_fields(self):
        """None of Wagtail's: the template says it better."""
        return []

    @property
    def is_held(self):
        """Whether there is money in our currency that belongs to nobody yet and has not been sent back."""
        attempt = self.object.attempt
        held = attempt and attempt.state == AttemptState.HELD and attempt.currency == self.object.payment.currency
        return bool(held) and not attempt.refunds.exclude(state="failed").exists()

    def post(self, request, *args, **kwargs):
        """Clear it; with `give_back`, send held money back first."""
        if not request.user.has_perm("payments.change_incident"):
            raise PermissionDenied
        form = _ClearForm(request.POST)
        if not form.is_valid():
            messages.error(request, gettext("Say in the note what was done."))
        elif self._give_back(request):
            incidents.clear(self.object, by=request.user, note=form.cleaned_data["note"])
            messages.success(request, gettext("Cleared."))
        return redirect(reverse("incident:inspect", args=[self.object.pk]))

    def _give_back(self, request):
        if "give_back" not in request.POST or not self.is_held:
            return True
        attempt = self.object.attempt
        try:
            reason = Refund.Reason.MISMATCH
            money.refund(attempt.payment, amount=attempt.amount, reason=reason, by=request.user, attempt=attempt)
        except MoneyError as error:
            messages.error(request, error.message)
            return False
        return True

    def get_context_data(self, **kwargs):
        """What is known, and the form."""
        may_clear = self.object.closed_at is None and self.request.user.has_perm("payments.change_incident")
        return super().get_context_data(
            **kwargs, amount=amount_of(self.object), is_held=self.is_held, form=_ClearForm() if may_clear else None
        )


class IncidentViewSet(RegisterViewSet):
    """Exceptions in the admin: read and cleared."""

    model = Incident
    name = "incident"
    icon = "warning"
    menu_label = _("Exceptions")
    menu_hook = "register_money_menu_item"
    menu_order = 30
    inspect_view_enabled = True
    index_view_class = IncidentIndexView
    inspect_view_class = IncidentInspectView
    filterset_class = IncidentFilterSet
    search_fields = None

    def visible_to(self, account):
        """Those of one's own institutions."""
        return Incident.objects.staffed_by(account)
