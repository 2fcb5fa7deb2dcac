"""What a camera reads on a paper: the QR codes of a PDF, from its pages as they are drawn."""

import pypdfium2
import zxingcpp

# Dots to the inch: coarser than any phone's camera sees a paper.
_DPI = 150


def qr_codes(pdf):
    """The texts of all QR codes on the pages of a PDF (bytes), in the order of the pages."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.render(scale=_DPI / 72).to_pil() for page in document]
    return [code.text for page in pages for code in zxingcpp.read_barcodes(page, zxingcpp.BarcodeFormat.QRCode)]
