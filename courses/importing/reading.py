"""Rows of text from a file: CSV in the encodings and with the separators that office programs write, or XLSX."""

import csv
import io
import re
import zlib
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

_SEPARATORS = ",;\t|"
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f]")
# A workbook is a zip: a small file may hold very much. Bytes, unpacked.
_MOST_UNPACKED = 200 * 2**20
# And two cells far apart span a table of billions of empty ones.
_MOST_ROWS, _MOST_COLUMNS = 100_000, 300
# What openpyxl meets in a file that is no workbook, or a damaged one (or one with a password).
_DAMAGED = (BadZipFile, InvalidFileException, zlib.error, EOFError, LookupError, OSError, SyntaxError, TypeError)
_DAMAGED += (ValueError, AttributeError, ArithmeticError, RuntimeError)


class FileError(Exception):
    """The file as a whole cannot be read; the text says why and what to do."""


@dataclass(frozen=True)
class Row:
    """One row: its number as a spreadsheet shows it, its cells by column, and what is wrong with its form."""

    number: int
    cells: dict
    fault: str = ""


def read(path, *, header_row=1, sheet=""):
    """The columns' titles and the rows of a file; empty rows are left out. Raises FileError."""
    try:
        data = Path(path).read_bytes()
    except FileNotFoundError:
        raise FileError(_("There is no file %(path)s.") % {"path": path}) from None
    return parse(data, name=str(path), header_row=header_row, sheet=sheet)


def parse(data, *, name, header_row=1, sheet=""):
    """The same for the content of a file; its name tells what it claims to be."""
    return table(records_of(data, name=name, sheet=sheet), header_row=header_row)


def records_of(data, *, name, sheet=""):
    """All rows of a file as lists of cells, the titles among them. Raises FileError."""
    is_workbook = Path(name).suffix.lower() in (".xlsx", ".xlsm")
    return _xlsx(io.BytesIO(data), sheet) if is_workbook else _csv(data)


def table(records, *, header_row=1):
    """The columns' titles and the rows below them; empty rows are left out. Raises FileError."""
    if len(records) < header_row:
        raise FileError(_("The file is empty: row %(n)d should hold the columns' titles.") % {"n": header_row})
    header = [title.strip() for title in records[header_row - 1]]
    titles = [title for title in header if title]
    if twice := {title for title in titles if titles.count(title) > 1}:
        raise FileError(_("Two columns have the same title: %(titles)s.") % {"titles": ", ".join(sorted(twice))})
    rows = [_row(number, header, record) for number, record in enumerate(records, 1) if number > header_row]
    return titles, [row for row in rows if row is not None]


def _row(number, header, record):
    if not any(cell.strip() for cell in record):
        return None
    cells = {title: cell.strip() for title, cell in zip(header, record, strict=False) if title}
    fault = ""
    if len(record) > len(header) and any(cell.strip() for cell in record[len(header) :]):
        fault = _("The row has %(n)d cells, the header %(m)d. A text with a separator in it needs quotation marks.")
    elif len(record) < len(header):
        fault = _("The row has only %(n)d cells, the header %(m)d. Was the line cut off?")
    return Row(number, cells, fault and fault % {"n": len(record), "m": len(header)})


def _csv(data):
    text = _decode(data)
    if _NO_TEXT.search(text):
        raise FileError(_("This is not a table: save it as CSV or as an Excel workbook (.xlsx)."))
    first_line = text.split("\n", 1)[0]
    separator = max(_SEPARATORS, key=lambda sign: len(next(csv.reader([first_line], delimiter=sign), [])))
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=False))
    except csv.Error as error:
        raise FileError(_("The file is not CSV: %(error)s") % {"error": error}) from None


def _decode(data):
    if data.startswith(b"PK"):
        raise FileError(_("This looks like an Excel file: its name should end in .xlsx."))
    encodings = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileError(_("The text is neither UTF-8 nor GB18030. Save it as “CSV UTF-8” and try again."))


def _xlsx(stream, sheet):
    try:
        return _read_workbook(stream, sheet)
    except _DAMAGED:
        raise FileError(_("The file is not an Excel workbook (.xlsx). Save it again from Excel or WPS.")) from None


def _read_workbook(stream, sheet):
    with ZipFile(stream) as packed:
        if sum(part.file_size for part in packed.infolist()) > _MOST_UNPACKED:
            raise FileError(_("The workbook is too large. Save the sheet as a file of its own."))
    book = load_workbook(stream, read_only=True, data_only=True)
    try:
        if sheet and sheet not in book.sheetnames:
            raise FileError(
                _("There is no sheet %(sheet)s; there are: %(all)s.")
                % {"sheet": sheet, "all": ", ".join(book.sheetnames)}
            )
        found = book[sheet] if sheet else book.worksheets[0]
        found.reset_dimensions()
        return _padded(list(_records(found)))
    finally:
        book.close()


def _records(sheet):
    """The rows of a sheet, up to what a table may have; more is refused before it fills the memory."""
    rows = sheet.iter_rows(values_only=True, max_row=_MOST_ROWS + 1, max_col=_MOST_COLUMNS + 1)
    empty = 0  # Rows of nothing at the end, which a format that was set once leaves behind, are not read.
    for number, record in enumerate(rows, 1):
        cells = [_text(cell) for cell in record]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            empty += 1
            continue
        if number > _MOST_ROWS or len(cells) > _MOST_COLUMNS:
            text = _("The table is too large: at most %(rows)d rows and %(columns)d columns are read.")
            raise FileError(text % {"rows": _MOST_ROWS, "columns": _MOST_COLUMNS})
        yield from ([] for _row in range(empty))
        empty = 0
        yield cells


def _padded(records):
    """All records of equal width: a workbook leaves out the empty cells at the end, which says nothing."""
    width = max((len(record) for record in records), default=0)
    return [record + [""] * (width - len(record)) for record in records]


def _text(cell):
    """A cell of a workbook as it would stand in a CSV file."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ", timespec="minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return cell.isoformat(timespec="minutes")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
