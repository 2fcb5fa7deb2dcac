"""What is checked before a page is published or sent for approval, and never when a draft is saved.

Contrast needs no check: editors choose no colors, and those of the design hold WCAG AA (tests/home/test_look.py).
"""

import re

from django.db import models
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from modelcluster.models import get_all_child_relations
from wagtail import blocks
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.fields import StreamField

from institutions.ownership import institutions_of

# What must never be printed, and why (words of the ministry's rules on enrollment advertising).
_PROMISES = (
    (
        re.compile(r"(保证|保障|确保|包)升学|升学保证|直通车"),
        lambda: _("Nobody may promise to go up: progression has an assessment and is not guaranteed."),
    ),
    (
        re.compile(r"100\s*[%％]|百分之?百|包过|保过"),
        lambda: _("Success cannot be promised: say what is assessed, and with figures how many passed last year."),
    ),
    (
        re.compile(r"(包|保证|确保|承诺)(分配|就业)"),
        lambda: _("Work cannot be promised: name the enterprises, and how many graduates work there."),
    ),
)


def promises_in(text):
    """The banned promises in a text, each as (words, reason)."""
    return [(match.group(), reason()) for pattern, reason in _PROMISES for match in pattern.finditer(text)]


def texts_of(page):
    """The (field name, text) pairs of what a page says, bodies and the rows edited with it included."""
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            yield field.name, " ".join(_strings(getattr(page, field.name).get_prep_value()))
        elif _is_text(field) and field.name not in ("slug", "url_path", "path", "draft_title"):
            yield field.name, _plain(getattr(page, field.name) or "")
    for relation in get_all_child_relations(type(page)):
        rows = getattr(page, relation.get_accessor_name()).all()
        for field in filter(_is_text, relation.related_model._meta.get_fields()):
            for row in rows:
                yield relation.get_accessor_name(), _plain(getattr(row, field.name) or "")


def _is_text(field):
    return isinstance(field, models.CharField | models.TextField) and not field.choices


def _plain(text):
    """What a reader sees: a promise in bold letters is one too."""
    return strip_tags(str(text))


def _strings(value):
    if isinstance(value, str):
        yield _plain(value)
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)


def problems_of(page):
    """What keeps a page from being published: (field name or None, sentence) pairs, with how to mend each."""
    for name, text in texts_of(page):
        for words, reason in promises_in(text):
            yield name, _("“%(words)s” must not stand here. %(reason)s") % {"words": words, "reason": reason}
    cover = getattr(page, "cover", None)
    if cover and not cover.description.strip():
        yield (
            "cover",
            _("“%(title)s” has no description. Open the picture and say in one sentence what it shows.")
            % {"title": cover.title},
        )
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            count = _pictures_without_words(getattr(page, field.name))
            if count:
                yield (
                    field.name,
                    _("%(n)d pictures have no alternative text. Say what each shows, or mark it as decoration.")
                    % {"n": count},
                )
    yield from getattr(page, "problems", list)()


def _pictures_without_words(stream):
    count = 0
    for block in stream:
        if isinstance(block.value, blocks.StructValue) and (image := block.value.get("image")):
            said = (getattr(image, "contextual_alt_text", "") or "").strip()
            count += not said and not getattr(image, "decorative", False)
    return count


class CheckedPageForm(WagtailAdminPageForm):
    """The form of a page that is checked before publishing; a draft may be as unfinished as it likes.

    A page that belongs to an institution belongs to one's own.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields.get("institution")
        if field is None or self.for_user is None:
            return
        keys = institutions_of(self.for_user) | {self.instance.institution_id}
        field.queryset = field.queryset.filter(pk__in=keys).providers()
        if len(field.queryset) == 1:
            # Already answered where there is one answer.
            self.initial["institution"] = field.queryset[0].pk
            field.empty_label = None

    def clean(self):
        """Put each problem beside its field."""
        data = super().clean()
        if not self.is_deferred_validation and not self.errors:
            for name, value in data.items():
                if name in {field.name for field in self._meta.model._meta.concrete_fields}:
                    setattr(self.instance, name, value)
            for name, text in problems_of(self.instance):
                self.add_error(name if name in self.fields else None, text)
        return data
