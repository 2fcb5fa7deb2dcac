"""Tables to take away: XLSX, CSV that spreadsheet programs read as UTF-8, and CSV in GB18030 for older ones."""

import csv
import io

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

FORMATS = ("csv", "xlsx")
# What some programs of authorities still read only.
GB18030 = "gb18030"
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    GB18030: "text/csv; charset=gb18030",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def download(name, rows, *, file_format, private=True):
    """The rows (the first is the heading) as a file to keep. `private`: no cache keeps it."""
    rows = [[_cell(value) for value in row] for row in rows]
    content = _xlsx(rows) if file_format == "xlsx" else _csv(rows, file_format)
    ending = "csv" if file_format == GB18030 else file_format
    response = HttpResponse(content, content_type=_TYPES[file_format])
    response["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
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


def _csv(rows, file_format):
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    if file_format == GB18030:
        return stream.getvalue().encode("gb18030")
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
