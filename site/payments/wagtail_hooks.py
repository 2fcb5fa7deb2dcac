"""What money adds to Wagtail's admin: one menu with payments, refunds, exceptions, closings and reports."""

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from payments.admin.closings import ClosingViewSet
from payments.admin.incidents import IncidentViewSet
from payments.admin.payments import PaymentViewSet
from payments.admin.receipts import ReceiptPrintView
from payments.admin.refunds import RefundViewSet
from payments.admin.reports import ExportView, ReportView

money_menu = Menu(register_hook_name="register_money_menu_item")


@hooks.register("register_admin_viewset")
def viewsets():
    """The lists."""
    return [
        PaymentViewSet("payment"),
        RefundViewSet("refund"),
        IncidentViewSet("incident"),
        ClosingViewSet("closing"),
    ]


@hooks.register("register_admin_urls")
def urls():
    """Reports, and receipts to print."""
    return [
        path("money/", ReportView.as_view(), name="money_report"),
        path("money/export/", ExportView.as_view(), name="money_export"),
        path("money/receipt/<int:pk>/", ReceiptPrintView.as_view(), name="receipt_print"),
    ]


@hooks.register("register_admin_menu_item")
def money_menu_item():
    """One entry for all that is about money."""
    return SubmenuMenuItem(_("Money"), money_menu, icon_name="clipboard-list", name="money", order=217)


class ReportMenuItem(MenuItem):
    """Reports, for those who may see them."""

    def is_shown(self, request):
        """By permission."""
        return request.user.has_perm("payments.report_money")


@hooks.register("register_money_menu_item")
def report_menu_item():
    """After the lists."""
    return ReportMenuItem(_("Reports of money"), reverse("money_report"), icon_name="table", order=50, name="money")
