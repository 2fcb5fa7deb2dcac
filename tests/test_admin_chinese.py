"""Staff read Chinese: every page of the admin that a group opens is walked, and no English words stand there.

Words of Wagtail that its own catalog lacks are in site/home/locale_wagtail; ours in site/home/locale.
"""

import re
from html.parser import HTMLParser

import pytest

from tests.admin_walk import GROUPS, World, addresses, is_open, read_table, row_of
from tests.test_permissions import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.once]

# Two words or more; a single one may be a name, a unit or a code.
_ENGLISH = re.compile(r"[A-Za-z][a-z]+(?:[ ’'][a-z]+)+|[A-Z][a-z]+ [A-Z][a-z]+")
# What is no sentence, or is not ours to say.
ALLOWED = [
    "Moderators approval",  # a row that Wagtail's migrations make; staff may rename it
    "Welcome to your new",  # so does this page, until the site has its own
    "Wagtail site",
    "has a seat in",  # the English text of a message, edited beside the Chinese one
    "First meeting",
]
_SPOKEN = {"aria-label", "placeholder", "title", "alt", "aria-description"}


class _Words(HTMLParser):
    """What a reader sees or hears: text, and the attributes that are spoken."""

    def __init__(self):
        super().__init__()
        self.words, self._silent = [], 0

    def handle_starttag(self, tag, attrs):
        if tag in ("script", "style", "code", "svg"):
            self._silent += 1
        self.words += [value or "" for name, value in attrs if name in _SPOKEN]

    def handle_endtag(self, tag):
        if tag in ("script", "style", "code", "svg"):
            self._silent -= 1

    def handle_data(self, data):
        if not self._silent:
            self.words.append(data)


def english_in(html):
    """The English word groups that a page shows."""
    reader = _Words()
    reader.feed(html)
    found = {match for text in reader.words for match in _ENGLISH.findall(" ".join(text.split()))}
    return {words for words in found if not any(words in allowed or allowed in words for allowed in ALLOWED)}


@pytest.mark.parametrize("letter", GROUPS)
def test_no_page_that_a_group_uses_speaks_english(client, settings, letter):
    settings.SECOND_FACTOR_REQUIRED = False
    world, rows, wrong = World(), read_table(), {}
    signed_in(client, world.accounts[letter])
    for route in addresses():
        columns = row_of(route, rows)[1].partition("/")[0]
        if (columns != "all" and letter not in columns) or route.startswith("jsi18n"):
            continue
        response = client.get(world.path(route, world.own), headers={"Accept-Language": "zh-CN"}, follow=True)
        if is_open(response) and response["Content-Type"].startswith("text/html"):
            for words in english_in(response.content.decode()):
                wrong.setdefault(words, route)
    assert wrong == {}


def test_the_reader_finds_what_is_english():
    assert english_in('<p>保存 <b title="Save the page">x</b></p><p>Search all pages…</p>') == {
        "Save the page",
        "Search all pages",
    }
