"""What this room adds to Wagtail's admin: its menu, and what waits on the home."""

from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.admin.viewsets.model import ModelViewSetGroup

from partners.admin import candidates
from partners.admin.agreement_texts import FlagViewSet, TemplateViewSet
from partners.admin.agreements import AgreementViewSet, to_sign
from partners.admin.alliance import AllianceMemberViewSet, AllianceViewSet
from partners.admin.demand import DemandViewSet
from partners.admin.enterprises import EnterpriseViewSet
from partners.admin.matches import MatchViewSet, OccupationMajorViewSet
from partners.admin.orders import OrderViewSet
from partners.alliance.acting import SHARE
from partners.alliance.desk import desks_of
from partners.alliance.screens import waiting_for
from partners.models import AgreementFlag, Claim, Enterprise, MatchRequest, TrainingOrder
from partners.states import EnterpriseState, MatchState, OrderState


class PartnersGroup(ModelViewSetGroup):
    """One entry of the menu: enterprises and their orders."""

    menu_label = gettext_lazy("Enterprises")
    menu_icon = "group"
    menu_order = 225
    items = (
        OrderViewSet("training_order"),
        MatchViewSet("match_request"),
        candidates.CandidateViewSet("candidate"),
        AgreementViewSet("agreement"),
        FlagViewSet("agreement_flag"),
        TemplateViewSet("agreement_template"),
        EnterpriseViewSet("enterprise"),
        OccupationMajorViewSet("occupation_major"),
        DemandViewSet(),
        AllianceViewSet(),
        AllianceMemberViewSet(),
    )


@hooks.register("register_admin_viewset")
def partners():
    """In the menu."""
    return PartnersGroup()


class WaitingPanel(Component):
    """On the home of the admin: orders to review, enterprises to check."""

    name = "partners"
    template_name = "partners/admin/waiting.html"
    order = 20

    def get_context_data(self, parent_context):
        """Figures, each with the list that it counts."""
        return {"figures": [one for one in figures(parent_context["request"].user) if one[0]]}


def figures(account):
    """What waits for this account: (count, words, address, whether it should be none)."""
    orders, enterprises = reverse("training_order:index"), reverse("enterprise:index")
    if account.has_perm("partners.change_trainingorder"):
        waiting = TrainingOrder.objects.reviewed_by(account).filter(state=OrderState.SUBMITTED)
        late = waiting.filter(review_due_on__lt=timezone.localdate())
        yield late.count(), _("training orders are overdue for an answer"), f"{orders}?waiting=overdue", True
        yield waiting.count(), _("training orders wait for a review"), f"{orders}?state=submitted", False
        yield from _to_match(account, orders)
    if account.has_perm("partners.change_matchrequest"):
        asked = MatchRequest.objects.staffed_by(account).filter(state=MatchState.ASKED)
        address = f"{reverse('match_request:index')}?state=asked"
        yield asked.count(), _("training orders wait for the answer of your school"), address, False
    if account.has_perm("partners.change_agreement"):
        yield to_sign(account).count(), _("agreements wait for your signature"), reverse("agreement:sign"), False
    if account.has_perm("partners.change_agreementflag"):
        flags = AgreementFlag.objects.seen_by(account).waiting()
        address = f"{reverse('agreement_flag:index')}?settled=no"
        yield flags.count(), _("things about agreements to look into"), address, False
    yield from _to_share(account)
    if account.has_perm("partners.change_enterprise"):
        pending = Enterprise.objects.filter(state=EnterpriseState.PENDING)
        yield pending.count(), _("enterprises wait for a check"), f"{enterprises}?state=pending", False
        claims = Claim.objects.filter(state=Claim.State.OPEN, decider=Claim.Decider.STAFF)
        yield claims.count(), _("people ask to act for an enterprise"), enterprises, False
    if account.has_perm("partners.change_candidate"):
        count = candidates.waiting(account).count()
        yield count, _("applications wait to be recommended to an enterprise"), reverse("candidate:waiting"), False


def _to_match(account, orders):
    """What the bureau does next with approved orders: ask a school, make the program of one that has accepted."""
    approved = TrainingOrder.objects.reviewed_by(account).filter(state=OrderState.APPROVED)
    accepted = approved.filter(requests__state=MatchState.ACCEPTED)
    lacking = approved.exclude(requests__state__in=(MatchState.ASKED, MatchState.ACCEPTED))
    address = f"{reverse('match_request:index')}?state=accepted"
    yield accepted.count(), _("orders are accepted by a school: make the program"), address, False
    yield lacking.count(), _("approved orders have no school yet"), f"{orders}?state=approved", False


def _to_share(account):
    """What waits in the alliance, for each institution that one acts for; named where there are several."""
    desks = list(desks_of(account))
    for desk in desks:
        answer, confirm = waiting_for(desk)
        home, whose = reverse("alliance:home", args=[desk.pk]), f" · {desk}" if len(desks) > 1 else ""
        yield answer.count(), _("requests for what your institution shares") + whose, home, False
        yield confirm.count(), _("times of the alliance of which hours are to be confirmed") + whose, home, False


@hooks.register("construct_homepage_panels")
def what_waits(request, panels):
    """For those who check and review, and those who share."""
    rights = ("enterprise", "candidate", "agreementflag", "matchrequest")
    if any(request.user.has_perm(one) for one in (*(f"partners.change_{name}" for name in rights), SHARE)):
        panels.append(WaitingPanel())


@hooks.register("insert_global_admin_css")
def review_css():
    """Our few rules for reviews."""
    return format_html('<link rel="stylesheet" href="{}">', static("partners/admin.css"))
