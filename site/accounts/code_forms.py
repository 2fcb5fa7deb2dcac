"""The box for a code on each page that asks for one; what the code must be is allauth's."""

from allauth.account import forms as allauth_forms

from accounts.fields import CodeField


class SignInCodeForm(allauth_forms.ConfirmLoginCodeForm):
    """The code that signs in."""

    code = CodeField()


class PhoneCodeForm(allauth_forms.VerifyPhoneForm):
    """The code that confirms a new phone number."""

    code = CodeField()


class EmailCodeForm(allauth_forms.ConfirmEmailVerificationCodeForm):
    """The code that confirms a new e-mail."""

    code = CodeField()


class PasswordCodeForm(allauth_forms.ConfirmPasswordResetCodeForm):
    """The code that lets staff set a new password."""

    code = CodeField()
