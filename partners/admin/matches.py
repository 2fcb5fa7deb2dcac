"""Matching in the admin: the bureau asks a school about an order; the school's staff answer with a plan or a reason."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic.edit import FormView
from django_filters import MultipleChoiceFilter
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.widgets import AdminDateInput

from institutions.admin import GuardedViewSet, RegisterViewSet
from institutions.models import Institution
from institutions.ownership import is_foreign
from partners import matching, program_making
from partners.admin.trail import Trailed
from partners.answers import Answers
from partners.models import MatchRequest, OccupationMajor, OrderProgramPage, TrainingOrder
from partners.moves import PartnerError
from partners.states import MatchState, OrderState


def own_page_of(order, account):
    """The page of the order's program for those who may open its editor: it is the school's (institutions/guard.py)."""
    page = OrderProgramPage.objects.filter(order=order).first()
    return page if page and not is_foreign(account, [page.pk]) else None


class AskForm(forms.Form):
    """Which school is asked, and a word to it."""

    institution = forms.ModelChoiceField(queryset=Institution.objects.none(), label=_("institution"))
    note = forms.CharField(
        label=_("note to the school"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["institution"].queryset = Institution.objects.providers().exclude(kind=Institution.Kind.BUREAU)


class ReasonForm(forms.Form):
    """Why a school declines, or is no longer asked."""

    reason = forms.CharField(label=_("reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class PlanForm(forms.ModelForm):
    """With which plan a school accepts; filled in from the order as far as that goes."""

    class Meta:
        model = MatchRequest
        fields = ["seats", "first_day", "last_day", "place", "curriculum", "teachers", "contributions"]
        widgets = {"first_day": AdminDateInput, "last_day": AdminDateInput}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        order, answers = self.instance.order, Answers.of(self.instance.order)
        self.initial |= {
            "seats": self.instance.seats or order.posts,
            "first_day": self.instance.first_day or order.starts_on,
            "last_day": self.instance.last_day or order.ends_on,
            "contributions": self.instance.contributions or answers.words("contribution")[:1000],
        }
        for name in ("seats", "first_day", "last_day", "place", "curriculum", "teachers"):
            self.fields[name].required = True

    def clean(self):
        """Seats within the posts; days in their order, after the last day to apply."""
        data, order = super().clean(), self.instance.order
        first, last = data.get("first_day"), data.get("last_day")
        if data.get("seats") and data["seats"] > order.posts:
            text = gettext("The order has %(n)d posts; plan at most as many seats.")
            self.add_error("seats", text % {"n": order.posts})
        if first and first <= order.closes_on:
            text = gettext("Learners apply until %(day)s; the training begins after that.")
            self.add_error("first_day", text % {"day": f"{order.closes_on:%Y-%m-%d}"})
        if first and last and last < first:
            self.add_error("last_day", gettext("The last day is not before the first. Choose a later one."))
        return data


class MatchView(Trailed, FormView):
    """For the bureau: schools proposed for an order with the reasons, asking one, withdrawing, making the program."""

    template_name = "partners/admin/match.html"
    form_class = AskForm
    page_title = _("Find a school")
    trail = [("training_order:index", _("Training orders"))]
    visible_to = None

    def dispatch(self, request, *args, **kwargs):
        """Only for those who review orders."""
        if not request.user.has_perm("partners.change_trainingorder"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def order(self):
        """An order that a school may train for, or already does."""
        states = (OrderState.APPROVED, OrderState.MATCHED, OrderState.RECRUITING)
        orders = TrainingOrder.objects.reviewed_by(self.request.user).filter(state__in=states)
        return get_object_or_404(orders.select_related("enterprise", "occupation", "district"), pk=self.kwargs["pk"])

    def get_page_subtitle(self):
        """Which order."""
        return str(self.order)

    def form_valid(self, form):
        """Ask the school."""
        data = form.cleaned_data
        return self._do(
            lambda: matching.ask(self.order, data["institution"], by=self.request.user, note=data["note"]),
            _("Asked. The school's managers are told."),
        )

    def post(self, request, *args, **kwargs):
        """By the button that was pressed."""
        standing = matching.standing(self.order)
        if "make" in request.POST and standing:
            return self._make(standing)
        if "withdraw" in request.POST and standing:
            reason = request.POST.get("reason", "").replace("\0", "")[:500]
            act = lambda: matching.withdraw(standing, by=request.user, reason=reason)  # noqa: E731
            return self._do(act, _("Withdrawn. The school is told."))
        return super().post(request, *args, **kwargs)

    def _make(self, standing):
        try:
            page = program_making.make_program(standing, by=self.request.user)
        except PartnerError as refused:
            messages.error(self.request, " ".join(refused.messages))
            return redirect("training_order:match", self.order.pk)
        messages.success(self.request, _("The page is there as a draft. The school finishes and publishes it."))
        if own_page_of(self.order, self.request.user):
            return redirect("wagtailadmin_pages:edit", page.pk)
        return redirect("training_order:match", self.order.pk)

    def _do(self, act, done):
        try:
            act()
        except PartnerError as refused:
            messages.error(self.request, " ".join(refused.messages))
        else:
            messages.success(self.request, done)
        return redirect("training_order:match", self.order.pk)

    def get_context_data(self, **kwargs):
        """The order, whoever is asked now, and the proposals."""
        order = self.order
        return super().get_context_data(
            **kwargs,
            order=order,
            standing=matching.standing(order),
            proposals=matching.proposals(order) if order.state == OrderState.APPROVED else [],
            earlier=order.requests.exclude(state__in=(MatchState.ASKED, MatchState.ACCEPTED)).select_related(
                "institution"
            ),
            page=own_page_of(order, self.request.user),
        )


class MatchFilterSet(WagtailFilterSet):
    """By state."""

    state = MultipleChoiceFilter(choices=MatchState.choices, label=_("state"))

    class Meta:
        model = MatchRequest
        fields = ["state"]


class MatchIndexView(generic.IndexView):
    """What schools were asked; what waits for an answer first."""

    def get_base_queryset(self):
        """One's own schools' only; the bureau's all."""
        return MatchRequest.objects.seen_by(self.request.user).select_related(
            "order__enterprise", "institution", "order__district"
        )

    def order_queryset(self, queryset):
        """By state (asked comes first by its name), then the soonest."""
        return queryset.order_by("answered_at", "answer_by", "-pk")

    def get_edit_url(self, instance):
        """To the answer."""
        return reverse("match_request:inspect", args=[instance.pk])

    def get_add_url(self):
        """None: asked from an order."""

    def get_delete_url(self, instance):
        """None: requests stay."""

    columns = [
        TitleColumn(
            "order", label=_("training order"), get_url=lambda row: reverse("match_request:inspect", args=[row.pk])
        ),
        Column("enterprise", label=_("enterprise"), accessor=lambda row: row.order.enterprise),
        Column("institution", label=_("institution")),
        Column("posts", label=_("posts"), accessor=lambda row: row.order.posts),
        Column("get_state_display", label=_("state")),
        Column("answer_by", label=_("answer by"), accessor=lambda row: f"{row.answer_by:%Y-%m-%d}"),
    ]


