"""Files that people add to an appeal: looked at by their content, made harmless, kept encrypted.

Pictures are drawn anew as JPEG: places, devices and whatever else was hidden in the file are gone. A PDF is kept as it
is and only ever given away as a download, with a policy that lets it do nothing.
"""

import io
import warnings

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from accounts.encryption import decrypt_bytes, encrypt_bytes
from courses.models import AppealFile

MOST = 3  # files
LARGEST = 8 * 1024 * 1024  # bytes as sent: a photograph of a telephone
LARGEST_PDF = 3 * 1024 * 1024
_SIDE = 2000  # pixels of the longer side as kept
_PIXELS = 50_000_000
_JPEG, _PDF = "image/jpeg", "application/pdf"


def accept(upload):
    """The file as it is kept, not saved yet: an AppealFile without its appeal.

    Raises ValidationError that says what to send instead.
    """
    name = upload.name[-100:]
    if upload.size > LARGEST:
        raise ValidationError(_("“%(name)s” is too large. Send at most 8 MB."), params={"name": name})
    content = upload.read()
    if content.startswith(b"%PDF-"):
        if len(content) > LARGEST_PDF:
            raise ValidationError(_("“%(name)s” is too large. A PDF may have at most 3 MB."), params={"name": name})
        kind = _PDF
    else:
        content, kind = _picture(content, name), _JPEG
        name = name.rpartition(".")[0] + ".jpg"
    return AppealFile(name=name, kind=kind, size=len(content), content=encrypt_bytes(content))


def _picture(content, name):
    refused = ValidationError(
        _("“%(name)s” is neither a picture nor a PDF. Take a photograph of the paper and send that."),
        params={"name": name},
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "WEBP"])
            if picture.width * picture.height > _PIXELS:
                raise refused
            picture.draft("RGB", (_SIDE, _SIDE))
            picture = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning, OSError, SyntaxError):
        raise refused from None
    except ValueError:
        raise refused from None
    picture.thumbnail((_SIDE, _SIDE))
    stream = io.BytesIO()
    # A new picture: what Pillow read besides the pixels is not copied.
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    clean.save(stream, "JPEG", quality=82)
    return stream.getvalue()


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
        attributes = {"accept": "image/jpeg,image/png,image/webp,application/pdf", "class": "in"}
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
