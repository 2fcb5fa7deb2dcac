"""What browsers may load in Wagtail's admin.

Public pages run under the strict policy of the settings. The admin has scripts and styles inside its pages, without a
nonce; its prefix alone gets leave for them, and still loads nothing from elsewhere.
"""

from home.display import ADMIN_PREFIX

ADMIN_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    ]
)


class AdminPolicyMiddleware:
    """Give answers of the admin their own Content-Security-Policy."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.path_info.startswith(ADMIN_PREFIX):
            response.headers.setdefault("Content-Security-Policy", ADMIN_POLICY)
        return response
