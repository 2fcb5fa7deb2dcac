"""The form with which staff edit an intake: in their units (years, yuan, a weekly pattern), stored in ours."""

from decimal import Decimal, InvalidOperation

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput, AdminTimeInput

from accounts.models import District
from courses import rooms, schedule
from courses.admin import pathway_intakes
from courses.describe import moment
from courses.models import Attendance, Enrollment, Holiday, Intake, Program, RefundPolicy, Term
from institutions.ownership import institutions_of

WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]


class AgeWidget(forms.MultiWidget):
    """An age as staff say it, a number of years or (for small children) of months; the value is months."""

    template_name = "courses/admin/age_widget.html"

    def __init__(self, attrs=None):
        units = [("12", _("years")), ("1", _("months"))]
        super().__init__(
            [
                forms.TextInput(attrs={"inputmode": "numeric", "size": 5}),
                forms.Select(choices=units, attrs={"aria-label": _("years or months")}),
            ],
            attrs,
        )

    def id_for_label(self, id_):
        """The label belongs to the number."""
        return f"{id_}_0"

    def decompress(self, value):
        """Whole years as years."""
        if value in (None, ""):
            return ["", "12"]
        try:
            months = int(value)
        except ValueError:  # What was typed, shown again with its error.
            return [value, "12"]
        return [months // 12, "12"] if months % 12 == 0 else [months, "1"]

    def value_from_datadict(self, data, files, name):
        """Months; what is no number is passed on, for the field to refuse."""
        number, unit = super().value_from_datadict(data, files, name)
        try:
            months = Decimal(number) * int(unit or 12)
            return str(int(months)) if months == int(months) else number
        except (InvalidOperation, TypeError, ValueError, OverflowError):
            return number


class YuanField(forms.DecimalField):
    """An amount typed in yuan, kept in fen."""

    def __init__(self, **kwargs):
        super().__init__(min_value=0, max_digits=8, decimal_places=2, **kwargs)

    def prepare_value(self, value):
        """Fen as yuan; what was typed as it is."""
        if isinstance(value, int):
            return f"{value // 100}" if value % 100 == 0 else f"{value / 100:.2f}"
        return value

    def clean(self, value):
        """The amount in fen."""
        amount = super().clean(value)
        return 0 if amount is None else int(amount * 100)

    def has_changed(self, initial, data):
        """Compare yuan with yuan."""
        return super().has_changed(Decimal(initial or 0) / 100, data)


class ProgramChoice(forms.ModelChoiceField):
    """Programs with the institution that offers them."""

    def label_from_instance(self, program):
        """Titles alone are not unique."""
        return f"{program.title} · {program.institution}"


class IntakeForm(WagtailAdminModelForm):
    """An intake with its pools and meetings; the meetings may be made from a weekly pattern."""

    program = ProgramChoice(queryset=Program.objects.none(), label=_("program"))
    fee = YuanField(label=_("fee (yuan)"), required=False, initial=0, help_text=_("0: free."))
    materials_fee = YuanField(
        label=_("materials fee (yuan)"), required=False, initial=0, help_text=_("Paid with the fee. 0: none.")
    )
    residents_of = forms.MultipleChoiceField(
        label=_("only residents of"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: everyone may join."),
    )
    share_room = forms.BooleanField(label=_("the room is shared on purpose"), required=False)
    make_meetings = forms.BooleanField(
        label=_("make the meetings from this pattern"),
        required=False,
        help_text=_("On saving. Meetings that have begun stay; those still to come are replaced."),
    )
    pattern_weekdays = forms.TypedMultipleChoiceField(
        label=_("weekdays"), coerce=int, choices=WEEKDAYS, required=False, widget=forms.CheckboxSelectMultiple
    )
    pattern_start = forms.TimeField(label=_("begins at"), required=False, widget=AdminTimeInput)
    pattern_end = forms.TimeField(label=_("ends at"), required=False, widget=AdminTimeInput)
    pattern_first_day = forms.DateField(
        label=_("first day"),
        required=False,
        widget=AdminDateInput,
        help_text=_("The first meeting is on this day or the next of the weekdays."),
    )
    pattern_count = forms.IntegerField(label=_("number of meetings"), required=False, min_value=1, max_value=400)
    pattern_skip_holidays = forms.BooleanField(
        label=_("skip holidays"), required=False, initial=True, help_text=_("The meetings move on by as many weeks.")
    )

    # Whether the form has found that other classes are in the room: the panel with the box asks.
    rooms_taken = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["program"].queryset = self._programs()
        self.fields["teachers"].queryset = self._accounts()
        self.fields["refund_policy"].queryset = self._policies()
        self.fields["residents_of"].choices = District.objects.filter(county=None).values_list("code", "name")
        self.fields["closes_at"].required = False
        self.fields["closes_at"].help_text = _("Empty: when the first meeting begins.")
        self._offer_statuses()
        self._offer_rules()
        pathway_intakes.prepare(self)
        if self.instance.pk is None:
            self._set_defaults()

    def _programs(self):
        """Programs of one's own institutions; a stored intake stays within its institution."""
        programs = Program.objects.select_related("institution").order_by("title")
        if self.for_user is not None and not self.for_user.is_superuser:
            programs = programs.filter(institution__in=institutions_of(self.for_user))
        if self.instance.program_id:
            programs = programs.filter(institution=self.instance.program.institution_id)
        return programs

    def _policies(self):
        """Refund policies of one's own institutions; a stored intake keeps to those of its own."""
        policies = RefundPolicy.objects.select_related("institution")
        if self.for_user is not None:
            policies = policies.staffed_by(self.for_user)
        if self.instance.program_id:
            policies = policies.filter(institution=self.instance.program.institution_id)
        return policies

    def _accounts(self):
        """Staff of one's own institutions, and whoever teaches the class already."""
        accounts = get_user_model().objects.filter(is_staff=True, is_active=True)
        if self.for_user is not None and not self.for_user.is_superuser:
            mine = Q(posts__institution__in=institutions_of(self.for_user))
            accounts = accounts.filter(mine | Q(classes_taught=self.instance.pk)).distinct()
        return accounts.order_by("name", "pk")

    def _offer_statuses(self):
        """Cancelling is an act of its own, with its reason and consequences: no choice in a list."""
        status, cancelled = self.fields["status"], Intake.Status.CANCELLED
        is_cancelled = self.instance.status == cancelled
        status.choices = [choice for choice in Intake.Status.choices if (choice[0] == cancelled) == is_cancelled]
        status.disabled = is_cancelled

    def _offer_rules(self):
        """First come or review; a lottery or ranking is a round's, which also sets the window."""
        rule, rules = self.fields["admission_rule"], Intake.AdmissionRule
        rule.required = False
        if self.instance.round_id:
            for name in ("admission_rule", "opens_at", "closes_at"):
                self.fields[name].disabled = True
            return
        rule.choices = [(one.value, one.label) for one in (rules.FIRST_COME, rules.REVIEW)]
        rule.help_text = _("A lottery or a ranking: put the class into an admission round.")
        # People were told the rule: it stays while anybody is in the class.
        rule.disabled = self.instance.pk is not None and self.instance.enrollments.live().exists()

    def clean_admission_rule(self):
        """As it is when nothing was sent."""
        return self.cleaned_data.get("admission_rule") or self.instance.admission_rule

    def _check_priority(self):
        """Seats that fall to everyone need a pool that is open to all, after the results are there."""
        pools = self.formsets["pools"]
        rows = [form for form in pools.forms if form.is_valid() and not form.cleaned_data.get("DELETE")]
        rows = [form for form in rows if form.has_changed() or form.instance.pk]
        is_open = [not form.instance.is_priority for form in rows]
        results = self.instance.round.results_at if self.instance.round_id else None
        for form in rows:
            released = form.cleaned_data.get("released_at")
            if released and not form.instance.is_priority:
                form.add_error("released_at", _("This pool is open to all already. Leave this empty."))
            elif released and not any(is_open):
                form.add_error("released_at", _("Add a pool that is open to all: the seats need somewhere to go."))
            elif released and results and released < results:
                form.add_error("released_at", _("Not before the results of the round are there."))

    def _set_defaults(self):
        """Enrollment opens now, in the present term, with one pool for everyone."""
        now = timezone.localtime().replace(second=0, microsecond=0)
        terms = Term.objects.filter(ends_on__gte=now.date()).order_by("starts_on")
        program = self.instance.program if self.instance.program_id else None
        defaults = {
            "opens_at": now,
            "term": terms[0].pk if terms else None,
            "district": program and program.institution.district_id,
        }
        for name, value in defaults.items():
            # Not setdefault: the initial values of a new instance are there already, as None.
            self.initial[name] = self.initial.get(name) or value
        pathway_intakes.defaults(self)
        pools = self.formsets["pools"].forms
        if pools and not self.is_bound:
            pools[0].initial["name"] = gettext("Open to all")

    def clean(self):
        """The rules that span fields: pattern, window, and what people already rely on."""
        data = super().clean()
        self.pattern = self._pattern(data)
        if not data.get("closes_at") and "closes_at" not in self.errors:
            self._close_at_first_meeting(data)
        self._check_relied_on(data)
        self._check_room(data)
        self._check_priority()
        pathway_intakes.check(self, data)
        return data

    def _pattern(self, data):
        """The meetings that the pattern gives, or None when none shall be made."""
        filled = any(data.get(name) for name in ("pattern_weekdays", "pattern_start", "pattern_first_day"))
        if not data.get("make_meetings"):
            if filled:
                self.add_error("make_meetings", _("Tick this box, so that the pattern is used, or empty the pattern."))
            return None
        needed = {
            "pattern_start": _("Give the time at which it begins."),
            "pattern_end": _("Give the time at which it ends."),
            "pattern_first_day": _("Give the first day."),
            "pattern_count": _("Give the number of meetings."),
        }
        for name, message in needed.items():
            if data.get(name) is None and name not in self.errors:
                self.add_error(name, message)
        if any(name in self.errors for name in needed):
            return None
        try:
            return schedule.generate(
                weekdays=data.get("pattern_weekdays") or [],
                start=data["pattern_start"],
                end=data["pattern_end"],
                first_day=data["pattern_first_day"],
                count=data["pattern_count"],
                holidays=Holiday.objects.all() if data.get("pattern_skip_holidays") else (),
            )
        except schedule.PatternError as error:
            at_fault = "pattern_end" if data["pattern_end"] <= data["pattern_start"] else "pattern_weekdays"
            self.add_error(at_fault, str(error))
            return None

    def _meetings(self, data):
        """The (start, end, place) of the meetings that will be there, as far as the form can tell."""
        place = data.get("place", "")
        if self.pattern is not None:
            return [(start, end, place) for start, end in self.pattern]
        forms = [form for form in self.formsets["meetings"].forms if form.is_valid()]
        rows = [form.cleaned_data for form in forms if not form.cleaned_data.get("DELETE")]
        rows = [row for row in rows if row.get("starts_at") and row.get("ends_at")]
        return [(row["starts_at"], row["ends_at"], row.get("place") or place) for row in rows]

    def _check_room(self, data):
        """Two classes in one room: asked once, and saved when it is meant so."""
        meetings, program = self._meetings(data), data.get("program")
        if program is None or not meetings:
            return
        coming = [meeting for meeting in meetings if meeting[1] > timezone.now()]
        taken = rooms.clashes(institution=program.institution_id, meetings=coming, intake=self.instance)
        self.rooms_taken = bool(taken)
        if taken and not data.get("share_room"):
            text = _("The room is taken then: %(class)s, %(time)s. Change it, or tick that it is shared on purpose.")
            time = moment(taken[0].starts_at, end=taken[0].ends_at)
            self.add_error("share_room", text % {"class": taken[0].intake.title, "time": time})

    def _close_at_first_meeting(self, data):
        starts = [start for start, _end, _place in self._meetings(data)]
        if not starts:
            self.add_error("closes_at", _("Say when enrollment closes, or add the first meeting."))
        else:
            data["closes_at"] = min(starts)

    def _check_relied_on(self, data):
        """What people were promised is not taken away by a form."""
        if self.instance.pk is None:
            return
        live = self.instance.enrollments.live()
        if data.get("status") == Intake.Status.DRAFT and live.exists():
            self.add_error(
                "status",
                _("%(n)d people are enrolled or waiting: it cannot become a draft again. Cancel the class instead.")
                % {"n": live.count()},
            )
        pools = self.formsets["pools"]
        pools.is_valid()  # Cleans each row, so that one knows which shall go.
        gone = [form.instance.pk for form in pools.forms if form.instance.pk and form.cleaned_data.get("DELETE")]
        if Enrollment.objects.filter(pool__in=gone).exists():
            raise ValidationError(_("A pool in which people have a seat or wait cannot be removed."))
        meetings = self.formsets["meetings"]
        meetings.is_valid()
        gone = [form.instance.pk for form in meetings.forms if form.instance.pk and form.cleaned_data.get("DELETE")]
        if Attendance.objects.filter(meeting__in=gone).exists():
            raise ValidationError(_("A meeting whose attendance was taken cannot be removed."))
