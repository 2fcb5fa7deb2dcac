"""Addresses of the alliance: for everybody, and for the members of an enterprise. Staff's are in admin/alliance.py."""

from django.urls import path

from partners.alliance import screens, views
from partners.alliance.desk import on_site

# The screens of a member: (address behind its own, view, name). The website and the admin have the same.
SCREENS = [
    ("", screens.home, "home"),
    ("find/", screens.find, "find"),
    ("requests/", screens.requests, "requests"),
    ("requests/<int:request_pk>/", screens.one_request, "request"),
    ("resources/new/", screens.edit, "resource_new"),
    ("resources/<int:resource>/", screens.resource, "resource"),
    ("resources/<int:resource>/edit/", screens.edit, "resource_edit"),
    ("resources/<int:resource>/withdraw/", screens.withdraw, "resource_withdraw"),
    ("hours/", screens.hours_table, "hours"),
    ("hours/<slug:file_format>/", screens.hours_download, "hours_download"),
]
urlpatterns = [
    path("alliance/", views.alliance, name="alliance"),
    path("alliance/calendar/<str:token>.ics", views.calendar, name="alliance_calendar"),
    *(
        path(f"enterprise/<int:pk>/alliance/{address}", on_site(view), name=f"alliance_{name}")
        for address, view, name in SCREENS
    ),
]
