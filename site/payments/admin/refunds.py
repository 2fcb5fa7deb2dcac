"""The queue of refunds: what is under way, and what staff have to pay out at the desk."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, ModelChoiceFilter, MultipleChoiceFilter
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic

from accounts.models import mask_phone
from institutions.admin import RegisterViewSet
from institutions.models import Institution
from payments import describe, desk
from payments.admin.shared import DESK_METHODS, local
from payments.amounts import yuan
from payments.errors import MoneyError
from payments.models import Provider, Refund
from payments.states import RefundState


class RefundFilterSet(WagtailFilterSet):
    """What the list is narrowed by."""

    state = MultipleChoiceFilter(choices=RefundState.choices, label=_("state"), widget=forms.CheckboxSelectMultiple)
    provider = ChoiceFilter(choices=Provider.choices, label=_("refunded by"))
    reason = ChoiceFilter(choices=Refund.Reason.choices, label=_("reason"))
    institution = ModelChoiceFilter(
        field_name="payment__institution", queryset=Institution.objects.none(), label=_("institution")
    )

    class Meta:
        model = Refund
        fields = ["state", "provider", "reason", "institution"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["institution"].queryset = Institution.objects.staffed_by(self.request.user)


class RefundIndexView(generic.IndexView):
    """Refunds of one's own institutions, newest first."""

    def get_base_queryset(self):
        """With what a row shows."""
        mine = Refund.objects.staffed_by(self.request.user)
        return mine.select_related("payment__account", "payment__institution", "attempt")

    def order_queryset(self, queryset):
        """By age: the key has an index."""
        return queryset.order_by("pk" if self.ordering == "pk" else "-pk")

    @cached_property
    def is_searchable(self):
        """By our own rules, not by an index."""
        return True

    def search_queryset(self, queryset):
        """By the reference of the refund or its payment."""
        words = self.search_query.strip().upper()
        if not words:
            return queryset
        field = "payment__reference" if words.startswith("P") else "reference"
        return queryset.filter(**{f"{field}__startswith": words})

    def get_edit_url(self, instance):
        """None: a refund changes by acts only."""

    def get_add_url(self):
        """None: refunds are decided on a payment."""

    def get_delete_url(self, instance):
        """None: refunds are never removed."""

    @cached_property
    def columns(self):
        """Reference leads on."""
        return [
            TitleColumn("reference", label=_("refund reference"), url_name="refund:inspect", sort_key="pk"),
            Column("amount", label=_("amount"), accessor=lambda row: yuan(row.amount)),
            Column("get_state_display", label=_("state")),
            Column("get_provider_display", label=_("refunded by")),
            Column("get_reason_display", label=_("reason")),
            Column("payer", label=_("payer"), accessor=lambda row: mask_phone(row.payment.account.phone or "")),
            Column("created_at", label=_("asked for"), accessor=lambda row: local(row.created_at)),
            Column("institution", label=_("institution"), accessor=lambda row: row.payment.institution),
        ]


class _PayOutForm(forms.Form):
    method = forms.ChoiceField(label=_("how"), choices=DESK_METHODS, widget=forms.RadioSelect, initial="cash")


class RefundInspectView(generic.InspectView):
    """One refund; when it waits at the desk, the way to pay it out."""

    template_name = "payments/admin/refund.html"
    page_title = _("Refund")

    def get_object(self, queryset=None):
        """With all that the page shows."""
        related = "payment__account", "payment__institution", "attempt", "by", "paid_out_by"
        return get_object_or_404(Refund.objects.select_related(*related), pk=self.pk)

    def get_page_subtitle(self):
        """How much."""
        return yuan(self.object.amount)

    def get_edit_url(self):
        """None: a refund changes by acts only."""

    def get_delete_url(self):
        """None: refunds are never removed."""

    def get_fields(self):
        """None of Wagtail's: the template says it better."""
        return []

    @property
    def may_pay_out(self):
        """Whether it waits here, for this person."""
        waits = self.object.provider == Provider.DESK and self.object.state == RefundState.REQUESTED
        return waits and self.request.user.has_perm("payments.take_money")

    def post(self, request, *args, **kwargs):
        """Pay it out, once."""
        if not self.may_pay_out:
            raise PermissionDenied
        form = _PayOutForm(request.POST)
        if form.is_valid():
            try:
                desk.pay_out(self.object, by=request.user, method=form.cleaned_data["method"])
            except MoneyError as error:
                messages.error(request, error.message)
            else:
                messages.success(request, gettext("Paid out. The receipt is ready to be printed and signed."))
        return redirect(reverse("refund:inspect", args=[self.object.pk]))

    def get_context_data(self, **kwargs):
        """What happened, and the form."""
        row = self.object
        return super().get_context_data(
            **kwargs,
            payer=mask_phone(row.payment.account.phone or ""),
            method=describe.method(row.method or row.attempt.method),
            receipt=getattr(row, "receipt", None),
            form=_PayOutForm() if self.may_pay_out else None,
        )


class RefundViewSet(RegisterViewSet):
    """Refunds in the admin: read, found, paid out, never edited or deleted."""

    model = Refund
    name = "refund"
    icon = "rotate"
    menu_label = _("Refunds")
    menu_hook = "register_money_menu_item"
    menu_order = 20
    inspect_view_enabled = True
    index_view_class = RefundIndexView
    inspect_view_class = RefundInspectView
    filterset_class = RefundFilterSet
    search_fields = ["reference"]

    def visible_to(self, account):
        """Those of one's own institutions."""
        return Refund.objects.staffed_by(account)
