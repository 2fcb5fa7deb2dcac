"""The look keeps its promises: small files, nothing inline, colors that can be read in every scheme."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "site/home/static/home"
CSS = (STATIC / "xuelin.css").read_text()
SCHEMES = {
    "light": [r":root\{"],
    "dark": [r":root\{", r"dark\)\{:root\{"],
    "high contrast": [r":root\{", r"\nhtml\[data-contrast=high\]\{"],
    "high contrast, dark": [r":root\{", r"\nhtml\[data-contrast=high\]\{", r"dark\)\{html\[data-contrast=high\]\{"],
}
# Text on its ground, each at least 4.5:1; edges of controls and the ring of the focus at least 3:1.
TEXT = [
    *((ink, ground) for ink in ("ink", "ink-2", "muted") for ground in ("white", "snow", "birch", "mist")),
    *((ink, ground) for ink in ("pine-6", "pine-7", "berry", "amber", "ok", "river") for ground in ("white", "snow")),
    ("pine-6", "birch"),
    ("pine-8", "pine-1"),
    ("ink", "pine-1"),
    ("pine-6", "pine-1"),
    ("river", "river-1"),
    ("amber", "amber-1"),
    ("berry", "berry-1"),
    ("ok", "ok-1"),
    ("ink", "river-1"),
    ("ink", "amber-1"),
    ("ink", "berry-1"),
    ("ink-2", "mist"),
    ("on", "pine-6"),
    ("on", "pine-8"),
    ("on", "berry"),
    ("paper", "pine-9"),
    ("glow", "pine-9"),
    ("black", "focus"),
]
EDGES = [("edge", "white"), ("edge", "snow")]


def tokens(scheme):
    """The colors in force in this scheme, by name."""
    found = {}
    for opening in SCHEMES[scheme]:
        block = re.search(opening + r"([^}]*)\}", CSS)[1]
        found |= dict(re.findall(r"--([\w-]+):(#[0-9a-f]{3,6})\b", block))
    return found


def luminance(color):
    """Relative luminance as WCAG defines it, 0 to 1."""
    digits = color[1:] if len(color) == 7 else "".join(c * 2 for c in color[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """The contrast of two colors, 1 to 21."""
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_can_be_read_in_every_scheme(scheme):
    colors = tokens(scheme)
    least = 7 if scheme.startswith("high") else 4.5
    weak = {pair: contrast(colors[pair[0]], colors[pair[1]]) for pair in TEXT}
    assert {pair: round(ratio, 2) for pair, ratio in weak.items() if ratio < least} == {}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_controls_have_edges_that_can_be_seen(scheme):
    colors = tokens(scheme)
    assert all(contrast(colors[edge], colors[ground]) >= 3 for edge, ground in EDGES)


def test_stylesheet_and_script_stay_small():
    assert len(CSS.encode()) <= 30_000
    assert (STATIC / "xuelin.js").stat().st_size <= 25_000


def test_the_first_page_stays_small():
    weight = sum((STATIC / name).stat().st_size for name in ("xuelin.css", "xuelin.js", "hero.svg", "favicon.svg"))
    assert weight <= 60_000  # leaves 90 KB for htmx, the page itself and six pictures


@pytest.mark.parametrize("picture", sorted((STATIC / "scenes").glob("*.svg")), ids=lambda path: path.stem)
def test_a_scene_is_small_and_well_formed(picture):
    assert picture.stat().st_size < 4096
    assert ElementTree.parse(picture).getroot().tag.endswith("svg")


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_a_template_has_nothing_inline_and_nothing_from_elsewhere(path):
    source = path.read_text()
    assert not re.search(r"\sstyle=|\son[a-z]+=\"|<style", source)
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/(ld\+)?json)", source)
    assert not re.search(r"(src|srcset|action)=\"(https?:)?//", source)
    assert len(source.splitlines()) < 120