class AnswerView(generic.InspectView):
    """One request: the order in words, and for the school's staff the plan to accept with, or a reason to decline."""

    template_name = "partners/admin/match_answer.html"
    page_title = _("Request to the school")
    http_method_names = ["get", "post"]

    def get_edit_url(self):
        """None: it is answered here."""

    def get_delete_url(self):
        """None: never removed."""

    def get_fields(self):
        """None of Wagtail's: the template says it better."""
        return []

    @cached_property
    def may_answer(self):
        """Whether this person answers for the school, and an answer is asked for."""
        mine = MatchRequest.objects.staffed_by(self.request.user).filter(pk=self.object.pk, state=MatchState.ASKED)
        return self.request.user.has_perm("partners.change_matchrequest") and mine.exists()

    def post(self, request, *args, **kwargs):
        """Accept or decline; what was typed stays when something is wrong."""
        if not self.may_answer:
            raise PermissionDenied
        declining = "decline" in request.POST
        form = ReasonForm(request.POST) if declining else PlanForm(request.POST, instance=self.object)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(**{"no" if declining else "yes": form}))
        try:
            if declining:
                matching.decline(self.object, by=request.user, reason=form.cleaned_data["reason"])
            else:
                matching.accept(self.object, by=request.user, plan=form.cleaned_data)
        except PartnerError as refused:
            messages.error(request, " ".join(refused.messages))
        else:
            messages.success(request, _("Answered. The bureau is told."))
        return redirect("match_request:inspect", self.object.pk)

    def get_context_data(self, **kwargs):
        """The order's answers, the plan or the forms."""
        order = self.object.order
        forms_there = {}
        if self.may_answer:
            forms_there = {"yes": PlanForm(instance=self.object), "no": ReasonForm()}
        return super().get_context_data(
            **(forms_there | kwargs),
            order=order,
            sections=Answers.of(order).rows(),
            page=own_page_of(order, self.request.user),
        )


class MatchViewSet(RegisterViewSet):
    """Requests to schools."""

    model = MatchRequest
    name = "match_request"
    icon = "link"
    menu_label = _("Requests to schools")
    inspect_view_enabled = True
    index_view_class = MatchIndexView
    inspect_view_class = AnswerView
    filterset_class = MatchFilterSet
    search_fields = ["order__title", "institution__name"]

    def visible_to(self, account):
        """One's own schools'; the bureau's all."""
        return MatchRequest.objects.seen_by(account)


class OccupationMajorViewSet(GuardedViewSet):
    """Which majors lead to which occupations: the bureau's table, used by matching and the demand board."""

    model = OccupationMajor
    name = "occupation_major"
    icon = "link"
    menu_label = _("Majors for occupations")
    list_display = ["occupation", "major"]
    list_per_page = 50
    search_fields = ["occupation__name", "occupation__code", "major__name", "major__code"]
    search_backend_name = None
    form_fields = ["occupation", "major"]
