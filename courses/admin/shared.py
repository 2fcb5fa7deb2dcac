"""Wagtail's admin of what all institutions share: terms, holidays, categories; junior schools (schooling.py)."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.viewsets.model import ModelViewSetGroup

from courses.admin.column_templates import ColumnTemplateViewSet
from courses.admin.schooling import JuniorSchoolViewSet
from courses.models import Category, Holiday, Term
from institutions.admin import GuardedViewSet


class TermViewSet(GuardedViewSet):
    """Terms: for all institutions."""

    model = Term
    name = "term"
    icon = "calendar"
    menu_label = _("Terms")
    list_display = ["name", "starts_on", "ends_on", "learner_limit"]
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
            FieldPanel("learner_limit"),
        ]
    )


class HolidayViewSet(GuardedViewSet):
    """Days without classes: for all institutions."""

    model = Holiday
    name = "holiday"
    icon = "calendar-alt"
    menu_label = _("Holidays")
    list_display = ["name", "starts_on", "ends_on"]
    edit_handler = ObjectList([FieldPanel("name"), FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")])])


class CategoryViewSet(GuardedViewSet):
    """Categories of courses; its panels stand with the model."""

    model = Category
    name = "category"
    icon = "tag"
    menu_label = _("Categories")
    list_display = ["name", "slug", "order"]


class SubjectsGroup(ModelViewSetGroup):
    """One entry of the menu: what all institutions share."""

    menu_label = _("Terms and categories")
    menu_icon = "calendar"
    menu_order = 230
    items = (
        TermViewSet("term"),
        HolidayViewSet("holiday"),
        CategoryViewSet("category"),
        JuniorSchoolViewSet("junior_school"),
        ColumnTemplateViewSet("column_template"),
    )
