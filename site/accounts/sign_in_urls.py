"""Addresses under /account/ that stand before allauth's of the same name."""

from django.urls import path

from accounts.views import second_factor, sign_in

urlpatterns = [
    path("login/", sign_in.sign_in, name="account_login"),
    path("login/password/", sign_in.staff_sign_in, name="account_login_staff"),
    path("login/code/", sign_in.to_sign_in, name="account_request_login_code"),
    path("login/code/confirm/", sign_in.ConfirmCodeView.as_view(), name="account_confirm_login_code"),
    path("second-factor/", second_factor.second_factor, name="second_factor"),
    path("signup/", sign_in.to_sign_in, name="account_signup"),
]
