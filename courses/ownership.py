"""The form of a program: what is known is filled in, and only one's own institutions can be chosen (invariant 9)."""

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from pypinyin import lazy_pinyin
from wagtail.models import Page

from institutions.page_checks import CheckedPageForm

_LONGEST_SLUG = 60  # characters: an address that can still be read out
# Addresses below the lists of programs that are no program.
_RESERVED = {"compare", "apply", "interest"}


class ProgramForm(CheckedPageForm):
    """The form of a program: one's own institutions to choose from, the address made from the title."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _("Left empty, it is made from the title: 剪纸入门 gives jianzhirumen.")

    def clean_slug(self):
        """What was typed, or the title in pinyin; always letters that can be typed anywhere."""
        typed = self.cleaned_data.get("slug") or self.cleaned_data.get("title") or ""
        # One word for each run of Chinese, as in the search (courses/pinyin.py).
        slug = slugify("".join(lazy_pinyin(typed)))[:_LONGEST_SLUG].strip("-")
        if self.cleaned_data.get("slug") and slug == self.cleaned_data["slug"] and slug not in _RESERVED:
            return slug
        return self._free(slug or "course")

    def _free(self, slug):
        taken = set(
            Page.objects.child_of(self.parent_page)
            .exclude(pk=self.instance.pk)
            .filter(slug__startswith=slug)
            .values_list("slug", flat=True)
        )
        taken |= _RESERVED
        candidates = (slug if number == 1 else f"{slug}-{number}" for number in range(1, len(taken) + 2))
        return next(candidate for candidate in candidates if candidate not in taken)
