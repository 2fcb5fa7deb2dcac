"""What a report is narrowed to: classes by term, institution, county, category and program, and days."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, DateFromToRangeFilter, ModelChoiceFilter
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet

from accounts.models import District
from courses.models import Category, Intake, Program, Term
from institutions.models import Institution

# The filters that choose classes.
CLASSES = ("term", "institution", "district", "category", "program")
# Of those who answer for all institutions.
ALL = "institutions.view_all_figures"


class ReportFilterSet(WagtailFilterSet):
    """Its queryset are the classes that the account may count. What they are counted by, and days, only the report
    itself can use; here they leave the classes as they are."""

    by = ChoiceFilter(label=_("counted by"), method="leave", empty_label=None)
    term = ModelChoiceFilter(queryset=Term.objects.all(), label=_("term"))
    institution = ModelChoiceFilter(
        field_name="program__institution", queryset=Institution.objects.none(), label=_("institution")
    )
    district = ModelChoiceFilter(
        queryset=District.objects.filter(county=None), label=_("county of the class"), method="of_county"
    )
    category = ModelChoiceFilter(
        field_name="program__communitycoursepage__category", queryset=Category.objects.all(), label=_("category")
    )
    program = ModelChoiceFilter(queryset=Program.objects.none(), label=_("program"))
    days = DateFromToRangeFilter(widget=DateRangePickerWidget, method="leave")

    class Meta:
        model = Intake
        fields = ["by", *CLASSES, "days"]

    def __init__(self, *args, report, **kwargs):
        super().__init__(*args, **kwargs)
        institutions = countable(self.request.user)
        self.filters["institution"].queryset = institutions
        self.filters["program"].queryset = (
            Program.objects.filter(institution__in=institutions).order_by("title").only("title")
        )
        self.filters["by"].extra["choices"] = [(one.key, one.label) for one in report.dimensions]
        self.filters["days"].label = report.days

    def leave(self, queryset, name, value):
        """What narrows rows, not classes."""
        return queryset

    def of_county(self, queryset, name, value):
        """Where the class is; without a county of its own, where its institution is."""
        return queryset.filter(Q(district=value) | Q(district=None, program__institution__district=value))


def countable(account):
    """The institutions whose figures this account may see: its own; all for those who answer for all."""
    if account.has_perm(ALL):
        return Institution.objects.all()
    return Institution.objects.staffed_by(account)
