"""The alliance in the admin: the bureau keeps its members; staff of a member share and ask for their institution."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSet

from institutions.admin import RegisterViewSet
from institutions.models import Institution
from partners.admin.acts import SeriousActView
from partners.alliance import sharing
from partners.alliance.acting import SHARE
from partners.alliance.desk import desks_of, in_admin
from partners.alliance.urls import SCREENS
from partners.models import AllianceMember, Enterprise
from partners.states import EnterpriseState


def desks(request):
    """The institutions for which this person shares; straight to it where there is only one."""
    if not request.user.has_perm(SHARE):
        raise PermissionDenied
    found = list(desks_of(request.user))
    if len(found) == 1:
        return redirect("alliance:home", found[0].pk)
    return render(request, "partners/admin/alliance_desks.html", {"members": found})


class _Item(MenuItem):
    def is_shown(self, request):
        """For those who may share."""
        return request.user.has_perm(SHARE)


class AllianceViewSet(ViewSet):
    """The screens of a member, for staff of its institution."""

    name = "alliance"
    icon = "resubmit"
    menu_label = _("Alliance")

    def get_menu_item(self, order=None):
        """Shown to those who may open it."""
        return _Item(self.menu_label, self.menu_url, name="alliance", icon_name=self.icon, order=order or 400)

    def get_urlpatterns(self):
        """The choice of an institution, and the screens."""
        own = [path(f"<int:member>/{address}", in_admin(view), name=name) for address, view, name in SCREENS]
        return [path("", desks, name="index"), *own]


class MemberForm(forms.ModelForm):
    """Who joins, and since when."""

    class Meta:
        model = AllianceMember
        fields = ["institution", "enterprise", "joined_on"]

    def __init__(self, *args, for_user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["institution"].queryset = Institution.objects.providers()
        self.fields["enterprise"].queryset = Enterprise.objects.filter(state=EnterpriseState.VERIFIED)
        self.fields["enterprise"].help_text = _("Only verified enterprises can join.")

    def clean(self):
        """Nobody joins twice at a time."""
        given = super().clean()
        for name in ("institution", "enterprise"):
            if given.get(name) and AllianceMember.objects.present().filter(**{name: given[name]}).exists():
                self.add_error(name, gettext("It is a member already."))
        return given


class MemberIndexView(generic.IndexView):
    """Members, the present ones first."""

    def get_base_queryset(self):
        """With their names."""
        return AllianceMember.objects.named().order_by("left_on", "joined_on", "pk")

    def get_edit_url(self, instance):
        """To the act that ends it, as long as there is something to end."""
        return reverse("alliance_member:leave", args=[instance.pk]) if instance.left_on is None else None

    def get_delete_url(self, instance):
        """None: whoever was a member keeps its hours."""

    columns = [
        Column("name", label=_("member"), accessor=str),
        Column("district", label=_("county or district")),
        Column("joined_on", label=_("member since")),
        Column("left_on", label=_("left")),
        Column("leave", label=_("Leave the alliance"), accessor=lambda row: _leave(row)),
    ]


class JoinView(generic.CreateView):
    """Take a member in."""

    def get_success_url(self):
        """Back to the list."""
        return reverse("alliance_member:index")

    def get_success_buttons(self):
        """None: there is no page to change it."""
        return []


def _leave(row):
    if row.left_on is not None:
        return ""
    return format_html('<a href="{}">{}</a>', reverse("alliance_member:leave", args=[row.pk]), gettext("Take out"))


class _NoNotes(forms.Form):
    """Nothing is asked."""


class LeaveView(SeriousActView):
    """Take a member out."""

    label = _("Take a member out of the alliance")
    trail = [("alliance_member:index", _("Members of the alliance"))]
    form_class = _NoNotes

    @property
    def row(self):
        """A present member."""
        return get_object_or_404(AllianceMember.objects.present().named(), pk=self.kwargs["pk"])

    def consequences(self):
        """What follows."""
        yield gettext("What it asked for and what it was to lend is cancelled, and the other sides are told.")
        yield gettext("Its hours stay in the tables of their years. It can join again later.")

    def form_valid(self, form):
        """Do it, and back to the list."""
        member = sharing.leave(self.row, by=self.request.user)
        messages.success(self.request, pgettext("alliance", "%(member)s has left.") % {"member": member})
        return redirect("alliance_member:index")

    def get_context_data(self, **kwargs):
        """The way back is the list."""
        return super().get_context_data(**kwargs) | {"back_to_list": reverse("alliance_member:index")}


class AllianceMemberViewSet(RegisterViewSet):
    """Who belongs to the alliance: added and taken out, never changed."""

    model = AllianceMember
    name = "alliance_member"
    icon = "user"
    menu_label = _("Members of the alliance")
    inspect_view_enabled = False
    index_view_class = MemberIndexView
    add_view_class = JoinView
    search_fields = ["institution__name", "enterprise__name"]

    def get_form_class(self, for_update=False):
        """Who, and since when."""
        return MemberForm

    def act_urlpatterns(self):
        """Joining, leaving."""
        view = self.construct_view
        return [
            path("new/", self.add_view, name="add"),
            path("leave/<int:pk>/", view(LeaveView), name="leave"),
        ]
