"""Colleagues in the admin: the list with what each role may do, inviting, changing a role, leaving."""

from django import forms
from django.contrib.auth.models import Group
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic.edit import FormView
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import BaseObjectMixin, WagtailAdminTemplateMixin

from accounts.fields import PhoneField
from accounts.phones import show_phone
from institutions import colleagues
from institutions.admin import GuardedViewSet
from institutions.models import Institution, Invitation, Staff
from institutions.role_table import role_table
from institutions.roles import ROLES


class InviteForm(forms.Form):
    """Whom, how reached, for which institution, as what."""

    name = forms.CharField(label=_("Name"), max_length=60)
    email = forms.EmailField(label=_("e-mail"), required=False, help_text=_("The invitation goes here."))
    phone = PhoneField(label=_("phone"), required=False, help_text=_("Without an e-mail, it goes by SMS."))
    institution = forms.ModelChoiceField(Institution.objects.none(), label=_("institution"), empty_label=None)
    role = forms.ChoiceField(label=_("role"), widget=forms.RadioSelect)

    def __init__(self, *args, account, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["institution"].queryset = Institution.objects.staffed_by(account)
        self.fields["role"].choices = [(name, name) for name in colleagues.roles_to_give(account)]

    def clean(self):
        """One of the two must be there."""
        data = super().clean()
        if not self.errors and not data.get("email") and not data.get("phone"):
            self.add_error("email", _("Give an e-mail or a phone number, so that the invitation can be sent."))
        return data


class RolesForm(forms.Form):
    """The roles of a colleague: those that one may give."""

    roles = forms.MultipleChoiceField(label=_("Roles"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, account, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["roles"].choices = [(name, name) for name in colleagues.roles_to_give(account)]


class ColleagueIndexView(generic.IndexView):
    """Who works here, in which role; who was invited; what each role may do."""

    visible_to = None
    page_title = _("Colleagues")
    add_item_label = _("Invite a colleague")

    def get_base_queryset(self):
        """Colleagues, with their roles in one query more."""
        groups = Group.objects.filter(name__in=ROLES)
        return self.visible_to(self.request.user).prefetch_related(
            Prefetch("account__groups", groups, to_attr="roles_held")
        )

    def get_context_data(self, **kwargs):
        """Add open invitations and the table of roles."""
        waiting = Invitation.objects.filter(accepted_at=None, withdrawn_at=None)
        waiting = waiting.filter(institution__in=Institution.objects.staffed_by(self.request.user))
        return super().get_context_data(**kwargs) | {
            "invitations": waiting.select_related("institution", "invited_by")[:50],
            "roles": list(ROLES),
            "role_table": role_table(),
        }


class _ColleagueView(WagtailAdminTemplateMixin, FormView):
    """A question about colleagues, in Wagtail's frame."""

    header_icon = "group"
    _show_breadcrumbs = True

    def get_breadcrumbs_items(self):
        """List, this question."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("staff:index"), "label": _("Colleagues")},
            {"url": "", "label": self.page_title},
        ]

    def get_form_class(self):
        """Ours: a viewset would hand over a form of its model."""
        return self.question_class

    def get_template_names(self):
        """Ours, for the same reason."""
        return ["institutions/admin/colleague_form.html"]

    def get_form_kwargs(self):
        """Who asks decides what can be chosen."""
        return super().get_form_kwargs() | {"account": self.request.user}

    def form_valid(self, form):
        """Act, and say what happened; or what stood in the way."""
        try:
            messages.success(self.request, self.act(form.cleaned_data))
        except colleagues.ColleagueError as error:
            messages.error(self.request, str(error))
        return redirect("staff:index")


class InviteView(_ColleagueView):
    """Invite a colleague."""

    question_class = InviteForm
    page_title = _("Invite a colleague")
    extra_context = {"action": _("Send the invitation")}

    def get_initial(self):
        """The role that does least, the institution when there is one."""
        return {"role": colleagues.roles_to_give(self.request.user)[:1][0], **super().get_initial()}

    def act(self, data):
        """Send it."""
        invitation = colleagues.invite(by=self.request.user, **data)
        return gettext("The invitation to %(name)s is sent. It is valid for seven days.") % {"name": invitation.name}


class _PostView(BaseObjectMixin, _ColleagueView):
    model = Staff

    def get_page_subtitle(self):
        """Who."""
        return str(self.object)

    def get_context_data(self, **kwargs):
        """Why it cannot be done, when it cannot."""
        return super().get_context_data(
            object=self.object, refusal=colleagues.refusal(self.object, by=self.request.user), **kwargs
        )


class RolesView(_PostView):
    """Change a colleague's roles."""

    question_class = RolesForm
    page_title = _("Change the role")
    extra_context = {"action": _("Save the role")}

    def get_initial(self):
        """What they are."""
        return {"roles": list(self.object.account.groups.values_list("name", flat=True))}

    def act(self, data):
        """Give and take."""
        colleagues.set_roles(self.object, names=data["roles"], by=self.request.user)
        return gettext("The role of %(name)s is changed. It holds at once.") % {"name": self.object.account}


class _NothingToFill(forms.Form):
    def __init__(self, *args, account, **kwargs):
        super().__init__(*args, **kwargs)


class RemoveView(_PostView):
    """A colleague leaves: asked once, with what follows."""

    question_class = _NothingToFill
    page_title = _("Remove from the institution")
    extra_context = {"action": _("Yes, remove"), "serious": True}

    def act(self, data):
        """Remove."""
        name = str(self.object.account)
        colleagues.remove(self.object, by=self.request.user)
        return gettext("%(name)s no longer works here, and is signed out everywhere.") % {"name": name}


class WithdrawView(BaseObjectMixin, _ColleagueView):
    """Take an invitation back."""

    model = Invitation
    question_class = _NothingToFill
    page_title = _("Take the invitation back")
    extra_context = {"action": _("Withdraw the invitation"), "serious": True}

    def get_object(self):
        """Of one's own institutions only, and by those who may invite."""
        invitation = super().get_object()
        mine = Institution.objects.staffed_by(self.request.user)
        if not self.request.user.has_perm("institutions.add_staff") or invitation.institution not in mine:
            raise Http404
        return invitation

    def get_page_subtitle(self):
        """Whose."""
        return str(self.object)

    def act(self, data):
        """Take it back."""
        colleagues.withdraw(self.object)
        return gettext("The invitation is taken back; its link no longer works.")


class ColleagueViewSet(GuardedViewSet):
    """Who works where, in which role."""

    model = Staff
    name = "staff"
    icon = "group"
    menu_label = _("Colleagues")
    index_view_class = ColleagueIndexView
    index_template_name = "institutions/admin/colleagues.html"
    add_view_class = InviteView
    edit_view_class = RolesView
    delete_view_class = RemoveView
    copy_view_enabled = False
    search_fields = ["account__name", "account__email", "institution__name"]
    search_backend_name = None
    list_filter = ["institution"]
    form_fields = ["account", "institution"]

    @property
    def list_display(self):
        """Name, role, how reached, last seen."""
        return [
            TitleColumn("account", label=_("Name"), url_name="staff:edit", sort_key="account__name"),
            Column("roles", label=_("role"), accessor=lambda post: "、".join(g.name for g in post.account.roles_held)),
            Column("institution", label=_("institution")),
            Column("email", label=_("e-mail"), accessor="account.email"),
            Column("phone", label=_("phone"), accessor=lambda post: show_phone(post.account.phone)),
            DateColumn("last_login", label=_("Last sign-in"), accessor="account.last_login"),
        ]

    def visible_to(self, account):
        """Colleagues."""
        mine = Institution.objects.staffed_by(account)
        return Staff.objects.filter(institution__in=mine).select_related("account", "institution")

    def get_index_view_kwargs(self, **kwargs):
        """The list asks the same question."""
        return super().get_index_view_kwargs(visible_to=self.visible_to, **kwargs)

    def construct_view(self, view_class, **kwargs):
        """Our questions are for those who may do what they ask."""
        view = super().construct_view(view_class, **kwargs)
        needed = {InviteView: "add", RolesView: "change", RemoveView: "delete"}.get(view_class)

        def permitted(request, *args, **kwargs):
            if needed and not request.user.has_perm(f"institutions.{needed}_staff"):
                raise Http404
            return view(request, *args, **kwargs)

        return permitted

    def get_urlpatterns(self):
        """Wagtail's, and taking an invitation back (its key is no key of a post, so it is guarded by itself)."""
        withdraw = WithdrawView.as_view()
        return [*super().get_urlpatterns(), path("invitations/<int:pk>/withdraw/", withdraw, name="withdraw")]
