"""Which strings have no Chinese yet (`make check`, `make messages`): prints them, and fails when there are any.

Reads the sources as makemessages does, but with Babel's reader for Python and Django's own for templates, so that it
needs no gettext and changes no file.
"""

import ast
import re
import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[1]
CATALOG = ROOT / "site/home/locale/zh_Hans/LC_MESSAGES/django.po"
PACKAGES = ["site", "courses", "partners"]
FUNCTIONS = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
CONTEXT = {"pgettext", "pgettext_lazy"}


def in_python(path):
    """The (context, msgid) pairs of one Python file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        texts = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
        if name in FUNCTIONS | PLURAL and texts:
            yield None, texts[0]
        elif name in CONTEXT and len(texts) > 1:
            yield texts[0], texts[1]


def in_template(path):
    """The (context, msgid) pairs of one template: Django turns it into something like Python, which gettext reads."""
    from django.utils.translation.template import templatize

    source = templatize(path.read_text(encoding="utf-8"))
    string = r"""u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|'''.*?'''|\"\"\".*?\"\"\")"""
    for name, first, second in re.findall(rf"\b(\w*gettext|_)\({string}(?:,\s*{string})?", source, re.DOTALL):
        if name in CONTEXT | {"npgettext"}:
            yield ast.literal_eval(first), ast.literal_eval(second)
        else:
            yield None, ast.literal_eval(first)


def used():
    """All (context, msgid) pairs of the site, each with the file that uses it."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                found |= dict.fromkeys(in_python(path), path)
    for path in sorted((ROOT / "templates").rglob("*.*")):
        found |= dict.fromkeys(in_template(path), path)
    return {pair: path.relative_to(ROOT) for pair, path in found.items()}


def untranslated():
    """What lacks a translation: lines `file: text`."""
    catalog = {}
    if CATALOG.exists():
        catalog = {(entry.msgctxt, entry.msgid): entry for entry in polib.pofile(str(CATALOG))}
    lines = []
    for (context, text), path in used().items():
        entry = catalog.get((context, text))
        if entry is None or entry.fuzzy or not (entry.msgstr or all(entry.msgstr_plural.values() or [""])):
            lines.append(f"{path}: {text!r}")
    return lines


def tidy():
    """Take back what makemessages guesses from similar strings, and plural forms that Chinese does not have."""
    catalog = polib.pofile(str(CATALOG))
    for entry in catalog:
        if entry.fuzzy:
            entry.flags.remove("fuzzy")
            entry.msgstr, entry.msgstr_plural = "", dict.fromkeys(entry.msgstr_plural, "")
        entry.msgstr_plural = {form: text for form, text in entry.msgstr_plural.items() if form == 0}
    catalog.save()


def main():
    """Print what is missing, after `--tidy` if told; the exit code is 1 when anything is."""
    if "--tidy" in sys.argv:
        tidy()
    missing = untranslated()
    print("\n".join(missing) or "Every string has its Chinese.")
    if missing:
        print(f"{len(missing)} strings have no Chinese: make messages, then fill in {CATALOG.relative_to(ROOT)}")
    return bool(missing)


if __name__ == "__main__":
    sys.exit(main())
