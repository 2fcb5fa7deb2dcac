"""Enterprises in the admin: who waits for a check, one enterprise with its papers, and what staff decide."""

from django.core.exceptions import PermissionDenied
from django.db.models import Case, IntegerField, Q, Value, When
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from django_filters import ModelChoiceFilter, MultipleChoiceFilter
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from accounts.models import District
from institutions.admin import RegisterViewSet
from partners import board, enterprises, members
from partners.admin.acts import SeriousActView, remarks_in
from partners.models import Claim, Enterprise, Role
from partners.moves import PartnerError
from partners.states import EnterpriseState
from partners.views.enterprises import give_out


class EnterpriseFilterSet(WagtailFilterSet):
    """What the list is narrowed by."""

    state = MultipleChoiceFilter(choices=EnterpriseState.choices, label=_("state"))
    industry = MultipleChoiceFilter(choices=Enterprise.Industry.choices, label=_("industry"))
    district = ModelChoiceFilter(queryset=District.objects.filter(county=None), label=_("county or district"))

    class Meta:
        model = Enterprise
        fields = ["state", "industry", "district"]


class EnterpriseIndexView(generic.IndexView):
    """Those that wait first, the longest waiting at the top; then all by name."""

    def get_base_queryset(self):
        """Only for those who may see them."""
        return Enterprise.objects.checked_by(self.request.user).select_related("district")

    def order_queryset(self, queryset):
        """What waits comes first: a check, or a claim that asks the bureau."""
        pending = Q(state=EnterpriseState.PENDING)
        claimed = Q(pk__in=Claim.objects.filter(state="open", decider="staff").values("enterprise"))
        first = Case(When(pending | claimed, then=Value(0)), default=Value(1), output_field=IntegerField())
        return queryset.annotate(first=first).order_by("first", "waits_since", "pk")

    def get_edit_url(self, instance):
        """To the page on which it is decided."""
        return reverse("enterprise:inspect", args=[instance.pk])

    def get_add_url(self):
        """None: enterprises register themselves."""

    def get_delete_url(self, instance):
        """None: enterprises are suspended, never removed."""

    columns = [
        TitleColumn("name", label=_("enterprise"), get_url=lambda row: reverse("enterprise:inspect", args=[row.pk])),
        Column("get_state_display", label=_("state")),
        Column("uscc", label=_("Unified Social Credit Code")),
        Column("get_industry_display", label=_("industry")),
        Column("district", label=_("county or district")),
        Column("waits", label=_("waits since"), accessor=lambda row: _waits_since(row)),
    ]


def _waits_since(row):
    return f"{timezone.localtime(row.waits_since):%Y-%m-%d}" if row.state == EnterpriseState.PENDING else ""


class EnterpriseInspectView(generic.InspectView):
    """One enterprise: what it says, its papers, who acts for it, what happened; and the decision."""

    template_name = "partners/admin/enterprise.html"
    page_title = _("Enterprise")

    def get_edit_url(self):
        """None: staff do not write for enterprises."""

    def get_delete_url(self):
        """None: never removed."""

    def get_fields(self):
        """None of Wagtail's: the template says it better."""
        return []

    def get_context_data(self, **kwargs):
        """All that is needed to decide."""
        row, state = self.object, self.object.state
        page = getattr(row, "page", None)
        may_change = self.user_has_permission("change")
        return super().get_context_data(
            **kwargs,
            rows=board.details(row),
            papers=row.papers.all(),
            members=row.members.select_related("account"),
            claims=row.claims.filter(state=Claim.State.OPEN).select_related("account"),
            history=row.history.select_related("by", "whom").order_by("-pk"),
            orders=row.orders.exclude(submitted_at=None),
            public_page=page,
            may_decide=may_change and state == EnterpriseState.PENDING,
            may_suspend=may_change and state != EnterpriseState.SUSPENDED,
            may_reinstate=may_change and state == EnterpriseState.SUSPENDED,
            may_change=may_change,
        )


