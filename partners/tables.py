"""Tables to take away: CSV that spreadsheet programs read as UTF-8, and XLSX."""

import csv
import io

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

FORMATS = ("csv", "xlsx")
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def download(name, rows, *, file_format, private=True):
    """The rows (the first is the heading) as a file to keep. `private`: no cache keeps it."""
    rows = [[_cell(value) for value in row] for row in rows]
    content = _xlsx(rows) if file_format == "xlsx" else _csv(rows)
    response = HttpResponse(content, content_type=_TYPES[file_format])
    response["Content-Disposition"] = f'attachment; filename="{name}.{file_format}"'
    if private:
        response["Cache-Control"] = "private, no-store"
    return response


def _cell(value):
    """A value without what a spreadsheet program would take for a formula, typed by somebody else."""
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"
    return value if isinstance(value, int | float) else str(value)


def _csv(rows):
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    return ("\ufeff" + stream.getvalue()).encode()


def _xlsx(rows):
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for number, row in enumerate(rows):
        cells = [WriteOnlyCell(sheet, value=value) for value in row]
        for cell in cells:
            cell.font = Font(bold=number == 0)
        sheet.append(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
