"""Choosing a major of the national catalog in the admin: found by name, class or code, never typed."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.chooser import ChooseResultsView, ChooseView
from wagtail.admin.viewsets.chooser import ChooserViewSet

from courses.models.majors import Major


class _WordsForm(BaseFilterForm):
    """Words to look for."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("Name, class or code")}),
    )

    def filter(self, objects):
        """Majors that have all the words."""
        words = self.cleaned_data.get("q")
        self.is_searching, self.search_query = bool(words), words
        return objects.matching(words) if words else objects


class _OfLevel:
    """The catalog of one level or of both, newest edition first."""

    level = None
    filter_form_class = _WordsForm

    def get_object_list(self):
        """Majors of this level only, or of both."""
        majors = Major.objects.filter(level=self.level) if self.level else Major.objects.all()
        return majors.order_by("level", "-edition", "code")

    @property
    def columns(self):
        """Name, code, class and edition."""
        return [
            self.title_column,
            Column("code", label=_("Code"), accessor="code"),
            Column("group", label=_("Class"), accessor="group"),
            Column("edition", label=_("Edition"), accessor="edition"),
        ]


def _views(of_level):
    named = {"level": of_level}
    return (
        type("ChooseMajor", (_OfLevel, ChooseView), named),
        type("ChooseMajorResults", (_OfLevel, ChooseResultsView), named),
    )


class _MajorChooserViewSet(ChooserViewSet):
    """What the choosers of both levels share."""

    model = Major
    icon = "doc-full-inverse"
    per_page = 20
    register_widget = False
    choose_one_text = _("Choose a major")
    choose_another_text = _("Choose another major")
    edit_item_text = _("Show this major")


class SecondaryMajorChooserViewSet(_MajorChooserViewSet):
    """Majors of secondary vocational schools."""

    choose_view_class, choose_results_view_class = _views(Major.Level.SECONDARY)


class CollegeMajorChooserViewSet(_MajorChooserViewSet):
    """Majors of colleges."""

    choose_view_class, choose_results_view_class = _views(Major.Level.COLLEGE)


class MajorChooserViewSet(_MajorChooserViewSet):
    """Majors of both levels."""

    choose_view_class, choose_results_view_class = _views(None)


all_majors = MajorChooserViewSet("major_chooser")
secondary_majors = SecondaryMajorChooserViewSet("secondary_major_chooser")
college_majors = CollegeMajorChooserViewSet("college_major_chooser")
