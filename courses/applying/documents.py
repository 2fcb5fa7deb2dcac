"""Proofs of an application: let in by courses/uploads.py, kept encrypted, given to the family and verifying staff."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.encryption import decrypt_bytes, encrypt_bytes
from courses import uploads
from courses.applying.applications import ApplicationError, changing
from courses.models import ApplicationDocument

MOST = 12  # files for one application


def add(application, *, upload, kind):
    """Look at a file and keep it as a proof of this kind. Raises ValidationError or ApplicationError."""
    file = uploads.look(upload)
    with changing(application) as fresh:
        _require_editable(fresh)
        if fresh.documents.count() >= MOST:
            raise ApplicationError(_("At most %(n)d files. Remove one first.") % {"n": MOST})
        document = ApplicationDocument.objects.create(
            application=fresh,
            kind=kind,
            name=file.name,
            content_type=file.kind,
            size=len(file.content),
            content=encrypt_bytes(file.content),
        )
        _list(fresh, [*_listed(fresh), document.pk])
    return document


def remove(document):
    """Take a proof away. What was sent with the application stays for the school until it is sent again."""
    with changing(document.application) as fresh:
        _require_editable(fresh)
        _list(fresh, [key for key in _listed(fresh) if key != document.pk])
        if document.pk not in fresh.sent.get("documents", []):
            document.delete()


def _listed(application):
    return application.typed.get("documents", [])


def _list(application, keys):
    application.typed = application.typed | {"documents": keys}
    application.save(update_fields=["answers"])


def _require_editable(fresh):
    if not fresh.is_editable():
        raise ApplicationError(_("Applications for this round are closed. Ring the school if something is wrong."))


def response_of(document):
    """A picture is shown, a PDF saved: nothing in either runs, and no cache keeps it."""
    response = HttpResponse(decrypt_bytes(document.content), content_type=document.content_type)
    shown, ending = ("inline", "jpg") if document.is_picture else ("attachment", "pdf")
    response.headers["Content-Disposition"] = f'{shown}; filename="proof-{document.pk}.{ending}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
