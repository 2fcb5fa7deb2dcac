"""The classes of orders in the admin: who has a seat and an agreement, begin and end of the training, outcomes."""

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView, View
from wagtail.admin import messages

from courses import tables
from partners import agreements, order_outcomes, training
from partners.admin.trail import Trailed
from partners.models import Agreement, OrderProgramPage, Party
from partners.moves import PartnerError
from partners.states import AgreementState, OrderState

_CLASSES = (OrderState.RECRUITING, OrderState.TRAINING, OrderState.FULFILLED)


def classes(account):
    """Programs of orders that recruit, train or have trained: the bureau's all, a school's own."""
    pages = OrderProgramPage.objects.filter(order__state__in=_CLASSES).select_related("order__enterprise")
    if not account.has_perm("partners.view_agreement"):
        return pages.none()
    if account.has_perm("partners.change_trainingorder"):
        return pages
    return pages.filter(institution__staff__account=account)


class ClassesView(Trailed, TemplateView):
    """The classes of orders: how many have a seat, how many agreements are in force."""

    template_name = "partners/admin/order_classes.html"
    page_title = _("Classes of orders")
    trail = [("agreement:index", _("Agreements"))]

    def dispatch(self, request, *args, **kwargs):
        """For whoever may look at agreements."""
        if not request.user.has_perm("partners.view_agreement"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        """One row for each."""
        in_force = Count("order__agreements", filter=Q(order__agreements__state=AgreementState.IN_FORCE))
        pages = classes(self.request.user).annotate(in_force=in_force).order_by("-pk")
        return super().get_context_data(**kwargs, pages=pages)


class ClassView(Trailed, TemplateView):
    """One class: who has a seat and an agreement; making the missing ones, begin and end of the training."""

    template_name = "partners/admin/order_class.html"
    page_title = _("Class of an order")
    trail = [("agreement:index", _("Agreements")), ("agreement:classes", _("Classes of orders"))]

    @cached_property
    def page(self):
        """The program; 404 where it is not one's own."""
        return get_object_or_404(classes(self.request.user), order=self.kwargs["order_pk"])

    @cached_property
    def may_act(self):
        """Whether one works for this school with the right to make agreements."""
        user = self.request.user
        own = user.is_superuser or self.page.institution.staff.filter(account=user).exists()
        return own and user.has_perm("partners.add_agreement")

    def post(self, request, *args, **kwargs):
        """By the button that was pressed."""
        if not self.may_act:
            raise PermissionDenied
        acts = {"make": self._make, "begin": self._begin, "fulfil": self._fulfil}
        act = acts.get(request.POST.get("act", ""))
        if act is None:
            raise Http404
        try:
            act()
        except PartnerError as refused:
            for one in refused.messages:
                messages.error(request, one)
        return redirect("agreement:class", self.page.order_id)

    def _make(self):
        made, problems = agreements.make_all(self.page.order, by=self.request.user)
        text = ngettext("%(n)d agreement made; all parties are told.", "%(n)d agreements made; all are told.", made)
        messages.success(self.request, text % {"n": made})
        for one in problems:
            messages.warning(self.request, one)

    def _begin(self):
        training.begin_training(self.page.order, by=self.request.user)
        messages.success(self.request, _("The training has begun. The enterprise is told."))

    def _fulfil(self):
        order = training.fulfil(self.page.order, by=self.request.user)
        messages.success(self.request, order.history.last().note)

    def get_context_data(self, **kwargs):
        """The learners, and what is missing."""
        order = self.page.order
        rows = list(agreements.learners_of(order).order_by("learner__name", "pk"))
        standing = {one.enrollment_id: one for one in order_outcomes.rows_of(order)}
        attendance = training.attendance(order)
        found = [(row, standing.get(row.pk), attendance.get(row.pk)) for row in rows]
        return super().get_context_data(
            **kwargs,
            order=order,
            page=self.page,
            rows=found,
            lacking=agreements.lacking(order).count(),
            missing=order_outcomes.learners_to_wait_for(order),
            figures=list(order_outcomes.figures(order)),
            may_act=self.may_act,
            may_sign=self.may_act and self._is_to_sign(),
        )

    def _is_to_sign(self):
        unsigned = Agreement.objects.filter(order=self.page.order).unsigned_by(Party.INSTITUTION)
        return self.request.user.has_perm("partners.change_agreement") and unsigned.exists()


class OutcomesView(View):
    """The outcomes of a class as a table to keep: what the enterprise reported."""

    def get(self, request, order_pk, file_format):
        """Give it out."""
        page = get_object_or_404(classes(request.user), order=order_pk)
        if file_format not in tables.FORMATS:
            raise Http404
        rows = order_outcomes.table(page.order)
        return tables.download(f"outcomes-{page.order.reference}", rows, file_format=file_format)
