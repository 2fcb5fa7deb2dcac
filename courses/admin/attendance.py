"""Taking attendance in the admin: today's classes, one meeting on a phone, the whole class, a sheet to print.

Which classes an account may take attendance of is `Intake.objects.attended_by`; every view starts from it.
"""

from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet

from accounts.keys import is_key
from courses import attendance, life
from courses.attendance import AttendanceError, Mark
from courses.models import Attendance, ClassMeeting, Intake
from courses.states import State

_RECENT = 20
# On paper and in the table of a class; the words stand below it.
_SIGNS = {Mark.PRESENT: "✓", Mark.ABSENT: "✗", Mark.LEAVE: "△", "": ""}


class _AttendanceView(WagtailAdminTemplateMixin, TemplateView):
    """What all these views share: only for those who take attendance; breadcrumbs from the list of classes."""

    header_icon = "group"
    trail = ()

    def dispatch(self, request, *args, **kwargs):
        """For everybody else it does not exist."""
        if not request.user.has_perm("courses.change_attendance"):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        """The list, and what lies between."""
        items = [*self.breadcrumbs_items, {"url": self.list_url, "label": gettext_lazy("Attendance")}]
        return [*items, *self.trail, {"url": "", "label": self.page_title}]

    @property
    def list_url(self):
        """The list of classes."""
        return reverse("attendance:index")

    def classes(self):
        """The intakes whose attendance this account may see."""
        return Intake.objects.attended_by(self.request.user).select_related("program__institution")

    @cached_property
    def intake(self):
        """The one in the address."""
        return get_object_or_404(self.classes(), pk=self.kwargs["intake"])

    @cached_property
    def meeting(self):
        """The one in the address, of a class of one's own."""
        meetings = ClassMeeting.objects.filter(intake__in=self.classes().values("pk"))
        return get_object_or_404(meetings.select_related("intake__program"), pk=self.kwargs["meeting"])


class AttendanceListView(_AttendanceView):
    """Today's meetings, then the classes."""

    template_name = "courses/admin/attendance_list.html"
    page_title = gettext_lazy("Attendance")

    def get_breadcrumbs_items(self):
        """This is the list."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        """What is on today, and what has begun, the latest end first."""
        now = timezone.now()
        begun = self.classes().filter(status=Intake.Status.PUBLISHED, starts_at__lte=now).order_by("-ends_at", "-pk")
        today = life.meetings_today(self.classes(), now)[:_RECENT]
        return super().get_context_data(today=today, classes=begun[:_RECENT], **kwargs)


class TakeView(_AttendanceView):
    """One meeting on a teacher's phone: a tap per learner, saved at once; without JavaScript one form."""

    template_name = "courses/admin/attendance_take.html"
    page_title = gettext_lazy("Take attendance")

    @property
    def trail(self):
        """The class."""
        return [
            {"url": reverse("attendance:intake", args=[self.meeting.intake_id]), "label": self.meeting.intake.title}
        ]

    def get_context_data(self, **kwargs):
        """Everyone in the class with their mark."""
        said = dict(Attendance.objects.filter(meeting=self.meeting).values_list("enrollment", "mark"))
        learners = [(row, said.get(row.pk, "")) for row in attendance.roster(self.meeting.intake)]
        return super().get_context_data(**kwargs) | {
            "meeting": self.meeting,
            "intake": self.meeting.intake,
            "learners": learners,
            "marks": Mark.choices,
            "may_take": attendance.may_take(self.meeting),
        }

    def post(self, request, *args, **kwargs):
        """Save; a tap asks for JSON and gets what was written."""
        try:
            count = attendance.take(self.meeting, self._marks(), by=request.user)
        except AttendanceError as refused:
            if request.accepts("text/html"):
                messages.error(request, str(refused))
                return redirect(request.path)
            return JsonResponse({"error": str(refused)}, status=409)
        if not request.accepts("text/html"):
            return JsonResponse({"saved": count})
        messages.success(request, _("Saved."))
        return redirect(request.path)

    def _marks(self):
        """What the form says, by enrollment; "all present" is for those of whom nothing has been said."""
        marks = {}
        for name, value in self.request.POST.items():
            key = name.removeprefix("mark-")
            if key != name and is_key(key) and value in Mark.values:
                marks[int(key)] = value
        if "all_present" in self.request.POST:
            said = set(Attendance.objects.filter(meeting=self.meeting).values_list("enrollment", flat=True))
            rows = attendance.roster(self.meeting.intake).filter(state=State.ENROLLED)
            marks = {row.pk: Mark.PRESENT for row in rows if row.pk not in said and row.pk not in marks} | marks
        return marks


class ClassView(_AttendanceView):
    """All meetings and everyone in the class, with what the rules say."""

    template_name = "courses/admin/attendance_class.html"

    @property
    def page_title(self):
        """The class."""
        return self.intake.title

    def get_context_data(self, **kwargs):
        """In three queries."""
        meetings, records = attendance.records(self.intake)
        changing = self.request.user.has_perm("courses.change_intake")
        mine = Intake.objects.staffed_by(self.request.user).filter(pk=self.intake.pk)
        return super().get_context_data(**kwargs) | {
            "intake": self.intake,
            "meetings": [(meeting, attendance.may_take(meeting)) for meeting in meetings],
            "rows": [(record, [_SIGNS[mark] for mark in record.marks]) for record in records],
            "may_change": changing and mine.exists(),
        }


class SheetView(ClassView):
    """The same to print and fill in by hand."""

    template_name = "courses/admin/attendance_sheet.html"


class AttendanceMenuItem(MenuItem):
    """For those who take attendance."""

    def is_shown(self, request):
        """By permission."""
        return request.user.has_perm("courses.change_attendance")


class AttendanceViewSet(ViewSet):
    """Attendance in the admin."""

    name = "attendance"
    icon = "group"
    menu_label = gettext_lazy("Attendance")
    menu_order = 215
    menu_item_class = AttendanceMenuItem
    add_to_admin_menu = True

    def get_urlpatterns(self):
        """The list first: the menu leads there."""
        return [
            path("", self.construct_view(AttendanceListView), name="index"),
            path("meeting/<int:meeting>/", self.construct_view(TakeView), name="take"),
            path("class/<int:intake>/", self.construct_view(ClassView), name="intake"),
            path("class/<int:intake>/sheet/", self.construct_view(SheetView), name="sheet"),
        ]
