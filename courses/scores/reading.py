"""Tables as exam offices send them: a title above the columns' titles, merged cells, old database files (.dbf)."""

import io
import re
import struct
from dataclasses import dataclass
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext as _

from courses.importing import reading
from courses.importing.reading import FileError

SUFFIXES = (".csv", ".txt", ".xlsx", ".dbf")
_LOOKED_AT = 10  # rows at the top among which the titles are looked for
_MERGED = re.compile(rb'<mergeCell\b[^>]*\bref="[A-Z]+(\d{1,7}):[A-Z]+(\d{1,7})"')
_FIRST_SHEET = "xl/worksheets/sheet1.xml"
_FIELD = struct.Struct("<11sc4xB15x")  # of a .dbf: name, type, length


@dataclass(frozen=True)
class Table:
    """Titles, rows, in which row the titles stand, and the rows that hide below a merged cell."""

    titles: list
    rows: list
    header_row: int
    merged: frozenset = frozenset()


def read(data, *, name, known, header_row=None):
    """The table in a file. `known` are usual titles: the row that holds most of them is that of the titles.

    Raises FileError that says what to do.
    """
    if not name.lower().endswith(SUFFIXES):
        raise FileError(_("Send a table as CSV (.csv), as an Excel workbook (.xlsx) or as .dbf."))
    is_dbf = name.lower().endswith(".dbf")
    records = _dbf(data) if is_dbf else reading.records_of(data, name=name)
    header_row = header_row or _row_of_titles(records, known)
    titles, rows = reading.table(records, header_row=header_row)
    merged = _merged(data, len(records)) if name.lower().endswith(".xlsx") else ()
    return Table(titles, rows, header_row, frozenset(merged))


def _row_of_titles(records, known):
    """The row (from 1) near the top that holds most of the usual titles; the first when none does."""
    found = [sum(_plain(cell) in known for cell in record) for record in records[:_LOOKED_AT]]
    return found.index(max(found)) + 1 if found and max(found) else 1


def _plain(title):
    return "".join(title.split()).lower()


def _merged(data, most):
    """The rows, up to `most`, of a workbook's first sheet that lie below the first row of a merged cell."""
    try:
        with ZipFile(io.BytesIO(data)) as packed:
            sheet = packed.read(_FIRST_SHEET) if _FIRST_SHEET in packed.namelist() else b""
    except BadZipFile:
        return
    for first, last in _MERGED.findall(sheet):
        yield from range(int(first) + 1, min(int(last), most) + 1)


def _dbf(data):
    """The rows of a dBASE or FoxPro table, its field names first. Text is GB18030, as offices here write it."""
    try:
        count, start, width = struct.unpack_from("<IHH", data, 4)
        names, lengths, at = [], [], 32
        while data[at] != 0x0D:
            name, _kind, length = _FIELD.unpack_from(data, at)
            names.append(name.split(b"\0")[0].decode("gb18030"))
            lengths.append(length)
            at += 32
        ends = min(start + count * width, len(data))  # What the file says of itself may be wrong.
        records = [data[at : at + width] for at in range(start, ends, width)]
        found = [names, *(_cells(record, lengths) for record in records if record[:1] == b" ")]
        if any("\0" in cell for record in found for cell in record):
            raise ValueError
        return found
    except (struct.error, IndexError, ValueError):
        raise FileError(_("The .dbf file cannot be read. Save it as CSV or as an Excel workbook (.xlsx).")) from None


def _cells(record, lengths):
    cells, at = [], 1
    for length in lengths:
        cells.append(record[at : at + length].decode("gb18030").strip("\0 "))
        at += length
    return cells
