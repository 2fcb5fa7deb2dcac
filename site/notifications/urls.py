"""Addresses of this room."""

from django.urls import path

from notifications import views

urlpatterns = [
    path("my/messages/", views.inbox, name="inbox"),
    path("my/messages/settings/", views.choose, name="message_settings"),
    path("my/messages/<int:pk>/", views.message, name="message"),
    path("u/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
