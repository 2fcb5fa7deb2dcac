"""Everything a person sees is there in Chinese, and filled in the same way."""

import re

import polib
import pytest
from django.utils import translation

from tests import translations

ENTRIES = polib.pofile(str(translations.CATALOG)) if translations.CATALOG.exists() else []
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def test_every_string_has_its_chinese():
    assert translations.untranslated() == []


def test_no_translation_is_left_over():
    used = set(translations.used())
    assert [entry.msgid for entry in ENTRIES if (entry.msgctxt, entry.msgid) not in used] == []


def test_translations_keep_the_placeholders():
    wrong = []
    for entry in ENTRIES:
        wanted = set(_PLACEHOLDER.findall(entry.msgid)) | set(_PLACEHOLDER.findall(entry.msgid_plural))
        for text in filter(None, [entry.msgstr, *entry.msgstr_plural.values()]):
            if set(_PLACEHOLDER.findall(text)) != wanted:
                wrong.append(entry.msgid)
    assert wrong == []


def test_chinese_has_chinese_punctuation():
    han = "[\u4e00-\u9fff]"
    half = re.compile(rf"{han}[,;:!?]|[,;:!?]{han}|{han}\.(?:\s|$)")
    assert [entry.msgid for entry in ENTRIES if half.search(entry.msgstr)] == []


def test_the_compiled_catalog_speaks_chinese():
    if not ENTRIES:
        pytest.fail("There is no catalog: make messages")
    entry = next(entry for entry in ENTRIES if entry.msgstr and not entry.msgctxt and "%" not in entry.msgid)
    with translation.override("zh-hans"):
        assert translation.gettext(entry.msgid) == entry.msgstr, "out of date: make messages-compiled"
