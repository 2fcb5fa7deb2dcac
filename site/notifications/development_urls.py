"""Addresses that exist outside production only."""

from django.urls import path

from notifications import views

urlpatterns = [
    path("development/messages/", views.outbox, name="outbox"),
]
