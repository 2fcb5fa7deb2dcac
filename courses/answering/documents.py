"""Files that people add to an appeal: what courses/uploads.py lets in, kept encrypted."""

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.encryption import decrypt_bytes, encrypt_bytes
from courses import uploads
from courses.models import AppealFile

MOST = 3  # files
LARGEST = uploads.LARGEST


def accept(upload):
    """The file as it is kept, not saved yet: an AppealFile without its appeal.

    Raises ValidationError that says what to send instead.
    """
    file = uploads.look(upload)
    size, content = len(file.content), encrypt_bytes(file.content)
    return AppealFile(name=file.name, kind=file.kind, size=size, content=content)


def response_of(file):
    """The file as a download: nothing in it runs, and no cache keeps it."""
    response = HttpResponse(decrypt_bytes(file.content), content_type=file.kind)
    response.headers["Content-Disposition"] = f'attachment; filename="document-{file.pk}.{file.kind[-4:].strip("/")}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


class FilesInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Up to three files; its value is a list of AppealFile not saved yet."""

    def __init__(self, **kwargs):
        attributes = {"accept": uploads.ACCEPT, "class": "in"}
        kwargs.setdefault("widget", FilesInput(attrs=attributes))
        super().__init__(**kwargs)

    def clean(self, data, initial=None):
        """Each looked at; all that is wrong with them said at once."""
        uploads = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        if len(uploads) > MOST:
            raise ValidationError(_("At most %(n)d files."), params={"n": MOST})
        accepted, errors = [], []
        for upload in uploads:
            try:
                super().clean(upload)
                accepted.append(accept(upload))
            except ValidationError as error:
                errors.extend(error.error_list)
        if errors:
            raise ValidationError(errors)
        return accepted
