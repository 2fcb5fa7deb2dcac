"""Wagtail's admin of what pathways stand on: junior middle schools (of all), majors that an institution teaches."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList

from courses.models import JuniorSchool, MajorOffer
from courses.pathways.choosers import all_majors
from institutions.admin import GuardedViewSet, VisibleIndexView
from institutions.models import Institution


class JuniorSchoolViewSet(GuardedViewSet):
    """Junior middle schools: one list for the prefecture, from which families choose."""

    model = JuniorSchool
    name = "junior_school"
    icon = "group"
    menu_label = _("Junior middle schools")
    copy_view_enabled = False
    list_display = ["name", "district", "code"]
    list_filter = ["district"]
    search_fields = ["name", "code"]
    search_backend_name = None
    edit_handler = ObjectList(
        [FieldPanel("name"), FieldRowPanel([FieldPanel("district"), FieldPanel("code")]), FieldPanel("institution")]
    )


class MajorOfferForm(WagtailAdminModelForm):
    """A major taught, of one's own institutions only."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["institution"]
        if self.for_user is not None:
            field.queryset = Institution.objects.staffed_by(self.for_user).providers().order_by("name")
        if len(field.queryset) == 1:
            self.initial.setdefault("institution", field.queryset[0].pk)

    def clean(self):
        """Say beside the field what the database would refuse."""
        data = super().clean()
        for less, more, message in (
            ("enrolled", "seats", _("No more than there are seats.")),
            ("placed", "graduates", _("No more than there are graduates.")),
        ):
            if data.get(less) is not None and data.get(more) is not None and data[less] > data[more]:
                self.add_error(less, message)
        return data


class MajorOfferViewSet(GuardedViewSet):
    """Majors taught: each institution its own; seats, newcomers, graduates and those at work, by year."""

    model = MajorOffer
    name = "major_offer"
    icon = "list-ul"
    menu_label = _("Majors taught")
    menu_order = 226
    add_to_admin_menu = True
    copy_view_enabled = False
    index_view_class = VisibleIndexView
    list_display = ["major", "institution", "year", "seats", "enrolled", "graduates", "placed"]
    list_filter = ["year", "institution"]
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("institution"), FieldPanel("year")]),
            FieldPanel("major", widget=all_majors.widget_class),
            FieldRowPanel([FieldPanel("seats"), FieldPanel("enrolled")]),
            FieldRowPanel([FieldPanel("graduates"), FieldPanel("placed")]),
        ],
        base_form_class=MajorOfferForm,
    )

    def visible_to(self, account):
        """Those of one's own institutions."""
        offers = MajorOffer.objects.select_related("major", "institution")
        return offers.filter(institution__in=Institution.objects.staffed_by(account))

    def get_index_view_kwargs(self, **kwargs):
        """The list asks the same question."""
        return super().get_index_view_kwargs(visible_to=self.visible_to, **kwargs)
