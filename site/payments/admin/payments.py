"""The list of payments: found, filtered, exported; one payment with all that happened; and what staff do with it."""

from django import forms
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, DateFromToRangeFilter, ModelChoiceFilter, MultipleChoiceFilter
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import Button

from accounts.models import mask_phone
from institutions.admin import RegisterViewSet
from institutions.models import Institution
from payments import describe, desk, purposes
from payments.admin.acts import RefundView, ReverseView, TakeView
from payments.admin.shared import local
from payments.amounts import yuan
from payments.models import Payment, Provider
from payments.states import PaymentState

_TAIL = 4  # digits of a phone number that suffice to search, as staff see them


class PaymentFilterSet(WagtailFilterSet):
    """What the list is narrowed by."""

    state = MultipleChoiceFilter(choices=PaymentState.choices, label=_("state"), widget=forms.CheckboxSelectMultiple)
    provider = ChoiceFilter(choices=Provider.choices, label=_("paid by"))
    method = ChoiceFilter(choices=list(describe.METHOD_LABELS.items()), label=_("method"))
    institution = ModelChoiceFilter(queryset=Institution.objects.none(), label=_("institution"))
    paid_at = DateFromToRangeFilter(label=_("paid on"), widget=DateRangePickerWidget)

    class Meta:
        model = Payment
        fields = ["state", "provider", "method", "institution", "paid_at"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["institution"].queryset = Institution.objects.staffed_by(self.request.user)


class PaymentIndexView(generic.IndexView):
    """Payments to one's own institutions, newest first."""

    list_export = ["reference", "receipt", "purpose", "institution", "amount", "refunded", "state", "method", "paid_at"]
    export_headings = {
        "reference": _("payment reference"),
        "receipt": _("receipt"),
        "purpose": _("for"),
        "institution": _("institution"),
        "amount": _("amount (yuan)"),
        "refunded": _("refunded (yuan)"),
        "state": _("state"),
        "method": _("method"),
        "paid_at": _("paid on"),
    }
    export_filename = "payments"

    def get_base_queryset(self):
        """With what a row shows."""
        mine = Payment.objects.staffed_by(self.request.user)
        return mine.select_related("account", "institution").prefetch_related("refunds", "receipts")

    def order_queryset(self, queryset):
        """By age: the key has an index."""
        return queryset.order_by("pk" if self.ordering == "pk" else "-pk")

    @cached_property
    def is_searchable(self):
        """By our own rules, not by an index."""
        return True

    def search_queryset(self, queryset):
        """By a reference of a payment or refund, or the payer's phone or its last four digits."""
        words = self.search_query.strip().upper()
        if words.isdecimal():
            found = "account__phone__endswith" if len(words) == _TAIL else "account__phone"
            return queryset.filter(**{found: words})
        if words.startswith("R"):
            return queryset.filter(refunds__reference__startswith=words).distinct()
        return queryset.filter(reference__startswith=words) if words else queryset

    def get_edit_url(self, instance):
        """None: a payment changes by acts only."""

    def get_add_url(self):
        """None: the rooms above ask for payments."""

    def get_delete_url(self, instance):
        """None: payments are never removed."""

    @cached_property
    def columns(self):
        """Reference leads on."""
        return [
            TitleColumn("reference", label=_("payment reference"), url_name="payment:inspect", sort_key="pk"),
            Column("title", label=_("for"), accessor=lambda row: purposes.handler(row).title(row)),
            Column("payer", label=_("payer"), accessor=lambda row: mask_phone(row.account.phone or "")),
            Column("amount", label=_("amount"), accessor=lambda row: yuan(row.amount)),
            Column("get_state_display", label=_("state")),
            Column("method", label=_("method"), accessor=lambda row: describe.method(row.method)),
            Column("paid_at", label=_("paid on"), accessor=lambda row: local(row.paid_at)),
            Column("institution", label=_("institution")),
        ]

    def to_row_dict(self, item):
        """One row of the export; amounts as numbers, so that a spreadsheet adds them up."""
        receipt = next((one for one in item.receipts.all() if one.refund_id is None), "")
        back = sum(one.amount for one in item.refunds.all() if one.state == "done" and not one.is_surplus)
        values = [item.reference, str(receipt), getattr(receipt, "title", ""), item.institution.name]
        values += [item.amount / 100, back / 100, item.get_state_display(), str(describe.method(item.method))]
        return dict(zip(self.list_export, [*values, local(item.paid_at)], strict=True))


class PaymentInspectView(generic.InspectView):
    """One payment: where it stands, its ways, refunds, receipts, and its bookings."""

    template_name = "payments/admin/payment.html"
    page_title = _("Payment")

    def get_object(self, queryset=None):
        """With all that the page shows."""
        return get_object_or_404(Payment.objects.select_related("account", "institution"), pk=self.pk)

    def get_page_subtitle(self):
        """What for."""
        return purposes.handler(self.object).title(self.object)

    def get_edit_url(self):
        """None: a payment changes by acts only."""

    def get_delete_url(self):
        """None: payments are never removed."""

    def get_fields(self):
        """None of Wagtail's: the template says it better."""
        return []

    @cached_property
    def header_more_buttons(self):
        """What can be done now, by this person."""
        may, row = self.request.user.has_perm, self.object
        acts = [
            ("take", _("Take the money"), "plus", row.is_open and may("payments.take_money")),
            ("refund", _("Refund"), "rotate", row.is_paid and row.refundable and may("payments.reverse_money")),
            ("reverse", _("Taken by mistake"), "cross", self.is_reversible and may("payments.reverse_money")),
        ]
        return [
            Button(label, url=reverse(f"payment:{name}", args=[row.pk]), icon_name=icon, priority=number)
            for number, (name, label, icon, possible) in enumerate(acts)
            if possible
        ]

    @property
    def is_reversible(self):
        """Whether all of it was taken at the desk, and is here still."""
        return self.object.provider == Provider.DESK and self.object.state == PaymentState.PAID

    def get_context_data(self, **kwargs):
        """Everything, in a fixed number of queries."""
        row = self.object
        return super().get_context_data(
            **kwargs,
            payer=mask_phone(row.account.phone or ""),
            taken_by=desk.taken_by(row),
            method=describe.method(row.method),
            attempts=row.attempts.select_related("by"),
            refunds=row.refunds.select_related("by", "paid_out_by").order_by("pk"),
            receipts=row.receipts.order_by("pk"),
            bookings=row.bookings.prefetch_related("entries").select_related("by"),
            incidents=row.incidents.all() if self.request.user.has_perm("payments.view_incident") else [],
            for_whom=purposes.handler(row).staff_url(row),
        )


class PaymentViewSet(RegisterViewSet):
    """Payments in the admin: read, found and changed by acts, never edited or deleted."""

    model = Payment
    name = "payment"
    icon = "clipboard-list"
    menu_label = _("Payments")
    menu_hook = "register_money_menu_item"
    menu_order = 10
    inspect_view_enabled = True
    index_view_class = PaymentIndexView
    inspect_view_class = PaymentInspectView
    filterset_class = PaymentFilterSet
    search_fields = ["reference"]

    def visible_to(self, account):
        """Those to one's own institutions."""
        return Payment.objects.staffed_by(account)

    def act_urlpatterns(self):
        """The acts."""
        view = self.construct_view
        return [
            path("take/<int:pk>/", view(TakeView), name="take"),
            path("refund/<int:pk>/", view(RefundView), name="refund"),
            path("reverse/<int:pk>/", view(ReverseView), name="reverse"),
        ]
