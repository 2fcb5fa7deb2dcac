"""How the reader wants the site shown: size, contrast and language, and the district they look at first.

All are cookies, set by a plain form, so that pages stay the same for everyone with the same choices and can be kept
(page_cache.py). The language comes from the cookie only, never from Accept-Language: answers need no Vary header.
"""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpResponseRedirect
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

YEAR = 60 * 60 * 24 * 365  # seconds that a choice is remembered
CHOICES = {
    "size": ("standard", "large", "xlarge"),
    "contrast": ("normal", "high"),
    "language": tuple(code for code, _name in settings.LANGUAGES),
}
ADMIN_PREFIX = "/cms/"


@dataclass(frozen=True)
class Display:
    """One reader's choices; values that are not on the list count as not chosen."""

    size: str
    contrast: str
    language: str
    district: str

    @property
    def lang(self):
        """The language as HTML writes it."""
        return {"zh-hans": "zh-Hans"}.get(self.language, self.language)

    @property
    def key(self):
        """The choices as one short text, for the key of a kept page."""
        return f"{self.size}-{self.contrast}-{self.language}-{self.district}"


def is_district(value):
    """Whether this looks like a county's administrative code (six digits)."""
    return len(value) == 6 and value.isascii() and value.isdigit()


def display_of(request):
    """The choices in the cookies of this request."""
    chosen = {}
    for name, allowed in CHOICES.items():
        value = request.COOKIES.get(name)
        chosen[name] = value if value in allowed else allowed[0]
    district = request.COOKIES.get("district", "")
    return Display(**chosen, district=district if is_district(district) else "")


def has_session(request):
    """Whether the reader may be known to us. Looks at the cookie only: no query, no Vary header."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES


class DisplayMiddleware:
    """Answer in the language that the reader chose; in the admin, Wagtail asks the account's own choice."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.display = display_of(request)
        in_admin = request.path_info.startswith(ADMIN_PREFIX)
        with translation.override(settings.LANGUAGE_CODE if in_admin else request.display.language):
            return self.get_response(request)


def display(request):
    """Context of every template: the choices, and whether a session or a waiting message may be looked at."""
    return {
        "display": getattr(request, "display", None) or display_of(request),
        "has_session": has_session(request),
        "may_have_messages": has_session(request) or "messages" in request.COOKIES,
    }


# Exempt: the form stands on pages kept for everyone, which can hold no token, and all that a forged one could do is
# change the size of the letters. It redirects to a path of this site only.
@csrf_exempt
@require_POST
def set_display(request):
    """Remember what was chosen, and go back to the page."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        target = "/"
    response = HttpResponseRedirect(target)
    chosen = {name: request.POST.get(name) for name in CHOICES}
    for name, value in chosen.items():
        if value in CHOICES[name]:
            _remember(response, name, value)
    district = request.POST.get("district")
    if district == "":
        response.delete_cookie("district")
    elif district and is_district(district):
        _remember(response, "district", district)
    if chosen["language"] in CHOICES["language"]:
        _tell_account(request, chosen["language"])
    return response


def _remember(response, name, value):
    response.set_cookie(name, value, max_age=YEAR, httponly=True, samesite="Lax", secure=settings.PRODUCTION)


def _tell_account(request, language):
    """Messages to a signed-in account are written in the language that it reads."""
    if has_session(request) and request.user.is_authenticated and request.user.language != language:
        request.user.language = language
        request.user.save(update_fields=["language"])
