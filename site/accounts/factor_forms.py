"""allauth's forms for the second factor, in our words."""

from allauth.mfa.base import forms as base_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.fields import CodeField


class _AnyCodeField(forms.CharField):
    """A code of the app, or a recovery code, which has letters."""

    def __init__(self):
        super().__init__(
            label=_("Code from the app, or a recovery code"),
            max_length=40,
            error_messages={"required": _("Enter the code.")},
            widget=forms.TextInput(attrs={"class": "in in--code", "autocomplete": "one-time-code"}),
        )


class ActivateAppForm(totp_forms.ActivateTOTPForm):
    """The first code of a new authenticator app."""

    code = CodeField(label=_("Code from the app"))


class FactorForm(base_forms.AuthenticateForm):
    """The second factor when signing in."""

    code = _AnyCodeField()


class FactorAgainForm(base_forms.ReauthenticateForm):
    """The second factor before something sensitive."""

    code = _AnyCodeField()


class AddPasskeyForm(webauthn_forms.AddWebAuthnForm):
    """A new passkey or security key."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the key")
        self.fields["name"].help_text = _("Tells several keys apart, for example: my phone.")
        self.fields["passwordless"].label = _("Sign in with it alone, without a code")
        self.fields["passwordless"].help_text = _("The device then asks for your fingerprint, face or PIN.")


class EditPasskeyForm(webauthn_forms.EditWebAuthnForm):
    """The name of a key."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the key")
