"""Candidates in the admin: applications that wait, sharing several in one act, one candidate with its history."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View
from django_filters import ChoiceFilter
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets.button import Button

from accounts.keys import keys_in
from courses.admin.enrollments import local
from courses.models import Enrollment, Intake
from courses.states import State
from institutions.admin import RegisterViewSet
from partners import candidates
from partners.admin.trail import Trailed
from partners.candidate_view import PERSONAL
from partners.models import Candidate
from partners.moves import PartnerError
from partners.views.enterprises import give_out

# What is shared now, or can be again.
_UNSHARED = Q(candidate=None) | Q(candidate__taken_back_at__isnull=False)


def waiting(account):
    """Applications for order programs of one's own institutions that nobody has shared yet."""
    mine = Enrollment.objects.staffed_by(account).filter(intake__program__orderprogrampage__isnull=False)
    return mine.filter(_UNSHARED, state=State.SUBMITTED)


class CandidateFilterSet(WagtailFilterSet):
    """What the list is narrowed by."""

    decision = ChoiceFilter(choices=Candidate.Decision.choices, label=_("decision"), null_label=None)

    class Meta:
        model = Candidate
        fields = ["decision"]


class CandidateIndexView(generic.IndexView):
    """Whom the enterprises see or saw, the newest share first."""

    def get_base_queryset(self):
        """Only those of one's own institutions."""
        mine = Candidate.objects.staffed_by(self.request.user)
        return mine.select_related("enrollment__learner", "enrollment__intake__program", "order__enterprise")

    def order_queryset(self, queryset):
        """By share."""
        return queryset.order_by("-shared_at", "-pk")

    @cached_property
    def header_more_buttons(self):
        """To the applications that wait."""
        url = reverse("candidate:waiting")
        return [Button(_("Applications to recommend"), url=url, icon_name="tick", priority=10)]

    def get_add_url(self):
        """None: candidates come from applications."""

    def get_edit_url(self, instance):
        """To the candidate."""
        return _url(instance)

    def get_delete_url(self, instance):
        """None: history stays."""

    columns = [
        TitleColumn("enrollment.learner.name", label=_("learner"), get_url=lambda row: _url(row)),
        Column("enrollment.reference", label=_("reference")),
        Column("order.name", label=_("training order")),
        Column("order.enterprise", label=_("enterprise")),
        Column("state", label=_("state"), accessor=lambda row: row.enrollment.get_state_display()),
        Column("get_decision_display", label=_("decision of the enterprise")),
        Column("shared_at", label=_("shared"), accessor=lambda row: local(row.shared_at)),
        Column("taken_back_at", label=_("share taken back"), accessor=lambda row: local(row.taken_back_at)),
    ]


def _url(candidate):
    return reverse("candidate:inspect", args=[candidate.pk])


class CandidateInspectView(generic.InspectView):
    """One candidate: what the enterprise sees, interviews, the decision, what happened."""

    template_name = "partners/admin/candidate.html"
    page_title = _("Candidate")

    def get_page_subtitle(self):
        """Who, for what."""
        return f"{self.object.enrollment.learner.name} · {self.object.order.name}"

    def get_edit_url(self):
        """None: it changes by acts only."""

    def get_delete_url(self):
        """None: history stays."""

    def get_fields(self):
        """None of Wagtail's: the template says it better."""
        return []

    def get_context_data(self, **kwargs):
        """All there is; the enterprise's notes are its own."""
        row = self.object
        return super().get_context_data(
            **kwargs,
            interviews=row.interviews.select_related("slot").order_by("slot__starts_at"),
            papers=row.enrollment.candidate_papers.all(),
            profile=getattr(row.enrollment, "candidate_profile", None),
            review=getattr(row.enrollment, "review", None),
            history=row.history.select_related("by").order_by("-pk"),
            agreed=candidates.has_agreed(row.enrollment),
            personal=PERSONAL.values(),
            may_take_back=row.is_open and self.user_has_permission("change"),
        )


class _Acting(PermissionCheckedMixin):
    """For those who may share."""

    permission_required = "change"
    permission_policy = None


class WaitingView(_Acting, Trailed, TemplateView):
    """The classes of order programs in which applications wait to be recommended."""

    template_name = "partners/admin/candidates_waiting.html"
    page_title = _("Applications to recommend")
    trail = [("candidate:index", _("Candidates"))]
    header_icon = "tick"

    def get_context_data(self, **kwargs):
        """Each with how many."""
        found = Intake.objects.filter(pk__in=waiting(self.request.user).values("intake"))
        found = found.select_related("program__orderprogrampage__order__enterprise")
        counts = dict(waiting(self.request.user).values_list("intake").annotate(Count("pk")).order_by())
        return super().get_context_data(rows=[(intake, counts[intake.pk]) for intake in found], **kwargs)


