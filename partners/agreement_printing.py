"""An agreement on paper: a PDF with its text, the signatures, and a QR code that leads to the page that confirms it."""

import io

import pylopdf_fonts_zh_cn as letters
import segno
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from fpdf import FPDF

_QR = 32  # mm


def verify_address(agreement):
    """The whole address of the public page that confirms it: what the QR code holds."""
    return settings.SITE_URL + agreement.verify_path


def qr(agreement):
    """The QR code as a PNG picture."""
    stream = io.BytesIO()
    segno.make(verify_address(agreement), error="m").save(stream, kind="png", scale=8, border=2)
    return stream.getvalue()


def signature_rows(agreement):
    """(party, name, when and how), one for each party, also those that have not signed."""
    signed = agreement.signed
    for party in agreement.parties:
        one = signed.get(party)
        if one is None:
            yield party.label, "—", _("not signed yet")
            continue
        words = {"time": f"{timezone.localtime(one.at):%Y-%m-%d %H:%M}", "sent_to": one.sent_to}
        yield party.label, one.name, _("%(time)s, code sent to %(sent_to)s") % words


def pdf(agreement):
    """The agreement as a PDF on A4; only the letters that it uses are in it."""
    document = agreement.document
    page = FPDF(format="A4")
    page.set_title(f"{document.title} {document.reference}")
    page.set_margin(20)
    page.set_auto_page_break(True, margin=20)
    page.add_font("letters", fname=letters.sans_path())
    page.add_page()
    page.set_font("letters", size=18)
    page.multi_cell(0, 11, document.title, align="C", new_x="LMARGIN", new_y="NEXT")
    page.set_font("letters", size=10)
    page.cell(0, 8, document.reference, align="C", new_x="LMARGIN", new_y="NEXT")
    page.ln(2)
    page.set_font("letters", size=11)
    for line in document.body.splitlines():
        page.multi_cell(0, 6.5, line or " ", align="L", new_x="LMARGIN", new_y="NEXT")
    _sign_off(page, agreement)
    return bytes(page.output())


def _sign_off(page, agreement):
    page.ln(4)
    if page.get_y() > page.h - 110:
        page.add_page()
    page.set_font("letters", size=12)
    page.cell(0, 9, _("Signatures"), new_x="LMARGIN", new_y="NEXT")
    page.set_font("letters", size=10)
    with page.table(col_widths=(18, 32, 50), line_height=7, first_row_as_headings=False) as table:
        for row in signature_rows(agreement):
            table.row([str(cell) for cell in row])
    page.ln(4)
    top = page.get_y()
    page.image(io.BytesIO(qr(agreement)), x=page.l_margin, y=top, w=_QR, h=_QR, alt_text=verify_address(agreement))
    page.set_xy(page.l_margin + _QR + 4, top)
    page.set_left_margin(page.l_margin + _QR + 4)
    page.set_font("letters", size=9)
    state = {"state": agreement.get_state_display(), "time": f"{timezone.localtime():%Y-%m-%d %H:%M}"}
    notes = [
        _("State when this was printed (%(time)s): %(state)s") % state,
        _("Whether it is genuine and still in force says this page: %(address)s")
        % {"address": verify_address(agreement)},
        _("SHA-256 of the text: %(hash)s") % {"hash": agreement.document.sha256},
    ]
    for note in notes:
        page.multi_cell(0, 5, note, align="L", new_x="LMARGIN", new_y="NEXT")
