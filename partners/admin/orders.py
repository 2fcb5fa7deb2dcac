"""Training orders in the admin: the queue, one order with its review, and what staff decide."""

from django.core.exceptions import PermissionDenied
from django.db.models import Case, IntegerField, Value, When
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, ModelChoiceFilter, MultipleChoiceFilter
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic

from accounts.models import District
from institutions.admin import RegisterViewSet
from partners import orders, reviews
from partners.admin.acts import SeriousActView, remarks_in
from partners.admin.matches import MatchView
from partners.answers import Answers, label_of
from partners.models import TrainingOrder
from partners.moves import PartnerError
from partners.states import LIVE, OrderState

_WAITING = [("overdue", _("overdue")), ("mine", _("my unfinished reviews"))]


class OrderFilterSet(WagtailFilterSet):
    """What the list is narrowed by."""

    state = MultipleChoiceFilter(choices=OrderState.choices, label=_("state"))
    waiting = ChoiceFilter(choices=_WAITING, label=_("waiting"), method="narrow_to_waiting")
    district = ModelChoiceFilter(queryset=District.objects.filter(county=None), label=_("county or district"))

    class Meta:
        model = TrainingOrder
        fields = ["state", "waiting", "district"]

    def narrow_to_waiting(self, queryset, name, value):
        """Late answers, or what one has begun."""
        waiting = queryset.filter(state=OrderState.SUBMITTED)
        if value == "mine":
            return waiting.filter(review_draft__reviewer=self.request.user)
        return waiting.filter(review_due_on__lt=timezone.localdate())


class OrderIndexView(generic.IndexView):
    """The queue at the top: one's own unfinished, then the oldest; below it what is decided, the newest first."""

    def get_base_queryset(self):
        """All that were ever submitted."""
        mine = TrainingOrder.objects.reviewed_by(self.request.user)
        return mine.select_related("enterprise", "district", "review_draft__reviewer")

    def order_queryset(self, queryset):
        """As above."""
        mine = When(state=OrderState.SUBMITTED, review_draft__reviewer=self.request.user, then=Value(0))
        waits = When(state=OrderState.SUBMITTED, then=Value(1))
        whose = Case(mine, waits, default=Value(2), output_field=IntegerField())
        return queryset.annotate(whose=whose).order_by("whose", "submitted_at", "pk")

    def get_edit_url(self, instance):
        """To the review."""
        return _review_url(instance)

    def get_add_url(self):
        """None: enterprises write orders."""

    def get_delete_url(self, instance):
        """None: orders are never removed."""

    columns = [
        TitleColumn("title", label=_("training order"), get_url=lambda row: _review_url(row)),
        Column("enterprise", label=_("enterprise")),
        Column("posts", label=_("posts")),
        Column("district", label=_("county or district")),
        Column("get_state_display", label=_("state")),
        Column("submitted_at", label=_("submitted"), accessor=lambda row: _day(row.submitted_at)),
        Column("due", label=_("answer due"), accessor=lambda row: _due(row)),
        Column("reviewer", label=_("reviewer"), accessor=lambda row: _reviewer(row)),
    ]


def _review_url(order):
    return reverse("training_order:inspect", args=[order.pk])


def _day(moment):
    return f"{timezone.localtime(moment):%Y-%m-%d}" if moment else ""


def _due(order):
    if order.state != OrderState.SUBMITTED:
        return ""
    day = f"{order.review_due_on:%Y-%m-%d}"
    return gettext("%(day)s (overdue)") % {"day": day} if order.is_overdue else day


def _reviewer(order):
    draft = getattr(order, "review_draft", None)
    return draft.reviewer if draft else ""


