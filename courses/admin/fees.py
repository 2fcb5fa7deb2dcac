"""The admin's side of fees: refund policies, the queue of proofs to be checked, and the money of one enrollment."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from courses import dues, fees, proofs
from courses.answering.documents import response_of
from courses.models import FeeProof, RefundPolicy
from courses.moves import EnrollmentError
from institutions.admin import GuardedViewSet
from institutions.models import Institution


class RefundPolicyForm(WagtailAdminModelForm):
    """A policy of one of one's own institutions."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["institution"].queryset = Institution.objects.staffed_by(self.for_user)


class RefundPolicyIndexView(generic.IndexView):
    """The list of policies of one's own institutions."""

    def get_base_queryset(self):
        """Start from the guard, not from all rows."""
        return RefundPolicy.objects.staffed_by(self.request.user).select_related("institution")


class RefundPolicyViewSet(GuardedViewSet):
    """Refund policies: each institution its own."""

    model = RefundPolicy
    name = "refund_policy"
    icon = "history"
    menu_label = _("Refund policies")
    menu_order = 225
    add_to_admin_menu = True
    copy_view_enabled = False
    index_view_class = RefundPolicyIndexView
    list_display = ["name", "institution", BooleanColumn("is_default", label=_("default"))]
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("name"), FieldPanel("institution")]),
            FieldPanel("is_default"),
            InlinePanel(
                "steps",
                [
                    FieldRowPanel([FieldPanel("until"), FieldPanel("number", heading=_("how many"))]),
                    FieldRowPanel([FieldPanel("percent"), FieldPanel("by_meetings")]),
                ],
                heading=_("Refund steps"),
                label=_("Refund step"),
                help_text=_(
                    "The first step that still holds counts; after the last nothing comes back. What was paid for "
                    "materials comes back until the class begins. A cancelled class always gives everything back."
                ),
            ),
        ],
        base_form_class=RefundPolicyForm,
    )

    def visible_to(self, account):
        """Those of one's own institutions."""
        return RefundPolicy.objects.staffed_by(account)


class _ProofMixin:
    """For those who may change enrollments."""

    def dispatch(self, request, *args, **kwargs):
        """Papers are never kept by the browser."""
        if not request.user.has_perm("courses.change_enrollment"):
            raise PermissionDenied
        response = super().dispatch(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        return response

    def mine(self):
        """The proofs in one's own institutions."""
        related = "enrollment__learner", "enrollment__intake__program"
        return FeeProof.objects.staffed_by(self.request.user).select_related(*related)


class ProofListView(_ProofMixin, WagtailAdminTemplateMixin, TemplateView):
    """The proofs that wait to be checked, the oldest first."""

    template_name = "courses/admin/proofs.html"
    page_title = _("Proofs to be checked")
    header_icon = "form"

    def get_breadcrumbs_items(self):
        """The list of enrollments, this page."""
        back = {"url": reverse("enrollment:index"), "label": gettext("Enrollments")}
        return [*self.breadcrumbs_items, back, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        """With what each would change."""
        return super().get_context_data(**kwargs, waiting=self.mine().waiting()[:200])


class DecisionForm(forms.Form):
    """Accepted or not, and why not."""

    granted = forms.BooleanField(required=False)
    note = forms.CharField(max_length=200, required=False)


class ProofDecisionView(_ProofMixin, View):
    """Accept a proof or refuse it; a refusal says why."""

    http_method_names = ["post"]

    def post(self, request, pk):
        """Decide, and go back to the enrollment."""
        proof = get_object_or_404(self.mine(), pk=pk)
        form = DecisionForm(request.POST)
        back = redirect("enrollment:inspect", proof.enrollment_id)
        if not form.is_valid() or not (form.cleaned_data["granted"] or form.cleaned_data["note"].strip()):
            messages.error(request, gettext("Say why it is not accepted: the learner reads it."))
            return back
        try:
            proofs.decide(proof.enrollment, by=request.user, **form.cleaned_data)
            messages.success(request, gettext("Decided; the learner is told."))
        except EnrollmentError as refused:
            messages.error(request, " ".join(refused.messages))
        return back


class ProofPaperView(_ProofMixin, View):
    """The uploaded paper, as a download in which nothing runs."""

    http_method_names = ["get"]

    def get(self, request, pk):
        """The paper; 404 where it is shown at the desk."""
        proof = get_object_or_404(self.mine(), pk=pk)
        if not proof.content:
            raise Http404
        proof.kind = proof.content_type
        return response_of(proof)


def money_of(enrollment, account):
    """What the page of an enrollment shows of its money; None for a class that is free."""
    kept = enrollment.terms.get("bill")
    if not kept:
        return None
    return {
        "lines": fees.lines(kept),
        "due": fees.money(enrollment.due),
        "kept": enrollment.kept and fees.money(enrollment.kept),
        "payments": dues.payments_of(enrollment).prefetch_related("refunds", "receipts"),
        "proof": FeeProof.objects.filter(enrollment=enrollment).select_related("decided_by").first(),
        "may_see": account.has_perm("payments.view_payment"),
        "may_take": account.has_perm("payments.take_money"),
    }


PROOF_URLS = [
    path("", ProofListView.as_view(), name="proof_list"),
    path("<int:pk>/", ProofDecisionView.as_view(), name="proof_decision"),
    path("<int:pk>/paper/", ProofPaperView.as_view(), name="proof_paper"),
]
