"""The confirmation form of an application: a page to print on A4, its twin as a PDF, and the code that leads back."""

import io

import pylopdf_fonts_zh_cn as letters
import segno
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from fpdf import FPDF

from courses.applying.access import application_of, family_only
from courses.applying.answers import Answers
from courses.models import PathwayApplication


def _address(application):
    """The opaque address behind the code: for its owner and for staff of the schools only."""
    return f"{settings.SITE_URL}{reverse('application_code', args=[application.reference])}"


def _sent(request, reference):
    """An application of this account that was sent, with what was sent."""
    application = application_of(request, reference)
    if not application.submitted_at or not application.is_live:
        raise Http404
    return application, Answers(application, application.sent)


def _head(application):
    """What stands above the answers: label and text."""
    return [
        (_("Admission round"), application.round.name),
        (_("Reference"), application.reference),
        # On paper "today" is soon wrong.
        (_("Submitted"), date_format(timezone.localtime(application.submitted_at), "DATETIME_FORMAT")),
        (_("State"), application.get_state_display()),
    ]


def _signatures():
    return [_("Learner"), _("Guardian"), _("Checked by the school")]


@family_only
@require_GET
def paper(request, reference):
    """The form as a page."""
    application, answers = _sent(request, reference)
    # Made by segno from our own address, without anything typed by people.
    code = segno.make(_address(application), error="m").svg_inline(scale=3, border=2)
    context = {"application": application, "head": _head(application), "rows": answers.rows()}
    context |= {"code": mark_safe(code), "signatures": _signatures()}  # noqa: S308
    return render(request, "courses/applying/paper.html", context)


@family_only
@require_GET
def paper_pdf(request, reference):
    """The form as a PDF."""
    application, answers = _sent(request, reference)
    response = HttpResponse(_pdf(application, answers), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{application.reference}.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _pdf(application, answers):
    """One or two pages of A4; only the letters that are used are in it."""
    page = FPDF(format="A4")
    page.set_title(f"{_('Application form')} {application.reference}")
    page.set_margin(15)
    page.add_font("letters", fname=letters.sans_path())
    page.add_page()
    page.set_font("letters", size=17)
    page.cell(150, 10, _("Application form"), new_x="LMARGIN", new_y="NEXT")
    image = io.BytesIO()
    segno.make(_address(application), error="m").save(image, kind="png", scale=4, border=2)
    page.image(image, x=165, y=12, w=30)
    page.set_font("letters", size=10)
    for label, text in _head(application):
        page.cell(145, 6, f"{label}：{text}", new_x="LMARGIN", new_y="NEXT")
    for section, rows in answers.rows():
        page.ln(3)
        page.set_font("letters", size=12)
        page.cell(0, 7, str(section.title), new_x="LMARGIN", new_y="NEXT")
        page.set_font("letters", size=10)
        with page.table(
            col_widths=(35, 65), line_height=6, first_row_as_headings=False, borders_layout="INTERNAL"
        ) as table:
            for _name, label, words in rows:
                table.row([str(label), str(words) or "—"])
    page.ln(10)
    for text in _signatures():
        page.cell(60, 8, f"{text}：____________")
    return bytes(page.output())


@family_only
@require_GET
def code(request, reference):
    """Where the code leads: the owner to the application, staff of its schools to their screen, others nowhere."""
    found = PathwayApplication.objects.filter(reference=reference)
    if found.of(request.user).exists():
        return redirect("application_detail", reference)
    if request.user.is_staff and request.user.has_perm("courses.view_pathwayapplication"):
        mine = found.staffed_by(request.user).first()
        if mine:
            return redirect("pathway_application:inspect", mine.pk)
    raise Http404
