"""Addresses of this room."""

from django.urls import path

from institutions import views

urlpatterns = [path("join/<str:token>/", views.invitation, name="invitation")]
