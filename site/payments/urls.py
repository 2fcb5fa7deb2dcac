"""Addresses of money: what residents see of theirs, and where Stripe sends its notices."""

from django.urls import path

from payments import views

urlpatterns = [
    path("my/payments/", views.payment_list, name="payment_list"),
    path("my/payments/<slug:reference>/", views.payment_detail, name="payment_detail"),
    path("my/payments/<slug:reference>/pay/", views.payment_start, name="payment_start"),
    path("my/payments/<slug:reference>/back/", views.payment_back, name="payment_back"),
    path("my/payments/<slug:reference>/receipts/<int:pk>/", views.payment_receipt, name="payment_receipt"),
    path("my/payments/<slug:reference>/receipts/<int:pk>.pdf", views.payment_receipt_pdf, name="payment_receipt_pdf"),
    path("payments/notices/stripe/", views.stripe_notice, name="stripe_notice"),
]