class _PostView(PermissionCheckedMixin, View):
    """A form of the enterprise's page; it ends there again, with what was done or why not."""

    permission_required = "change"
    permission_policy = None
    http_method_names = ["post"]

    def post(self, request, pk, **kwargs):
        """Do it."""
        row = get_object_or_404(Enterprise.objects.checked_by(request.user), pk=pk)
        if not request.user.has_perm("partners.change_enterprise"):
            raise PermissionDenied
        try:
            text = self.act(row, **kwargs)
        except PartnerError as refused:
            messages.error(request, " ".join(refused.messages))
        else:
            messages.success(request, text)
        return redirect("enterprise:inspect", pk)


class DecideView(_PostView):
    """Verify, or send back with remarks."""

    def act(self, row):
        """By the button that was pressed."""
        post, by = self.request.POST, self.request.user
        told = {
            "note": post.get("note", "").strip()[:2000],
            "private_note": post.get("private_note", "").strip()[:2000],
        }
        if post.get("decision") == "verify":
            if not all(post.get(name) for name in ("register", "licence", "person")):
                raise PartnerError(gettext("Tick all three checks first."))
            enterprises.verify(row, by=by, **told)
            return gettext("Verified. The enterprise is told.")
        if post.get("decision") == "reinstate":
            enterprises.reinstate(row, by=by, **told)
            return gettext("The suspension is lifted. The enterprise is told.")
        enterprises.send_back(row, by=by, remarks=remarks_in(post), **told)
        return gettext("Sent back. The enterprise is told what to mend.")


class ClaimView(_PostView):
    """Answer somebody who says that they act for the enterprise; whom staff accept becomes an owner."""

    def act(self, row, claim):
        """Accept or refuse."""
        asked = get_object_or_404(row.claims, pk=claim)
        accept, note = self.request.POST.get("answer") == "accept", self.request.POST.get("note", "").strip()[:500]
        members.decide(asked, accept=accept, by=self.request.user, role=Role.OWNER, note=note)
        return gettext("Answered; they are told.")


class PageView(_PostView):
    """Make the public page as a draft."""

    def act(self, row):
        """With the enterprise's own words."""
        enterprises.draft_page(row, by=self.request.user)
        return gettext("The page is there as a draft. Read it, finish it, publish it.")


class PaperView(PermissionCheckedMixin, View):
    """A paper, for those who check it."""

    any_permission_required = ["view", "change"]
    permission_policy = None

    def get(self, request, pk, paper):
        """The file."""
        row = Enterprise.objects.checked_by(request.user).filter(pk=pk).first()
        if row is None:
            raise Http404
        return give_out(get_object_or_404(row.papers, pk=paper))


class SuspendView(SeriousActView):
    """Stop an enterprise."""

    label = _("Suspend the enterprise")
    trail = [("enterprise:index", _("Enterprises"))]
    states = (EnterpriseState.PENDING, EnterpriseState.VERIFIED, EnterpriseState.RETURNED)

    def consequences(self):
        """What follows."""
        yield gettext("It can submit nothing any more; its members read the reason at once.")
        yield gettext("Its members see and decide on no candidates; nothing is signed and no training begins with it.")
        yield gettext("Its public page is taken down, and its order programs are not shown meanwhile.")
        yield gettext("Orders and applications that stand are not touched: close the orders one by one.")

    def act(self, data):
        """Do it."""
        enterprises.suspend(self.row, by=self.request.user, **data)


class EnterpriseViewSet(RegisterViewSet):
    """Enterprises: found, looked at and decided on, never written by staff."""

    model = Enterprise
    name = "enterprise"
    icon = "group"
    menu_label = _("Enterprises")
    inspect_view_enabled = True
    index_view_class = EnterpriseIndexView
    inspect_view_class = EnterpriseInspectView
    filterset_class = EnterpriseFilterSet
    search_fields = ["name", "uscc"]

    def visible_to(self, account):
        """All for those who check enterprises, none for others."""
        return Enterprise.objects.checked_by(account)

    def act_urlpatterns(self):
        """The decisions, the papers, the claims."""
        view = self.construct_view
        names = {"inspect_url_name": "enterprise:inspect", "visible_to": self.visible_to}
        return [
            path("decide/<int:pk>/", view(DecideView), name="decide"),
            path("suspend/<int:pk>/", view(SuspendView, **names), name="suspend"),
            path("page/<int:pk>/", view(PageView), name="page"),
            path("paper/<int:pk>/<int:paper>/", view(PaperView), name="paper"),
            path("claim/<int:pk>/<int:claim>/", view(ClaimView), name="claim"),
        ]