class ShareForm(forms.Form):
    """Whether consents lie at the school."""

    on_paper = forms.BooleanField(
        label=_("Of those who did not agree on the website, a signed consent lies at the school"), required=False
    )


class ShareView(_Acting, Trailed, TemplateView):
    """The applications for one class: looked at, ticked, shared with the enterprise in one act."""

    template_name = "partners/admin/candidates_share.html"
    page_title = _("Recommend to the enterprise")
    trail = [("candidate:index", _("Candidates")), ("candidate:waiting", _("Applications to recommend"))]
    header_icon = "tick"

    @cached_property
    def intake(self):
        """The class, of one's own institution and of an order program; else 404."""
        mine = Intake.objects.staffed_by(self.request.user).filter(program__orderprogrampage__isnull=False)
        related = "program__orderprogrampage__order__enterprise"
        found = mine.select_related(related).filter(pk=self.kwargs["intake_pk"]).first()
        if found is None:
            raise Http404
        return found

    def get_page_subtitle(self):
        """Of which class."""
        return str(self.intake.title)

    def rows(self):
        """The applications, the oldest first: the enrollment, whether it can be shared without paper."""
        found = waiting(self.request.user).filter(intake=self.intake).order_by("pk")
        related = "learner", "review", "candidate_profile"
        found = found.select_related(*related).prefetch_related("candidate_papers")
        return [(row, candidates.has_agreed(row)) for row in found]

    def post(self, request, *args, **kwargs):
        """Share those that are ticked, or say why not."""
        keys = keys_in(request.POST.getlist("id"))
        chosen = [row for row, _agreed in self.rows() if row.pk in keys]
        on_paper = request.POST.get("on_paper") == "on"
        try:
            made = candidates.share(self.intake, enrollments=chosen, by=request.user, on_paper=on_paper)
        except PartnerError as refused:
            messages.error(request, " ".join(refused.messages))
            return redirect("candidate:share", self.intake.pk)
        text = ngettext("%(n)d application is shared.", "%(n)d applications are shared.", len(made))
        messages.success(request, text % {"n": len(made)})
        return redirect("candidate:index")

    def get_context_data(self, **kwargs):
        """Whom it is about, and what the enterprise will see."""
        order = self.intake.program.orderprogrampage.order
        return super().get_context_data(
            intake=self.intake,
            order=order,
            rows=self.rows(),
            form=ShareForm(),
            personal=PERSONAL.values(),
            **kwargs,
        )


class TakeBackView(_Acting, View):
    """Close a candidate to the enterprise again."""

    http_method_names = ["post"]

    def post(self, request, pk):
        """Do it, or say why not."""
        if not request.user.has_perm("partners.change_candidate"):
            raise PermissionDenied
        row = get_object_or_404(Candidate.objects.staffed_by(request.user).select_related("enrollment"), pk=pk)
        note = request.POST.get("note", "").replace("\0", "").strip()[:500]
        try:
            candidates.take_back(row, by=request.user, note=note)
        except PartnerError as refused:
            messages.error(request, " ".join(refused.messages))
        else:
            messages.success(request, gettext("The enterprise no longer sees it. The learner is told."))
        return redirect("candidate:inspect", pk)


class CandidatePaperView(PermissionCheckedMixin, View):
    """A paper of an application, for the school's staff."""

    any_permission_required = ["view", "change"]
    permission_policy = None

    def get(self, request, enrollment_id, paper):
        """The file."""
        row = get_object_or_404(Enrollment.objects.staffed_by(request.user), pk=enrollment_id)
        return give_out(get_object_or_404(row.candidate_papers, pk=paper))


class CandidateViewSet(RegisterViewSet):
    """Candidates: shared and taken back by acts, never written or deleted."""

    model = Candidate
    name = "candidate"
    icon = "user"
    menu_label = _("Candidates")
    inspect_view_enabled = True
    index_view_class = CandidateIndexView
    inspect_view_class = CandidateInspectView
    filterset_class = CandidateFilterSet
    search_fields = ["enrollment__reference", "enrollment__learner__name", "order__title", "order__enterprise__name"]

    def visible_to(self, account):
        """Those of one's own institutions."""
        return Candidate.objects.staffed_by(account)

    def act_urlpatterns(self):
        """What waits, the acts, the papers."""
        view = self.construct_view
        return [
            path("waiting/", view(WaitingView), name="waiting"),
            path("share/<int:intake_pk>/", view(ShareView), name="share"),
            path("take-back/<int:pk>/", view(TakeBackView), name="take_back"),
            path("paper/<int:enrollment_id>/<int:paper>/", view(CandidatePaperView), name="paper"),
        ]
