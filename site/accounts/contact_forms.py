"""Changing the phone number or the e-mail by which one signs in; a code confirms the new one."""

from allauth.account.forms import AddEmailForm, ChangePhoneForm
from django.utils.translation import gettext_lazy as _

from accounts.purge import release


class PhoneForm(ChangePhoneForm):
    """A new mobile number."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["phone"].help_text = _("We send a code to this number. Until you enter it, the old one stays.")

    def clean_phone(self):
        """A number that somebody only tried out once is free."""
        release(phone=self.cleaned_data["phone"])
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
        release(email=self.cleaned_data["email"].lower())
        return super().clean_email()
