"""Addresses of this room."""

from django.conf import settings
from django.urls import path
from wagtail.contrib.sitemaps.views import sitemap

from home.display import set_display
from home.views import health, robots

urlpatterns = [
    path("display/", set_display, name="display"),
    path("health/", health, name="health"),
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap, name="sitemap"),
]
if not settings.PRODUCTION:
    from home import development

    urlpatterns += [
        path("development/style/", development.style_guide, name="style_guide"),
        path("development/errors/<int:status>/", development.error_page, name="error_page"),
    ]
