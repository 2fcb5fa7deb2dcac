"""Changing the phone number or the e-mail by which one signs in; a code confirms the new one."""

from allauth.account.forms import AddEmailForm, ChangePhoneForm
from allauth.core import context
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import limits
from accounts.purge import release


def _refuse_too_many(action, key):
    """Say from when on another code may be sent there; allauth's view would fail."""
    seconds = limits.seconds_to_wait(context.request, action=action, key=key)
    if seconds:
        raise ValidationError(limits.wait_text(seconds), code="wait")


class PhoneForm(ChangePhoneForm):
    """A new mobile number."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["phone"].help_text = _("We send a code to this number. Until you enter it, the old one stays.")

    def clean_phone(self):
        """A number that somebody only tried out once is free."""
        phone = self.cleaned_data["phone"]
        _refuse_too_many("verify_phone", phone)
        release(phone=phone)
        return super().clean_phone()


class EmailForm(AddEmailForm):
    """A new e-mail address."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["email"]
        field.label = _("New e-mail")
        field.help_text = _("We send a code to this address. Until you enter it, the old one stays.")
        field.widget.attrs.pop("placeholder", None)

    def clean_email(self):
        """An address that somebody only tried out once is free."""
        email = self.cleaned_data["email"].lower()
        _refuse_too_many("confirm_email", email)
        release(email=email)
        return super().clean_email()
