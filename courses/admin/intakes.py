"""Wagtail's admin of this room: intakes with their seats and meetings (terms and the like: shared.py).

What a person may see is a queryset (`GuardedViewSet.visible_to`); every view that names an object goes through it.
"""

from django import forms
from django.contrib.admin.utils import quote
from django.db import IntegrityError
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, ModelChoiceFilter
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import Button

from accounts.models import District
from courses import schedule, seats
from courses.admin import intake_acts as acts
from courses.admin.class_views import AbsentView, CloseView, DecisionsView, IntakeInspectView
from courses.admin.copying import CopyTermView, IntakeCopyView
from courses.admin.intake_panels import intake_panels
from courses.enrollment import promote
from courses.life import Life, Waits, living, waiting
from courses.models import Intake, Program
from institutions.admin import CarefulDeleteView, GlanceFirstMixin, GuardedViewSet
from institutions.models import Institution

# What Wagtail's list calls the column of a property.
Intake.title.fget.short_description = _("class")


class IntakeFilterSet(WagtailFilterSet):
    """Filters of the list: by status, term, institution, district; by program from its page."""

    institution = ModelChoiceFilter(
        field_name="program__institution", queryset=Institution.objects.all(), label=_("institution")
    )
    district = ModelChoiceFilter(queryset=District.objects.filter(county=None), label=_("county or district"))
    program = ModelChoiceFilter(queryset=Program.objects.all(), label=_("program"), widget=forms.HiddenInput)
    life = ChoiceFilter(choices=Life.choices, method="filter_life", label=_("where it stands"))
    waits = ChoiceFilter(choices=Waits.choices, method="filter_waits", label=_("waits for you"))

    class Meta:
        model = Intake
        fields = ["status", "term", "institution", "district", "program"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["institution"].queryset = Institution.objects.staffed_by(self.request.user)

    def filter_life(self, intakes, name, value):
        """By where they stand now."""
        return living(intakes, value)

    def filter_waits(self, intakes, name, value):
        """By what the home of the admin counts."""
        return waiting(intakes, value)


class SeatsColumn(Column):
    """Seats taken of all, and how many wait."""

    cell_template_name = "courses/admin/seats_cell.html"

    def get_value(self, instance):
        """Summed over the pools that were read with the page: in the query it would count every intake."""
        columns = {"seats_taken": "seats_taken", "seats_total": "capacity", "seats_waiting": "waiting"}
        return {name: sum(getattr(pool, column) for pool in instance.pools.all()) for name, column in columns.items()}


class MomentColumn(Column):
    """A day and a time, exactly: “3 days ago” is no help when a class shall begin on time."""

    def get_value(self, instance):
        """In Asia/Shanghai."""
        moment = super().get_value(instance)
        return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else "—"


class IntakeIndexView(GlanceFirstMixin, generic.IndexView):
    """The list of intakes: those of one's own institutions, with their seats."""

    @cached_property
    def header_more_buttons(self):
        """Beside Wagtail's own: what concerns many at once."""
        buttons = list(super().header_more_buttons)
        if self.request.user.has_perm("courses.change_intake"):
            url = reverse("intake:decisions")
            buttons.append(Button(gettext("Go or no-go"), url=url, icon_name="warning", priority=30))
        if self.request.user.has_perm("courses.add_intake"):
            url = reverse("intake:copy_term")
            buttons.append(Button(gettext("Copy a whole term"), url=url, icon_name="copy", priority=40))
        if self.request.user.has_perm("courses.add_courseimport"):
            url = reverse("course_import:index")
            buttons.append(Button(gettext("Import courses"), url=url, icon_name="upload", priority=50))
        return buttons

    def get_base_queryset(self):
        """With what the rows show."""
        intakes = Intake.objects.staffed_by(self.request.user)
        return intakes.select_related("program__institution", "term").prefetch_related("pools")

    def get_list_more_buttons(self, instance):
        """To the people in it, too."""
        buttons = super().get_list_more_buttons(instance)
        if self.request.user.has_perm("courses.view_enrollment"):
            url = reverse("enrollment:roster", args=[quote(instance.pk)])
            buttons.append(Button(_("Roster"), url=url, icon_name="group", priority=15))
        return buttons


class _SavingMixin:
    """What follows from saving an intake: meetings, their copy on the intake, seats for those who wait."""

    def save_instance(self):
        """Save, all in the view's transaction."""
        instance = super().save_instance()
        if self.form.pattern is not None:
            schedule.reschedule(instance, self.form.pattern)
        else:
            schedule.refresh(instance)
        self.offered = promote(instance, by=self.request.user)
        return instance

    def form_valid(self, form):
        """Save inside the intake's gate, which is always entered before the pools are locked."""
        try:
            with seats.gate(getattr(self.object, "pk", None)):
                response = super().form_valid(form)
        except IntegrityError as error:
            if not _explain(error, form):
                raise
            self.produced_error_message = self.get_error_message()
            return self.form_invalid(form)
        if self.offered:
            text = gettext("%(n)d people in the waitlist were offered a seat.") % {"n": len(self.offered)}
            messages.success(self.request, text)
        return response


def _explain(error, form):
    """Put the words of a rule that the database refused beside its field; False when it is none that we know."""
    text = str(error)
    if "seats_taken_within_capacity" in text:
        for pool in form.formsets["pools"].forms:
            stored = type(pool.instance).objects.filter(pk=pool.instance.pk).first()
            if stored and stored.seats_taken > pool.cleaned_data["capacity"]:
                pool.add_error("capacity", stored.too_low_message())
        return True
    if "intake" in text and "code" in text:
        form.add_error("code", _("This code has just been taken by another intake."))
        return True
    return False


class IntakeCreateView(_SavingMixin, generic.CreateView):
    """A new intake; ?program=N names its program."""

    def get_initial_form_instance(self):
        """With the program from the address, when it is one of the person's own."""
        programs = Program.objects.filter(institution__in=Institution.objects.staffed_by(self.request.user))
        wanted = self.request.GET.get("program", "")
        return Intake(program=programs.filter(pk=wanted).first()) if wanted.isdecimal() else Intake()


class IntakeEditView(_SavingMixin, generic.EditView):
    """An intake, with the way to cancel the class."""

    @cached_property
    def header_more_buttons(self):
        """Beside Wagtail's own: the page, and cancelling."""
        buttons = list(super().header_more_buttons)
        page = reverse("wagtailadmin_pages:edit", args=[self.object.program_id])
        buttons.append(Button(_("Page of the program"), url=page, icon_name="doc-full-inverse", priority=5))
        if self.request.user.has_perm("courses.view_enrollment"):
            url = reverse("enrollment:roster", args=[quote(self.object.pk)])
            buttons.append(Button(_("Roster"), url=url, icon_name="group", priority=1))
        if self.object.status != Intake.Status.CANCELLED:
            url = reverse("intake:cancel", args=[quote(self.object.pk)])
            buttons.append(Button(_("Cancel the class"), url=url, icon_name="cross", priority=15))
        return buttons


class IntakeDeleteView(CarefulDeleteView):
    """Deleting is for intakes in which nobody ever was."""

    def refusal(self):
        """Enrollments stay, and so does what they are in."""
        count = self.object.enrollments.count()
        if count:
            return _("%(n)d enrollments belong to this intake, so it stays. Cancel the class instead.") % {"n": count}
        return None


_ACTS = [
    ("cancel/<int:pk>/", acts.IntakeCancelView, "cancel"),
    ("run/<int:pk>/", acts.RunAnywayView, "run"),
    ("postpone/<int:pk>/", acts.PostponeView, "postpone"),
    ("move/<int:pk>/<int:meeting>/", acts.MoveMeetingView, "move_meeting"),
    ("place/<int:pk>/", acts.PlaceView, "place"),
    ("copy-to/<int:pk>/", IntakeCopyView, "copy_to"),
    ("copy-term/", CopyTermView, "copy_term"),
    ("decisions/", DecisionsView, "decisions"),
    ("close/<int:pk>/", CloseView, "close"),
    ("absent/<int:pk>/<int:enrollment>/", AbsentView, "absent"),
]


class IntakeViewSet(GuardedViewSet):
    """Intakes in the admin."""

    model = Intake
    name = "intake"
    icon = "date"
    menu_label = _("Intakes")
    menu_order = 210
    add_to_admin_menu = True
    copy_view_enabled = False  # Wagtail's copy would carry over the keys of pools and meetings.
    add_to_reference_index = False
    index_view_class = IntakeIndexView
    add_view_class = IntakeCreateView
    edit_view_class = IntakeEditView
    delete_view_class = IntakeDeleteView
    inspect_view_enabled = True
    inspect_view_class = IntakeInspectView
    inspect_template_name = IntakeInspectView.template_name
    filterset_class = IntakeFilterSet
    search_fields = ["code", "label", "program__title"]
    search_backend_name = None
    list_per_page = 40
    ordering = "-opens_at"
    list_display = [
        "title",
        Column("code", label=_("code"), sort_key="code"),
        Column("get_status_display", label=_("status"), sort_key="status"),
        SeatsColumn("seats", label=_("seats")),
        MomentColumn("starts_at", label=_("first meeting"), sort_key="starts_at"),
        MomentColumn("opens_at", label=_("enrollment opens"), sort_key="opens_at"),
        MomentColumn("closes_at", label=_("enrollment closes"), sort_key="closes_at"),
        Column("program.institution", label=_("institution")),
    ]
    edit_handler = intake_panels()

    def visible_to(self, account):
        """Those of one's own institutions."""
        return Intake.objects.staffed_by(account)

    def get_urlpatterns(self):
        """Wagtail's, and the acts on a class."""
        return [
            *super().get_urlpatterns(),
            *(path(route, self.construct_view(view), name=name) for route, view, name in _ACTS),
        ]
