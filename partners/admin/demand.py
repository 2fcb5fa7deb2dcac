"""The demand board and the suggestions about majors in the admin, for those who review orders."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from courses import tables
from courses.models import Major
from partners.admin.trail import Trailed
from partners.demand import deciding, sources
from partners.demand.asking import Board
from partners.demand.deciding import Standing
from partners.models import Advice
from partners.moves import PartnerError

LOOK, DECIDE = "partners.view_majordecision", "partners.add_majordecision"
PER_PAGE = 50


class _Guarded:
    """Only for those who may look at orders of all enterprises: here no figure is folded."""

    def dispatch(self, request, *args, **kwargs):
        """Ask first."""
        if not request.user.has_perm(LOOK):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class BoardView(_Guarded, Trailed, TemplateView):
    """The whole board, small groups too."""

    template_name = "partners/admin/demand/board.html"
    page_title = _("Talent demand")
    header_icon = "view"

    def get_context_data(self, **kwargs):
        """Figures, and the gap over the years."""
        board = Board(self.request.GET, sources.read(), public=False)
        columns, lines = board.trend()
        found = {"board": board, "trend_columns": columns, "trend": lines, "counted_at": timezone.now()}
        return super().get_context_data(**kwargs) | found


class DownloadView(_Guarded, View):
    """The table as a file."""

    def get(self, request, file_format):
        """CSV or XLSX."""
        if file_format not in tables.FORMATS:
            raise Http404
        board = Board(request.GET, sources.read(), public=False)
        return tables.download(f"demand-{timezone.localdate()}", board.rows(), file_format=file_format)


class SuggestionFilter(forms.Form):
    """What the list of suggestions is narrowed to."""

    standing = forms.ChoiceField(label=_("state"), choices=[("", _("all states")), *Standing.choices], required=False)
    advice = forms.ChoiceField(
        label=_("suggestion"), choices=[("", _("all suggestions")), *Advice.choices], required=False
    )


class SuggestionsView(_Guarded, Trailed, TemplateView):
    """Every major with what its figures suggest; those that ask for a decision first."""

    template_name = "partners/admin/demand/suggestions.html"
    page_title = _("Suggestions about majors")
    trail = [("demand:index", _("Talent demand"))]
    header_icon = "view"

    def get_context_data(self, **kwargs):
        """One page of the list."""
        form = SuggestionFilter(self.request.GET)
        form.is_valid()
        wanted = {name: value for name, value in form.cleaned_data.items() if value}
        found = [
            one for one in deciding.suggestions() if all(getattr(one, name) == value for name, value in wanted.items())
        ]
        page = Paginator(found, PER_PAGE).get_page(self.request.GET.get("p"))
        return super().get_context_data(**kwargs) | {"form": form, "page": page, "narrowed": bool(wanted)}


class DecisionForm(forms.Form):
    """Accept or dismiss, with a reason."""

    accepted = forms.ChoiceField(
        label=_("decision"),
        choices=[("yes", _("accept the suggestion")), ("no", _("dismiss the suggestion"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is kept for good with the figures, and colleagues read it."),
    )
    advice = forms.ChoiceField(choices=Advice.choices, widget=forms.HiddenInput)


class MajorView(_Guarded, Trailed, TemplateView):
    """One major: its figures, what they suggest and why, the decision, earlier decisions."""

    template_name = "partners/admin/demand/major.html"
    page_title = _("Suggestion about a major")
    trail = [("demand:index", _("Talent demand")), ("demand:suggestions", _("Suggestions about majors"))]
    header_icon = "view"
    form = None

    def get_page_subtitle(self):
        """Which major."""
        return str(self._major())

    def _major(self):
        return get_object_or_404(Major, pk=self.kwargs["major"])

    def post(self, request, major):
        """Decide."""
        if not request.user.has_perm(DECIDE):
            raise PermissionDenied
        self.form = DecisionForm(request.POST)
        if self.form.is_valid():
            given = self.form.cleaned_data
            try:
                deciding.decide(
                    self._major(),
                    advice=given["advice"],
                    accepted=given["accepted"] == "yes",
                    reason=given["reason"],
                    by=request.user,
                )
            except PartnerError as refused:
                messages.error(request, " ".join(refused.messages))
            else:
                messages.success(request, gettext("Kept. It is shown again when the figures change."))
                return redirect("demand:suggestions")
        return self.get(request, major)

    def get_context_data(self, **kwargs):
        """Everything that leads to the suggestion."""
        found = deciding.suggestion_of(self._major())
        form = self.form or DecisionForm(initial={"advice": found.advice})
        may = found.waits and self.request.user.has_perm(DECIDE)
        history = found.major.decisions.select_related("by").order_by("-pk")
        return super().get_context_data(**kwargs) | {"one": found, "form": form, "may_decide": may, "history": history}


class _Item(MenuItem):
    def is_shown(self, request):
        """For those who may look."""
        return request.user.has_perm(LOOK)


class DemandViewSet(ViewSet):
    """The board, the suggestions, one major."""

    name = "demand"
    icon = "view"
    menu_label = _("Talent demand")

    def get_menu_item(self, order=None):
        """Shown to those who may open it."""
        return _Item(self.menu_label, self.menu_url, name="demand", icon_name=self.icon, order=order or 300)

    def get_urlpatterns(self):
        """Their addresses."""
        return [
            path("", BoardView.as_view(), name="index"),
            path("download/<slug:file_format>/", DownloadView.as_view(), name="download"),
            path("majors/", SuggestionsView.as_view(), name="suggestions"),
            path("majors/<int:major>/", MajorView.as_view(), name="major"),
        ]
