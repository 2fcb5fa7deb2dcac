"""Uploaded papers: what they are is read from their content, pictures are made anew, nothing gets a public address."""

import io
import warnings
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from partners.models import Paper

LARGEST = 5 * 1024 * 1024  # bytes
MOST_PIXELS = 40_000_000  # more is no photo of a sheet but an attack on memory
LONGEST_SIDE = 2400  # pixels: small print on A4 stays readable
_FORMATS = ("JPEG", "PNG", "WEBP")
# What makes a PDF act by itself; a scan has none of it.
_ACTIVE = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/OpenAction", b"/AA", b"/XFA")


def read(upload):
    """The safe content of an upload, as (content, type, ending). ValidationError says what is wrong and what to do."""
    if upload.size > LARGEST:
        raise ValidationError(_("The file is larger than 5 MB. A photo of the paper is enough."), code="size")
    content = upload.read()
    if content.startswith(b"%PDF-"):
        return _pdf(content), "application/pdf", "pdf"
    return _picture(content), "image/jpeg", "jpg"


def _pdf(content):
    if b"%%EOF" not in content[-2048:] or any(word in content for word in _ACTIVE):
        raise ValidationError(_("This PDF is damaged or holds scripts. Please upload a photo instead."), code="pdf")
    return content


def _picture(content):
    """The picture drawn anew as JPEG: what was hidden beside the pixels (place, camera, other files) is gone."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=_FORMATS)
            if picture.width * picture.height > MOST_PIXELS:
                raise ValidationError(_("The picture has too many pixels. Please make it smaller."), code="pixels")
            picture = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombWarning):
        raise ValidationError(
            _("This is no picture and no PDF. Please upload a photo (JPEG, PNG, WebP) or a PDF."), code="type"
        ) from None
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=82, optimize=True)
    return stream.getvalue()


def keep(upload, *, kind, by):
    """Store an upload, at first without an enterprise; returns the paper. ValidationError as `read`."""
    content, content_type, ending = read(upload)
    paper = Paper(kind=kind, by=by, content_type=content_type, name=str(upload.name)[-100:])
    # The name of the file is ours: what people call theirs never becomes a path.
    paper.file.save(f"{kind}.{ending}", ContentFile(content), save=False)
    paper.save()
    return paper


def kept(account, kind, key):
    """The paper that this account uploaded a moment ago and that no form has taken yet, or None."""
    if not str(key).isdecimal():
        return None
    return Paper.objects.filter(pk=key, by=account, kind=kind, enterprise=None).first()


def purge_left_behind(now=None):
    """Remove papers whose form was never finished, a day later; returns how many."""
    old = Paper.objects.filter(enterprise=None, at__lt=(now or timezone.now()) - timedelta(days=1))
    count = 0
    for paper in old:
        paper.file.delete(save=False)
        paper.delete()
        count += 1
    return count
