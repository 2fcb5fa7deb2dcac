"""The desk in the admin: find or enter a walk-in, enroll them in one form, hand out the slip, next person."""

import secrets

import segno
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature, dumps, loads
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from django.views.generic.edit import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from accounts.models import Learner
from accounts.phones import find_phone
from courses import desk
from courses import enrollment as process
from courses.describe import rules, when, where
from courses.desk_forms import DeskForm
from courses.dues import payments_of
from courses.eligibility import Rules
from courses.fees import lines, money
from courses.intake_choice import open_intakes
from courses.models import Enrollment
from payments.errors import MoneyError
from payments.models import Receipt


class _DeskMixin:
    """For those who may enroll others."""

    def dispatch(self, request, *args, **kwargs):
        """Names and numbers are never kept by the browser."""
        if not request.user.has_perm("courses.add_enrollment"):
            raise PermissionDenied
        response = super().dispatch(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        return response


class DeskView(_DeskMixin, WagtailAdminTemplateMixin, FormView):
    """Search, form and result on one page; the search is sent by POST, so that no number stands in an address."""

    template_name = "courses/admin/desk.html"
    says_template_name = "courses/admin/desk_says.html"
    form_class = DeskForm
    page_title = _("Desk")
    header_icon = "user"

    def get_breadcrumbs_items(self):
        """This page."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    @cached_property
    def query(self):
        """What was typed into the search."""
        return self.request.POST.get("q", "").strip()[:60]

    @cached_property
    def learner(self):
        """Who was chosen: a signed key, so that nobody can be reached by counting."""
        key = self.request.POST.get("learner", "")
        return get_object_or_404(Learner.objects.filter(erased_at=None), pk=unsign(key)) if key else None

    def get_initial(self):
        """A new form; from a roster with its class, after a search with the phone or the name."""
        initial = {"form_key": secrets.token_hex(16)}
        if phone := find_phone(self.query):
            initial["phone"] = phone
        elif self.query and not any(map(str.isdigit, self.query)):
            initial["name"] = self.query
        wanted = self.request.POST.get("intake_pk") or self.request.GET.get("intake", "")
        if wanted.isdecimal():
            initial["intake"] = next((one for one in open_intakes(self.request.user) if one.pk == int(wanted)), None)
        return initial

    def get_form_kwargs(self):
        """Bound when the form itself was sent."""
        kwargs = super().get_form_kwargs() | {"by": self.request.user, "learner": self.learner}
        if "enroll" not in self.request.POST or self.is_looking:
            kwargs.pop("data", None)
            kwargs.pop("files", None)
        if self.is_looking:
            kwargs["initial"] = kwargs["initial"] | self.request.POST.dict()
        return kwargs

    @property
    def is_looking(self):
        """Whether one only asks what the class says; the page asks it by itself when a class is chosen."""
        return "look" in self.request.POST

    def post(self, request, *args, **kwargs):
        """Search, choose, look or enroll."""
        if self.is_looking and request.headers.get("X-Requested-With") == "fetch":
            return render(request, self.says_template_name, {"says": self._says()})
        if "enroll" in request.POST and not self.is_looking:
            return super().post(request, *args, **kwargs)
        return self.render_to_response(self.get_context_data())

    def _says(self):
        return DeskForm(self.request.POST, by=self.request.user, learner=self.learner).says()

    def form_valid(self, form):
        """Enroll and go to the slip; what the class says now stands in the form."""
        data = form.cleaned_data
        try:
            enrollment = desk.enroll(
                form.walk_in(),
                intake=data["intake"],
                by=self.request.user,
                form_key=data["form_key"],
                has_proof=data.get("has_proof", False),
                has_acknowledged=data.get("has_acknowledged", False),
            )
        except process.AlreadyEnrolled as already:
            messages.warning(self.request, already.messages[0])
            return self._to_existing(already.enrollment, form)
        except process.EnrollmentError as refused:
            for text in refused.messages:
                form.add_error("intake", text)
            return self.form_invalid(form)
        if data.get("method"):
            self._take(enrollment, data)
        return redirect("desk_slip", enrollment.pk)

    def _take(self, enrollment, data):
        """Take the fee; when that is not possible the seat is held, and the slip says until when."""
        try:
            desk.take_fee(enrollment, by=self.request.user, method=data["method"], key=data["form_key"])
        except MoneyError as refused:
            messages.error(self.request, refused.message)

    def _to_existing(self, existing, form):
        if Enrollment.objects.staffed_by(self.request.user).filter(pk=existing.pk).exists():
            return redirect("desk_slip", existing.pk)
        return self.form_invalid(form)

    def get_context_data(self, **kwargs):
        """The people found, and the form for whom one chose or for a new one."""
        found = desk.find(self.query, by=self.request.user) if self.query and not self.learner else []
        choosing = self.learner or "enroll" in self.request.POST or "new" in self.request.POST
        context = super().get_context_data(**kwargs)
        return context | {
            "query": self.query,
            "found": [(sign(learner.pk), learner) for learner in found],
            "learner": self.learner,
            "says": self._says() if self.is_looking else None,
            "learner_key": sign(self.learner.pk) if self.learner else "",
            "show_form": bool(choosing or (self.query and not found)),
            "intake_pk": getattr(context["form"].initial.get("intake"), "pk", ""),
        }


def sign(pk):
    """A learner's key as a form carries it."""
    return dumps(pk, salt="desk")


def unsign(text):
    """The key again; 404 for anything else than what `sign` made within the day."""
    try:
        return loads(text, salt="desk", max_age=24 * 3600)
    except BadSignature as error:
        raise Http404 from error


class SlipView(_DeskMixin, TemplateView):
    """What the person takes home: reference, class, rules, and a code that opens the course page."""

    template_name = "courses/admin/slip.html"

    def get_context_data(self, **kwargs):
        """One enrollment in one's own institutions."""
        mine = Enrollment.objects.staffed_by(self.request.user)
        related = "intake__program__institution", "intake__term", "intake__district", "learner", "pool"
        enrollment = get_object_or_404(mine.select_related(*related), pk=kwargs["pk"])
        intake = enrollment.intake
        address = f"{settings.SITE_URL}{intake.program.specific.path_on_site}"
        return super().get_context_data(
            **kwargs,
            enrollment=enrollment,
            intake=intake,
            when=when(intake),
            where=where(intake),
            rules=rules(Rules.from_terms(enrollment.terms)),
            bill=lines(enrollment.terms["bill"]) if enrollment.terms.get("bill") else None,
            due=money(enrollment.due),
            receipts=Receipt.objects.filter(payment__in=payments_of(enrollment)) if enrollment.due else [],
            address=address,
            # Made by segno from our own address, without anything typed by people.
            code=mark_safe(segno.make(address, error="m").svg_inline(scale=3, border=2)),  # noqa: S308
            next_url=reverse("desk"),
        )
