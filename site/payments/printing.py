"""Receipts on paper: as a page to print, and as a PDF with Chinese letters of a package (pylopdf-fonts-zh-cn)."""

from dataclasses import dataclass

import pylopdf_fonts_zh_cn as letters
from django.utils import timezone
from django.utils.translation import gettext as _
from fpdf import FPDF

from accounts.models import mask_phone
from payments import describe
from payments.amounts import in_capitals, yuan


@dataclass(frozen=True)
class Paper:
    """What a receipt says: a heading, its number, rows of label and text, and notes at the foot."""

    heading: str
    number: str
    rows: list
    notes: list


def paper(receipt):
    """A receipt in words, in the active language."""
    payment, refund = receipt.payment, receipt.refund
    by = refund.paid_out_by if refund else _taken_by(payment)
    method = refund.method or refund.attempt.method if refund else payment.method
    amount = abs(receipt.amount)
    rows = [
        (_("Institution"), payment.institution.name),
        (_("For"), receipt.title),
        (_("Amount"), f"{yuan(amount)}（{in_capitals(amount)}）"),
        (_("Paid out by") if refund else _("Paid by"), str(describe.method(method))),
        (_("Day"), f"{timezone.localtime(receipt.at):%Y-%m-%d %H:%M}"),
        (_("Payer's telephone"), mask_phone(payment.account.phone or "")),
        (_("Reference of the payment"), payment.reference),
    ]
    if refund:
        rows.append((_("Reason"), refund.get_reason_display()))
    if by:
        rows.append((_("At the desk"), by.name or mask_phone(by.phone or "")))
    school = payment.institution
    contact = " · ".join(filter(None, [school.name, school.address, school.phone]))
    notes = [
        _("This receipt shows that money was received. It is not a tax invoice (fapiao): ask the institution for one.")
    ]
    if refund:
        notes = [_("This receipt shows that money was given back.")]
    elif payment.refunded:
        notes.append(_("Of this, %(amount)s has gone back.") % {"amount": yuan(payment.refunded)})
    return Paper(
        heading=_("Receipt of a refund") if refund else _("Receipt"),
        number=str(receipt),
        rows=[(label, text) for label, text in rows if text],
        notes=[*notes, contact],
    )


def _taken_by(payment):
    taken = payment.attempts.exclude(by=None).filter(state="paid").select_related("by").first()
    return taken.by if taken else None


def pdf(receipt):
    """The receipt as a PDF of one A5 page; only the letters it uses are in it."""
    said = paper(receipt)
    page = FPDF(format=(148, 210))
    page.set_title(f"{said.heading} {said.number}")
    page.set_margin(15)
    page.add_font("letters", fname=letters.sans_path())
    page.add_page()
    page.set_font("letters", size=18)
    page.cell(0, 12, said.heading, new_x="LMARGIN", new_y="NEXT", align="C")
    page.set_font("letters", size=11)
    page.cell(0, 8, said.number, new_x="LMARGIN", new_y="NEXT", align="C")
    page.ln(4)
    with page.table(
        col_widths=(30, 70), line_height=8, first_row_as_headings=False, borders_layout="INTERNAL"
    ) as table:
        for label, text in said.rows:
            table.row([str(label), str(text)])
    page.ln(6)
    page.set_font("letters", size=9)
    for note in said.notes:
        page.multi_cell(0, 5, str(note), new_x="LMARGIN", new_y="NEXT")
    return bytes(page.output())
