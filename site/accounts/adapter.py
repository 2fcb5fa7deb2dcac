"""How allauth reads and writes our accounts, and in which words it speaks."""

import time

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.fields import PhoneField
from accounts.models import Account
from accounts.phones import clean_phone
from accounts.signals import code_sms


class AccountAdapter(DefaultAccountAdapter):
    """Phone numbers of ours, codes by our SMS, errors that say how to go on."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": _("The code does not match. Compare it with the newest message and enter all six digits."),
        "too_many_login_attempts": _("That was too often wrong. Please ask for a new code."),
        "rate_limited": _("A code was sent a moment ago. Please wait one minute before you ask for another."),
        "email_password_mismatch": _("E-mail and password do not match. You can also sign in with a code."),
        "email_taken": _("This e-mail belongs to another account. Sign in with it, or give another one."),
        "phone_taken": _("This number belongs to another account. Sign in with it, or give another one."),
        "same_as_current": _("This is what we have on file already."),
    }

    def send_verification_code_sms(self, user, phone, code, **kwargs):
        """Hand the code to the room of messages, in the language of the page that asked for it."""
        text = gettext("%(code)s is your Xuelin code, valid for 10 minutes. Never tell it to anybody.")
        code_sms.send(sender=type(self), to=phone, text=text % {"code": code})

    def phone_form_field(self, **kwargs):
        """A mainland mobile number."""
        kwargs.setdefault("label", _("New mobile number"))
        return PhoneField(**kwargs)

    def clean_phone(self, phone):
        """The 11 digits of a number in any usual writing."""
        return clean_phone(phone)

    def get_phone(self, user):
        """The number and whether it was confirmed by a code, or None."""
        return (user.phone, user.phone_verified) if user.phone else None

    def set_phone(self, user, phone, verified):
        """Keep a number."""
        user.phone, user.phone_verified = phone or None, verified
        user.save(update_fields=["phone", "phone_verified"])

    def set_phone_verified(self, user, phone):
        """A code confirmed the number: it is the account's number from now on."""
        self.set_phone(user, phone, True)

    def get_user_by_phone(self, phone):
        """Whose number it is, or None."""
        return Account.objects.filter(phone=phone).first()

    def get_login_stages(self):
        """Without confirming phone and e-mail once more: the code that signs in has confirmed one of them.

        A number or address that staff typed in must not stop somebody who signs in by the other.
        """
        return [stage for stage in super().get_login_stages() if "VerificationStage" not in stage]

    def is_open_for_signup(self, request):
        """Accounts open by the one box for signing in, nowhere else."""
        return False

    def is_reauthentication_required(self, *, app, **kwargs):
        """Not within five minutes of signing in.

        allauth counts only what was marked as re-authentication, so it would ask for the password again right after
        it was given.
        """
        records = get_authentication_records(self.request, self.request.user)
        if records and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return super().is_reauthentication_required(app=app, **kwargs)


class SocialAdapter(DefaultSocialAccountAdapter):
    """Sign-in with WeChat opens an account without phone and e-mail; both can be added later."""

    def is_open_for_signup(self, request, sociallogin):
        """The provider has said who it is."""
        return True

    def populate_user(self, request, sociallogin, data):
        """Take over the name that the person uses there."""
        user = super().populate_user(request, sociallogin, data)
        user.name = (data.get("name") or data.get("username") or "")[:60]
        user.email = user.email or None
        return user
