"""Files that families send: looked at by their content, made harmless, and shown to a virus scanner where there is one.

Pictures are drawn anew as JPEG: places, devices and whatever else was hidden in the file are gone. A PDF is kept as it
is and only ever given away as a download, with a policy that lets it do nothing.
"""

import io
import struct
import warnings
from dataclasses import dataclass
from pathlib import PurePath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

LARGEST = 8 * 1024 * 1024  # bytes as sent: a photograph of a telephone
LARGEST_PDF = 3 * 1024 * 1024
ACCEPT = "image/jpeg,image/png,image/webp,application/pdf"
_SIDE = 2000  # pixels of the longer side as kept
_PIXELS = 50_000_000
JPEG, PDF = "image/jpeg", "application/pdf"


@dataclass(frozen=True)
class Looked:
    """A file that may be kept: its name, what it is, its bytes."""

    name: str
    kind: str
    content: bytes


def look(upload):
    """The file as it may be kept. Raises ValidationError that says what to send instead."""
    name = upload.name[-100:]
    if upload.size > LARGEST:
        raise ValidationError(_("“%(name)s” is too large. Send at most 8 MB."), params={"name": name})
    content = upload.read()
    _scan(content, name)
    if content.startswith(b"%PDF-"):
        if len(content) > LARGEST_PDF:
            raise ValidationError(_("“%(name)s” is too large. A PDF may have at most 3 MB."), params={"name": name})
        return Looked(name, PDF, content)
    return Looked(f"{PurePath(name).stem[:90]}.jpg", JPEG, _picture(content, name))


def _scan(content, name):
    """Ask the scanner that the setting names: a function of the bytes that tells what it found, or nothing.

    A scanner that fails lets no file in: its exception is seen by whoever looks after the site.
    """
    if settings.VIRUS_SCAN and import_string(settings.VIRUS_SCAN)(content):
        raise ValidationError(
            _("“%(name)s” was refused by the virus scanner. Send another file, or bring the paper to the school."),
            params={"name": name},
        )


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
    except (ValueError, LookupError, TypeError, ArithmeticError, struct.error, EOFError):  # Broken notes of a camera.
        raise refused from None
    picture.thumbnail((_SIDE, _SIDE))
    stream = io.BytesIO()
    # A new picture: what Pillow read besides the pixels is not copied.
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    clean.save(stream, "JPEG", quality=82)
    return stream.getvalue()
