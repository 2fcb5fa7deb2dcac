"""Addresses of this room."""

from django.urls import path

from home.display import set_display

urlpatterns = [
    path("display/", set_display, name="display"),
]
