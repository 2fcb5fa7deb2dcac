"""The admin's list of staff: our account has one name and a phone, and no first, last or user name.

Residents are not in this list: staff meet them through enrollments only.
"""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from wagtail.admin.auth import require_admin_access
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn
from wagtail.admin.views.account import AccountView, BaseSettingsPanel, NameEmailSettingsPanel
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views import users as wagtail_users

from accounts.fields import PhoneField
from accounts.models import Account
from accounts.phones import show_phone

_FIELDS = ["email", "name", "phone", "is_superuser", "groups"]


def _prepare(form):
    """What both forms share: a password is optional, since a code by e-mail signs in too."""
    form.fields["phone"] = PhoneField(label=_("phone"), required=False, help_text=_("Signs in with a code, too."))
    form.fields["name"].label = _("Name")
    form.fields["email"].help_text = _("Signs in with a code that is sent here.")
    form.fields["password1"].required = form.fields["password2"].required = False
    form.fields["password1"].help_text = _("Leave it empty: staff then sign in with a code.")


def _phone(form):
    """NULL when empty; somebody else's number is refused."""
    phone = form.cleaned_data["phone"] or None
    if phone and Account.objects.filter(phone=phone).exclude(pk=form.instance.pk).exists():
        raise forms.ValidationError(_("This number belongs to another account."))
    return phone


class StaffCreationForm(UserCreationForm):
    """A new member of staff."""

    first_name = last_name = None

    class Meta(UserCreationForm.Meta):
        fields = _FIELDS

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _prepare(self)

    def clean_phone(self):
        """The number, or None."""
        return _phone(self)

    def save(self, commit=True):
        """Whom the administrator adds here is staff."""
        self.instance.is_staff = True
        if not self.cleaned_data["password1"]:
            self.instance.set_unusable_password()
        return super().save(commit)


class StaffEditForm(UserEditForm):
    """A member of staff."""

    first_name = last_name = None

    class Meta(UserEditForm.Meta):
        fields = [*_FIELDS, "is_active"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _prepare(self)
        self.fields["password1"].help_text = _("Leave it empty to keep what is.")

    def clean_phone(self):
        """The number, or None."""
        return _phone(self)


class StaffIndexView(wagtail_users.IndexView):
    """All staff."""

    search_fields = ["name", "email", "phone"]

    @property
    def columns(self):
        """Who, by what they sign in, what they may, when they were last here."""
        title = self._get_title_column_class(wagtail_users.UserColumn)
        return [
            title("name", accessor=str, label=_("Name"), sort_key="name", get_url=self.get_edit_url, classname="name"),
            Column("email", label=_("E-mail"), sort_key="email"),
            Column("phone", accessor=lambda account: show_phone(account.phone), label=_("phone")),
            BooleanColumn("is_superuser", label=_("Administrator"), sort_key="is_superuser"),
            BooleanColumn("is_active", label=_("Active"), sort_key="is_active"),
            DateColumn("last_login", label=_("Last sign-in"), sort_key="last_login"),
        ]

    def get_delete_url(self, instance):
        """None: see StaffDeleteView."""

    def get_base_queryset(self):
        """Staff only."""
        return super().get_base_queryset().filter(is_staff=True)

    def order_queryset(self, queryset):
        """By one name, not by first and last."""
        return queryset.order_by(self.ordering or "name")


class _NoAdministratorsMixin:
    """Only an administrator of everything makes another one."""

    def get_form(self, form_class=None):
        """Without that box for all others."""
        form = super().get_form(form_class)
        if not self.request.user.is_superuser:
            form.fields.pop("is_superuser", None)
        return form


class StaffCreateView(_NoAdministratorsMixin, wagtail_users.CreateView):
    """A new member of staff."""


class StaffEditView(_NoAdministratorsMixin, wagtail_users.EditView):
    """A member of staff. Whoever leaves is made inactive; what they did keeps their name."""

    queryset = Account.objects.filter(is_staff=True)

    def get_object(self, *args, **kwargs):
        """Nobody sets the password of somebody who may do more."""
        account = super().get_object(*args, **kwargs)
        if account.is_superuser and not self.request.user.is_superuser:
            raise Http404
        return account

    def setup(self, request, *args, **kwargs):
        """Nobody is deleted."""
        super().setup(request, *args, **kwargs)
        self.can_delete = False


class StaffDeleteView(wagtail_users.DeleteView):
    """Refused: history rows point at accounts."""

    def dispatch(self, request, *args, **kwargs):
        """Make the account inactive instead."""
        raise PermissionDenied


class StaffHistoryView(wagtail_users.HistoryView):
    """What was done to a member of staff's account."""

    def get_base_object_queryset(self):
        """Staff only."""
        return Account.objects.filter(is_staff=True)


class StaffViewSet(wagtail_users.UserViewSet):
    """Wagtail's pages for users, for our accounts."""

    index_view_class = StaffIndexView
    add_view_class = StaffCreateView
    edit_view_class = StaffEditView
    delete_view_class = StaffDeleteView
    history_view_class = StaffHistoryView
    copy_view_enabled = False
    ordering = "name"
    create_template_name = "accounts/staff_create.html"
    edit_template_name = "accounts/staff_edit.html"

    def get_form_class(self, for_update=False):
        """Forms without first and last name."""
        return StaffEditForm if for_update else StaffCreationForm


class NameForm(forms.ModelForm):
    """The one name."""

    class Meta:
        model = Account
        fields = ["name"]
        labels = {"name": _("Name")}


class NamePanel(BaseSettingsPanel):
    """The name, on the admin's account page."""

    name = "name"
    title = _("Name")
    order = 100
    form_class = NameForm


@method_decorator(require_admin_access, name="dispatch")
class StaffAccountView(AccountView):
    """The admin's account page, with one name instead of two; phone, e-mail and keys are on "my account"."""

    def get_panels(self):
        """Our panel in the place of Wagtail's."""
        first, *others = super().get_panels()
        if not isinstance(first, NameEmailSettingsPanel):
            raise TypeError("Wagtail no longer puts the name first.")
        return [NamePanel(first.request, first.user, first.profile), *others]
