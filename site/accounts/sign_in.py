"""Signing in: one box for phone number or e-mail, which also opens the account of whoever has none yet.

Nothing tells a stranger whether an account exists: known or not, an account is at hand when the code is sent, so the
same code of the same length of time runs, and the same page follows. An account that no code ever confirmed is purged
after a day (purge.py).
"""

from urllib.parse import quote

from allauth.account.forms import LoginForm
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.internal.userkit import filter_users_by_email
from allauth.account.models import EmailAddress
from django import forms
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import limits
from accounts.models import Account
from accounts.phones import find_phone
from accounts.purge import unconfirmed

ACTION = "request_login_code"


def find_or_open(*, phone="", email=""):
    """The account of this phone or e-mail; a new, unconfirmed one when there is none."""
    with transaction.atomic():
        owners = filter_users_by_email(email, prefer_verified=True, for_login=True) if email else []
        account = owners[0] if owners else _get_or_open({"phone": phone} if phone else {"email": email})
        if email:
            # Known to allauth from the start, so that the code confirms it.
            primary = not account.emailaddress_set.filter(primary=True).exists()
            EmailAddress.objects.get_or_create(user=account, email=email, defaults={"primary": primary})
        # Somebody is at it: the purge must not take it away meanwhile.
        unconfirmed(Account.objects.filter(pk=account.pk)).update(date_joined=timezone.now())
    return account


def _get_or_open(target):
    defaults = {"password": make_password(None), "language": get_language() or "zh-hans"}
    return Account.objects.get_or_create(**target, defaults=defaults)[0]


class SignInForm(forms.Form):
    """One box. `login` sends the code and leads to the page that asks for it."""

    def __init__(self, *args, request, **kwargs):
        super().__init__(*args, **kwargs)
        self.request = request
        self.fields["login"] = forms.CharField(
            label=_("Mobile number or e-mail"),
            max_length=254,
            help_text=_("We send you a code. If you have no account yet, this opens one."),
            error_messages={"required": _("Enter your mobile number or your e-mail.")},
            widget=forms.TextInput(
                attrs={"class": "in", "autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
            ),
        )

    def clean_login(self):
        """Tell the two apart, and bring each to the form in which it is kept."""
        typed = self.cleaned_data["login"].strip()
        if "@" in typed:
            try:
                validate_email(typed)
            except ValidationError:
                raise ValidationError(
                    _("This e-mail is not complete. It looks like name@example.com."), code="email"
                ) from None
            self.target = {"email": typed.lower()}
        else:
            phone = find_phone(typed)
            if phone is None:
                raise ValidationError(
                    _("Enter an 11-digit mobile number, for example 138 1234 5678, or an e-mail."), code="phone"
                )
            self.target = {"phone": phone}
        return next(iter(self.target.values()))

    def clean(self):
        """Refuse to send codes too often, and say until when."""
        data = super().clean()
        key = data.get("login")
        if key:
            seconds = limits.seconds_to_wait(self.request, action=ACTION, key=key)
            if seconds or not limits.count(self.request, action=ACTION, key=key):
                self.add_error("login", limits.wait_text(seconds or 60))
        return data

    def login(self, request, redirect_url=None):
        """Send the code; `redirect_url` is kept in the address until the end."""
        LoginCodeVerificationProcess.initiate(request=request, user=find_or_open(**self.target), **self.target)
        return HttpResponseRedirect(with_next(reverse("account_confirm_login_code"), redirect_url))


class StaffSignInForm(LoginForm):
    """E-mail and password, for staff."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.EmailField(
            label=_("E-mail"), widget=forms.EmailInput(attrs={"class": "in", "autocomplete": "username"})
        )
        self.fields["password"].widget.attrs.pop("placeholder", None)
        self.fields["password"].label = _("Password")
        self.fields["password"].help_text = ""
        self.fields.pop("remember", None)
        self.order_fields(["login", "password"])

    def _setup_password_field(self):
        """Keep the box: allauth drops it when signing up asks for no password. Pinned by a test."""


def with_next(path, target):
    """The path with `next` in its query, when there is a target."""
    return f"{path}?{REDIRECT_FIELD_NAME}={quote(target, safe='/')}" if target else path
