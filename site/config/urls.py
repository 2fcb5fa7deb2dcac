"""Every address of the site: each room brings its own; Wagtail's pages take what is left."""

from django.conf import settings
from django.shortcuts import redirect
from django.urls import include, path
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from accounts.staff_users import StaffAccountView

handler400 = "home.errors.bad_request"
handler403 = "home.errors.forbidden"
handler404 = "home.errors.not_found"
handler500 = "home.errors.server_error"

urlpatterns = [
    # One sign-in for staff and residents; without this Wagtail would show its own form.
    path("cms/login/", lambda request: redirect("account_login")),
    path("cms/account/", StaffAccountView.as_view(), name="wagtailadmin_account"),
    path("cms/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("account/", include("accounts.sign_in_urls")),
    path("account/", include("allauth.urls")),
    path("", include("accounts.urls")),
    path("", include("payments.urls")),
    path("", include("notifications.urls")),
    path("", include("institutions.urls")),
    path("", include("courses.answering.urls")),
    path("", include("partners.urls")),
    path("", include("courses.urls")),
    path("", include("home.urls")),
]
if not settings.PRODUCTION:
    # In production the web server in front serves uploads (README, "Deploying").
    urlpatterns += [path("", include("notifications.development_urls"))]
    urlpatterns += [path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT})]
urlpatterns += [path("", include(wagtail_urls))]
