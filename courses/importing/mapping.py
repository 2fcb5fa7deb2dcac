"""The mapping of a schedule file: which of its columns is what, and how its cells are written. A small TOML file."""

import difflib
import tomllib
from dataclasses import dataclass, field, fields
from datetime import time
from pathlib import Path

from django.utils.translation import gettext as _

SHIPPED = Path(__file__).resolve().parents[1] / "mappings"

# What a row can say, by the name used in [columns] and [defaults]. A test compares the list with docs/importing.md.
FIELDS = {
    "code", "title", "summary", "category", "level", "institution", "term", "label", "status",
    "weekdays", "dates", "first_day", "last_day", "count", "hours",
    "start", "start_hour", "start_minute", "end", "end_hour", "end_minute",
    "opens", "closes", "place", "district", "teacher", "capacity", "minimum", "fee", "materials", "min_age", "max_age",
}  # fmt: skip


class MappingError(Exception):
    """The mapping (or an option) cannot be used; the text says what to mend."""


@dataclass(frozen=True, kw_only=True)
class Formats:
    """How the cells are written: see docs/importing.md for each key."""

    dates: tuple[str, ...] = ()
    date_separator: str = ""
    hours_separator: str = "-"
    none: tuple[str, ...] = ()
    age_unit: str = "years"
    fee_unit: str = "yuan"
    opens_time: time = time(8)
    closes_time: time = time(23, 59)


@dataclass(frozen=True, kw_only=True)
class Mapping:
    """A mapping: our field names to their columns, defaults for what they lack, and formats."""

    columns: dict
    defaults: dict = field(default_factory=dict)
    values: dict = field(default_factory=dict)
    formats: Formats = Formats()
    code_prefix: str = ""
    header_row: int = 1
    sheet: str = ""
    skip_holidays: bool = True
    create_categories: bool = False
    close_days_before: int = 1
    pool: str = "面向所有人"

    def column_of(self, name):
        """What a report calls a field: the column's title, or our name where it has no column."""
        return self.columns.get(name, name)


def load(name):
    """The mapping in the file `name`, or the shipped one of that name. Raises MappingError."""
    path = Path(name)
    if not path.suffix:
        path = SHIPPED / f"{name}.toml"
    try:
        with path.open("rb") as file:
            return parse(tomllib.load(file))
    except FileNotFoundError:
        shipped = ", ".join(sorted(item.stem for item in SHIPPED.glob("*.toml")))
        raise MappingError(
            _("There is no mapping %(name)s. Shipped: %(shipped)s.") % {"name": name, "shipped": shipped}
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise MappingError(_("%(name)s is not TOML: %(error)s") % {"name": name, "error": error}) from None


def parse(data):
    """A Mapping from the content of a TOML file. Raises MappingError for a key that means nothing."""
    allowed = {item.name for item in fields(Mapping)}
    _refuse_unknown(data, allowed, "")
    for part in ("columns", "defaults", "values"):
        _refuse_unknown(data.get(part, {}), FIELDS, part)
    formats = data.get("formats", {})
    _refuse_unknown(formats, {item.name for item in fields(Formats)}, "formats")
    for unit, choices in (("age_unit", ("years", "months")), ("fee_unit", ("yuan", "fen"))):
        if formats.get(unit, choices[0]) not in choices:
            raise MappingError(_("%(key)s must be one of: %(choices)s.") % {"key": unit, "choices": ", ".join(choices)})
    listed = {key: tuple(value) if isinstance(value, list) else value for key, value in formats.items()}
    return Mapping(**{**data, "columns": data.get("columns", {}), "formats": Formats(**listed)})


def _refuse_unknown(keys, allowed, part):
    for key in keys:
        if key not in allowed:
            near = difflib.get_close_matches(key, allowed, n=1)
            hint = _("Did you mean %(near)s?") % {"near": near[0]} if near else ", ".join(sorted(allowed))
            raise MappingError(
                _("The mapping has an unknown key %(key)s. %(hint)s")
                % {"key": f"{part}.{key}".lstrip("."), "hint": hint}
            )
