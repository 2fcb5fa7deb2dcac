"""The admin's menu of what the service answers for: reviews, ratings, pledges, checks of the history."""

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, ModelChoiceFilter
from wagtail import hooks
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSetGroup

from courses.admin.appeals import AppealViewSet
from courses.admin.enrollments import LimitedPaginator, local
from courses.admin.exceptions import ExceptionViewSet
from courses.admin.history_checks import HistoryCheckViewSet
from courses.models import Pledge, Rating
from institutions.admin import GuardedViewSet, RegisterViewSet
from institutions.models import Institution


class RatingFilterSet(WagtailFilterSet):
    """What the list is narrowed by."""

    stars = ChoiceFilter(choices=[(number, str(number)) for number in range(5, 0, -1)], label=_("rating"))
    institution = ModelChoiceFilter(
        field_name="enrollment__intake__program__institution",
        queryset=Institution.objects.none(),
        label=_("institution"),
    )

    class Meta:
        model = Rating
        fields = ["stars", "institution"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["institution"].queryset = Institution.objects.staffed_by(self.request.user)


class RatingIndexView(generic.IndexView):
    """Ratings of classes of one's own institutions, without names."""

    paginator_class = LimitedPaginator

    def get_base_queryset(self):
        """One query for a page of rows."""
        return Rating.objects.staffed_by(self.request.user).select_related("enrollment__intake__program")

    def get_add_url(self):
        """None: learners rate."""

    def get_edit_url(self, instance):
        """None: it is theirs."""

    def get_delete_url(self, instance):
        """None: what displeases stays."""

    @cached_property
    def columns(self):
        """Which class, how many stars, which words."""
        return [
            Column("enrollment.intake.title", label=_("class")),
            Column("stars", label=_("rating")),
            Column("word", label=_("in their own words")),
            Column("given_at", label=_("when"), accessor=lambda row: local(row.given_at)[:10]),
        ]


class RatingViewSet(RegisterViewSet):
    """Ratings: read only."""

    model = Rating
    name = "rating"
    icon = "pick"
    menu_label = _("Ratings")
    index_view_class = RatingIndexView
    filterset_class = RatingFilterSet
    search_fields = ["word", "enrollment__intake__program__title"]

    def visible_to(self, account):
        """Those of one's own institutions."""
        return Rating.objects.staffed_by(account)

    def get_index_view_kwargs(self, **kwargs):
        """To read the list is enough."""
        return super().get_index_view_kwargs(any_permission_required=["view"], **kwargs)


class PledgeViewSet(GuardedViewSet):
    """The promises of the public page: for all institutions."""

    model = Pledge
    name = "pledge"
    icon = "tasks"
    menu_label = _("Service pledges")
    copy_view_enabled = False
    list_display = ["title", "measure", BooleanColumn("published", label=_("published"), sort_key="published"), "order"]
    edit_handler = ObjectList(
        [
            FieldPanel("title"),
            FieldPanel("text"),
            FieldPanel("measure"),
            FieldPanel("order"),
            FieldPanel("published"),
        ]
    )


class AnsweringGroup(ModelViewSetGroup):
    """One entry of the menu."""

    menu_label = _("Answerable")
    menu_icon = "comment"
    menu_order = 217
    items = (
        AppealViewSet("appeal"),
        ExceptionViewSet("exception"),
        RatingViewSet("rating"),
        PledgeViewSet("pledge"),
        HistoryCheckViewSet("history_check"),
    )


@hooks.register("register_admin_viewset")
def answering():
    """All of them, under one entry."""
    return AnsweringGroup()
