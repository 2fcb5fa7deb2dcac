"""The forms of an import: the file, and which of its columns is what."""

from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import District
from courses.importing import mapping as mappings
from courses.importing.uploads import LARGEST, SUFFIXES
from courses.models import Category, CommunityCoursePage, Intake, Term
from institutions.models import Institution

# Our fields in the order in which staff think of them: (heading, {name: words}).
GROUPS = [
    (
        _("Course"),
        {
            "title": _("title of the course"),
            "institution": _("institution"),
            "category": _("category"),
            "summary": _("one sentence for lists"),
            "level": _("level"),
        },
    ),
    (
        _("Class"),
        {
            "code": _("code of the class"),
            "label": _("name of the class"),
            "term": _("term"),
            "place": _("place"),
            "district": _("county or district"),
            "teacher": _("teacher"),
            "materials": _("materials"),
            "status": _("draft or published"),
        },
    ),
    (
        _("Meetings"),
        {
            "weekdays": _("weekdays"),
            "first_day": _("first meeting"),
            "last_day": _("last meeting"),
            "dates": _("first and last day in one cell"),
            "count": _("number of meetings"),
            "start": _("begins at"),
            "end": _("ends at"),
            "hours": _("begin and end in one cell"),
            "start_hour": _("begins at, hour alone"),
            "start_minute": _("begins at, minute alone"),
            "end_hour": _("ends at, hour alone"),
            "end_minute": _("ends at, minute alone"),
        },
    ),
    (
        _("Seats and rules"),
        {
            "opens": _("enrollment opens"),
            "closes": _("enrollment closes"),
            "capacity": _("seats"),
            "minimum": _("minimum of learners"),
            "fee": _("fee"),
            "min_age": _("youngest age"),
            "max_age": _("oldest age"),
        },
    ),
]
# Where one value for all rows makes no sense.
_NO_DEFAULT = {"code", "title", "institution", "dates", "hours", "start_hour", "start_minute", "end_hour", "end_minute"}
_NEEDED = ("title", "code", "weekdays", "opens", "capacity")
_ONE_OF = [(("first_day",), ("dates",)), (("start", "end"), ("hours",), ("start_hour", "end_hour"))]
_NOT_THERE = [("", _("— not in the file —"))]
DATE_FORMATS = [
    ("", _("2026-03-04, 2026/3/4 or 2026年3月4日")),
    ("%d/%m/%Y", _("04/03/2026: day, month, year")),
    ("%m/%d/%Y", _("03/04/2026: month, day, year")),
    ("%d.%m.%Y", "04.03.2026"),
    ("%b-%d-%Y", "Mar-04-2026"),
]


