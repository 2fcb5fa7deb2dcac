"""Addresses of money: what residents see of theirs."""

from django.urls import path

from payments import views

urlpatterns = [
    path("my/payments/", views.payment_list, name="payment_list"),
    path("my/payments/<str:reference>/", views.payment_detail, name="payment_detail"),
]