class ReviewView(generic.InspectView):
    """One order: every answer with what it was before and room for a remark, the decision, what happened."""

    template_name = "partners/admin/order.html"
    page_title = _("Training order")
    http_method_names = ["get", "post"]

    def get_edit_url(self):
        """None: staff do not write orders."""

    def get_delete_url(self):
        """None: never removed."""

    def get_fields(self):
        """None of Wagtail's: the template says it better."""
        return []

    @cached_property
    def may_review(self):
        """Whether this person decides, and there is something to decide."""
        return self.user_has_permission("change") and self.object.state == OrderState.SUBMITTED

    def post(self, request, *args, **kwargs):
        """By the button that was pressed; then the next one in the queue."""
        if not self.user_has_permission("change"):
            raise PermissionDenied
        decision = request.POST.get("decision", "")
        try:
            text = self._decide(decision)
        except PartnerError as refused:
            messages.error(request, " ".join(refused.messages))
            return redirect("training_order:inspect", self.object.pk)
        messages.success(request, text)
        if decision == "take_over":
            return redirect("training_order:inspect", self.object.pk)
        following = reviews.next_in_queue(request.user, after=self.object)
        if following is None:
            return redirect("training_order:index")
        return redirect("training_order:inspect", following.pk)

    def _decide(self, decision):
        post, order = self.request.POST, self.object
        note, private_note = (post.get(name, "").strip()[:2000] for name in ("note", "private_note"))
        told = {"by": self.request.user, "note": note, "private_note": private_note}
        number = int(post["submission"]) if post.get("submission", "").isdecimal() else 0
        if decision == "take_over":
            reviews.take_over(order, by=self.request.user)
            return gettext("The review is yours now.")
        if decision == "approve":
            after = reviews.approve(order, submission=number, **told)
            if after.state == OrderState.SUBMITTED:
                return gettext("Approved by you. The order is large: a second person must approve it, too.")
            return gettext("Approved. The enterprise is told.")
        if decision == "changes":
            reviews.request_changes(order, submission=number, remarks=remarks_in(post), **told)
            return gettext("Changes asked for. The enterprise is told.")
        reviews.keep(order, remarks=remarks_in(post), **told)
        return gettext("Saved. It is first in your queue.")

    def get_context_data(self, **kwargs):
        """Everything that a reviewer reads."""
        order = self.object
        last = order.submissions.order_by("-number").select_related("by").first()
        # What was submitted is reviewed, not what is being typed since; a live order shows its changed dates.
        typed = last.typed if not order.is_live else order.typed
        answers = Answers(typed, employees=last.employees)
        draft = getattr(order, "review_draft", None)
        mine = draft if draft and draft.reviewer_id == self.request.user.pk else None
        before = reviews.what_changed(order)
        return super().get_context_data(
            **kwargs,
            sections=[(section, self._rows(rows, before, draft)) for section, rows in answers.rows()],
            answers=answers,
            submission=last,
            changed=[label_of(name) for name in before],
            draft=draft,
            others_draft=draft if draft and not mine else None,
            may_review=self.may_review and (draft is None or mine is not None),
            may_take_over=self.may_review and draft is not None and mine is None,
            may_match=self.user_has_permission("change")
            and order.state in (OrderState.APPROVED, OrderState.MATCHED, OrderState.RECRUITING),
            may_close=self.user_has_permission("change") and order.state in LIVE,
            history=order.history.select_related("by").order_by("-pk"),
        )

    def _rows(self, rows, before, draft):
        remarks = draft.remarks if draft else {}
        return [
            {"name": name, "label": label, "words": words, "before": before.get(name), "remark": remarks.get(name, "")}
            for name, label, words in rows
        ]


class RejectView(SeriousActView):
    """Reject an order for good."""

    label = _("Reject the order")
    trail = [("training_order:index", _("Training orders"))]
    states = (OrderState.SUBMITTED,)

    def consequences(self):
        """What follows."""
        yield gettext("It is final. The enterprise reads the reason, and may submit another order.")
        yield gettext("If something can be mended, ask for changes instead.")

    def act(self, data):
        """Do it, about what was submitted last."""
        last = self.row.submissions.order_by("-number").first()
        reviews.reject(self.row, submission=last.number, by=self.request.user, **data)


class CloseView(SeriousActView):
    """Close a live order for good."""

    label = _("Close the order")
    trail = [("training_order:index", _("Training orders"))]
    states = LIVE

    def consequences(self):
        """What follows."""
        yield gettext("It is final. Nobody can apply any more, and the enterprise reads the reason.")
        yield gettext("Before the training begins, everyone who applied or has a seat is cancelled and told.")

    def act(self, data):
        """Do it."""
        orders.close(self.row, reason=data["note"], by=self.request.user, by_staff=True)


class OrderViewSet(RegisterViewSet):
    """Training orders: reviewed, never written by staff."""

    model = TrainingOrder
    name = "training_order"
    icon = "clipboard-list"
    menu_label = _("Training orders")
    inspect_view_enabled = True
    index_view_class = OrderIndexView
    inspect_view_class = ReviewView
    filterset_class = OrderFilterSet
    search_fields = ["title", "reference", "enterprise__name"]

    def visible_to(self, account):
        """All that were submitted, for those who review."""
        return TrainingOrder.objects.reviewed_by(account)

    def act_urlpatterns(self):
        """The serious acts."""
        view = self.construct_view
        names = {"inspect_url_name": "training_order:inspect", "visible_to": self.visible_to}
        return [
            path("reject/<int:pk>/", view(RejectView, **names), name="reject"),
            path("close/<int:pk>/", view(CloseView, **names), name="close"),
            path("match/<int:pk>/", MatchView.as_view(), name="match"),
        ]