class UploadForm(forms.Form):
    """The file, and whose courses it holds."""

    file = forms.FileField(
        label=_("file"),
        help_text=_("CSV (also as Excel and WPS save it in Chinese) or an Excel workbook .xlsx; at most 5 MB."),
        widget=forms.FileInput(attrs={"accept": ",".join(SUFFIXES)}),
        error_messages={"required": _("Choose a file.")},
    )
    institution = forms.ModelChoiceField(
        label=_("institution"),
        queryset=Institution.objects.none(),
        required=False,
        empty_label=_("several: the file names the institution in each row"),
    )
    header_row = forms.IntegerField(
        label=_("row of the titles"),
        min_value=1,
        max_value=50,
        initial=1,
        help_text=_("In which row the columns' titles stand; mostly the first."),
    )
    sheet = forms.CharField(
        label=_("sheet"), max_length=60, required=False, help_text=_("Of a workbook; left empty, the first one.")
    )

    def __init__(self, *args, account, **kwargs):
        super().__init__(*args, **kwargs)
        mine = Institution.objects.staffed_by(account).providers()
        field = self.fields["institution"]
        field.queryset = mine
        if len(mine[:2]) == 1:
            field.required, field.empty_label, field.initial = True, None, mine[0]

    def clean_file(self):
        """Not larger than can be."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(gettext("The file is larger than %(n)d MB. Send it in parts.") % {"n": 5})
        return file


@dataclass(frozen=True)
class Line:
    """One of our fields in the form: its words, the choice of a column, the value for all rows (or None)."""

    words: str
    column: forms.BoundField
    default: forms.BoundField | None
    needed: bool


class ColumnsForm(forms.Form):
    """Which column is what, and how cells are written. `mapping()` is what the import keeps."""

    dates = forms.ChoiceField(label=_("dates"), choices=DATE_FORMATS, required=False)
    date_separator = forms.CharField(
        label=_("between two dates in one cell"),
        max_length=8,
        required=False,
        strip=False,
        help_text=_("Else 至 or -."),
    )
    hours_separator = forms.CharField(label=_("between two times in one cell"), max_length=8, initial="-")
    age_unit = forms.ChoiceField(
        label=_("ages"), choices=[("years", _("in years")), ("months", _("in months"))], initial="years"
    )
    fee_unit = forms.ChoiceField(
        label=_("fees"), choices=[("yuan", _("in yuan")), ("fen", _("in fen"))], initial="yuan"
    )
    none = forms.CharField(
        label=_("words that mean an empty cell"), max_length=60, required=False, help_text=_("By commas: 无, None.")
    )
    opens_time = forms.TimeField(label=_("enrollment opens at, without a time"), initial="08:00")
    closes_time = forms.TimeField(label=_("enrollment closes at, without a time"), initial="23:59")
    close_days_before = forms.IntegerField(
        label=_("without a closing date: days before the first meeting"), min_value=0, max_value=60, initial=1
    )
    code_prefix = forms.CharField(
        label=_("put before each code"), max_length=10, required=False, help_text=_("So that codes never meet others'.")
    )
    pool = forms.CharField(label=_("name of the seat pool"), max_length=60, initial="面向所有人")
    skip_holidays = forms.BooleanField(label=_("leave out the holidays of this site"), required=False, initial=True)
    categories = forms.CharField(
        label=_("their categories in our words"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line, for example: 面点 = 烘焙与烹饪"),
    )
    create_categories = forms.BooleanField(label=_("make categories that are not there"), required=False)
    _FORMATS = ("dates", "date_separator", "hours_separator", "age_unit", "fee_unit", "none", "opens_time")
    _FORMATS += ("closes_time",)
    _TOP = ("close_days_before", "code_prefix", "pool", "skip_holidays", "create_categories")

    def __init__(self, *args, work, account, **kwargs):
        self.work = work
        super().__init__(*args, initial=_initial(work.mapping), **kwargs)
        columns = [*_NOT_THERE, *((title, title) for title in work.header)]
        for _heading, fields in GROUPS:
            for name, words in fields.items():
                self.fields[f"c_{name}"] = forms.ChoiceField(label=words, choices=columns, required=False)
                if name not in _NO_DEFAULT:
                    self.fields[f"d_{name}"] = _default_field(name, words)
        if work.institution_id:
            self.fields["c_institution"].help_text = _("Rows that name another one are refused.")
        if not account.has_perm("courses.add_category"):
            del self.fields["create_categories"]

    def lines(self):
        """The choices by group: (heading, lines)."""
        for heading, fields in GROUPS:
            yield (
                heading,
                [
                    Line(
                        words,
                        self[f"c_{name}"],
                        self[f"d_{name}"] if f"d_{name}" in self.fields else None,
                        name in _NEEDED,
                    )
                    for name, words in fields.items()
                ],
            )

    def formats(self):
        """The fields below the choices."""
        names = (*self._FORMATS, *self._TOP, "categories")
        return [self[name] for name in names if name in self.fields]

    def clean(self):
        """What an import cannot do without."""
        data = super().clean()
        said = {name for name in mappings.FIELDS if data.get(f"c_{name}") or data.get(f"d_{name}")}
        needed = [*_NEEDED, *([] if self.work.institution_id else ["institution"])]
        for name in needed:
            if name not in said:
                self.add_error(f"c_{name}", gettext("An import needs this: choose a column."))
        for ways in _ONE_OF:
            if not any(said.issuperset(way) for way in ways):
                self.add_error(f"c_{ways[0][0]}", gettext("An import needs this: choose a column here or below."))
        for line in data.get("categories", "").splitlines():
            if line.strip() and "=" not in line:
                self.add_error("categories", gettext("Write each line as theirs = ours."))
        return data

    def mapping(self):
        """The choices as mapping.parse takes them; times as text, so that they can be kept as JSON."""
        data = self.cleaned_data
        columns = {name: data[f"c_{name}"] for name in mappings.FIELDS if data.get(f"c_{name}")}
        defaults = {name: data[f"d_{name}"] for name in mappings.FIELDS if data.get(f"d_{name}")}
        formats = {name: data[name] for name in ("date_separator", "hours_separator", "age_unit", "fee_unit")}
        formats |= {name: f"{data[name]:%H:%M}" for name in ("opens_time", "closes_time")}
        formats["dates"] = [data["dates"]] if data["dates"] else []
        formats["none"] = [word.strip() for word in data["none"].replace("，", ",").split(",") if word.strip()]
        pairs = [line.partition("=") for line in data["categories"].splitlines() if line.strip()]
        values = {"category": {theirs.strip(): ours.strip() for theirs, _sign, ours in pairs}} if pairs else {}
        top = {name: data[name] for name in self._TOP if name in self.fields}
        return {"columns": columns, "defaults": defaults, "formats": formats, "values": values, **top}


def _default_field(name, words):
    """The value of a field for all rows: chosen where there is a list."""
    known = {
        "category": lambda: Category.objects.values_list("name", "name"),
        "term": lambda: Term.objects.values_list("name", "name"),
        "district": lambda: District.objects.filter(county=None).values_list("code", "name"),
        "level": lambda: CommunityCoursePage.Level.choices,
        "status": lambda: [choice for choice in Intake.Status.choices if choice[0] != Intake.Status.CANCELLED],
    }
    if name in known:
        return forms.ChoiceField(label=words, choices=[("", "—"), *known[name]()], required=False)
    return forms.CharField(label=words, max_length=120, required=False)


def _initial(mapping):
    """What the form shows for a mapping that was kept or suggested."""
    formats = mapping.get("formats", {})
    found = {f"c_{name}": title for name, title in mapping.get("columns", {}).items()}
    found |= {f"d_{name}": value for name, value in mapping.get("defaults", {}).items()}
    found |= {name: value for name, value in mapping.items() if name in ColumnsForm._TOP}
    found |= {name: value for name, value in formats.items() if name not in ("dates", "none")}
    found["dates"] = next(iter(formats.get("dates", ())), "")
    found["none"] = ", ".join(formats.get("none", ()))
    categories = mapping.get("values", {}).get("category", {})
    return found | {"categories": "\n".join(f"{theirs} = {ours}" for theirs, ours in categories.items())}
