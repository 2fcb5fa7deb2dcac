"""Who enrolled, how full classes are, who found no seat, who left, who came, and how long a decision took.

Each function answers one Question with Figures, in a number of queries that does not depend on how many rows there are:
the database groups and counts, Python only adds groups up and gives them their names.
"""

from collections import Counter, defaultdict

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Sum, Value, When
from django.utils.translation import gettext as _

from courses.models import Attendance, Enrollment, HistoryEntry, Intake, SeatPool
from courses.reports.measures import Seconds
from courses.reports.tables import DAYS, PERCENT, Column, Figures, Row, percent
from courses.states import SEATED, Reason, State

WAITING = (State.SUBMITTED, State.WAITLISTED)
ENDED = (State.NOT_ADMITTED, State.DECLINED, State.EXPIRED, State.WITHDRAWN, State.CANCELLED)
LEAVING = (State.WITHDRAWN, State.CANCELLED, State.DECLINED, State.EXPIRED)
# Whoever goes to another class, or changes a choice before anything is decided, has not left.
NOT_LEFT = (Reason.MOVED, Reason.CHANGED_CHOICE)
# Not admitted, and yet no demand that stays unmet: a seat in another choice, or no right to one.
NOT_UNMET = (Reason.OTHER_CHOICE, Reason.RULES_NOT_MET)
# Left the waitlist, and yet did not give up: the data were erased, or an earlier choice took its place.
NOT_GIVEN_UP = (Reason.ERASED, *NOT_LEFT)
DECIDED = (State.OFFERED, State.ENROLLED, State.WAITLISTED, State.NOT_ADMITTED)
# What a decision may take: key of the column, seconds.
_DAY = 86400
STEPS = (("day", _DAY), ("three", 3 * _DAY), ("week", 7 * _DAY))


def enrollments(question):
    """Enrollments by what has become of them."""
    found = Enrollment.objects.filter(question.classes(), question.days("submitted_at"))
    kinds = dict.fromkeys(SEATED, "seat") | dict.fromkeys(WAITING, "waiting") | dict.fromkeys(ENDED, "ended")
    groups = _grouped(found, question, "intake__", "state", lambda state: kinds[state])
    columns = [
        Column("all", _("enrollments")),
        Column("seat", _("with a seat"), bar=True),
        Column("waiting", _("waiting or undecided"), bar=True),
        Column("ended", _("ended without a seat"), bar=True),
    ]
    return _figures(question, groups, columns)


def filling(question):
    """Seats and how many of them are taken, in classes that take place."""
    found = SeatPool.objects.filter(
        question.classes(), question.days("intake__starts_at"), intake__status=Intake.Status.PUBLISHED
    )
    counted = found.order_by().annotate(group=question.by.expression("intake__")).values("group")
    counted = counted.annotate(
        n=Count("intake", distinct=True), seats=Sum("capacity"), taken=Sum("seats_taken"), waits=Sum("waiting")
    )
    groups = defaultdict(Counter)
    for one in counted:
        group = groups[question.by.fold(one["group"])]
        group.update(classes=one["n"], seats=one["seats"], taken=one["taken"], waiting=one["waits"])
    columns = [
        Column("filled", _("filled"), PERCENT),
        Column("taken", _("seats taken"), bar=True),
        Column("seats", _("seats")),
        Column("classes", _("classes")),
        Column("waiting", _("in the waitlist")),
    ]
    figures = _figures(question, groups, columns, whole="seats")
    return _with_share(figures, "filled", "taken", "seats")


def demand(question):
    """Who wants a seat and has none: those who wait, who were not admitted, who gave up waiting."""
    waiting = Enrollment.objects.filter(question.classes(), question.days("submitted_at"), state=State.WAITLISTED)
    groups = _grouped(waiting, question, "intake__", "state", lambda state: "waiting")
    # Only an upheld review leads back from the end: then the last entry counts.
    later = HistoryEntry.objects.filter(enrollment=OuterRef("enrollment"), pk__gt=OuterRef("pk"))
    refused = Q(to_state=State.NOT_ADMITTED, enrollment__state=State.NOT_ADMITTED) & ~Q(reason__in=NOT_UNMET)
    gave_up = Q(from_state=State.WAITLISTED, to_state=State.WITHDRAWN) & ~Q(reason__in=NOT_GIVEN_UP)
    ended = HistoryEntry.objects.filter(
        refused & (Q(enrollment__reinstated=0) | ~Exists(later)) | gave_up,
        question.classes("enrollment__intake"),
        question.days("enrollment__submitted_at"),
        to_state__in=(State.NOT_ADMITTED, State.WITHDRAWN),
    )
    names = {State.NOT_ADMITTED: "refused", State.WITHDRAWN: "gave_up"}
    for key, counted in _grouped(ended, question, "enrollment__intake__", "to_state", names.get).items():
        groups[key].update(counted)
    columns = [
        Column("all", _("sum")),
        Column("share", _("share"), PERCENT),
        Column("waiting", _("waiting now"), bar=True),
        Column("refused", _("not admitted"), bar=True),
        Column("gave_up", _("gave up waiting"), bar=True),
    ]
    return _with_share_of_all(_figures(question, groups, columns))


def leaving(question):
    """Who left a class, a waitlist or an offer, and how."""
    found = HistoryEntry.objects.filter(
        question.classes("enrollment__intake"), question.days("at"), to_state__in=LEAVING
    ).exclude(reason__in=NOT_LEFT)
    groups = _grouped(found, question, "enrollment__intake__", "to_state", str)
    columns = [
        Column("all", _("sum")),
        Column("share", _("share"), PERCENT),
        Column(State.WITHDRAWN.value, _("withdrawn by the learner"), bar=True),
        Column(State.CANCELLED.value, _("cancelled by the school"), bar=True),
        Column(State.DECLINED.value, _("offer declined"), bar=True),
        Column(State.EXPIRED.value, _("offer expired"), bar=True),
    ]
    return _with_share_of_all(_figures(question, groups, columns))


def attending(question):
    """Who came to the meetings of which attendance was taken."""
    found = Attendance.objects.filter(question.classes("meeting__intake"), question.days("meeting__starts_at"))
    groups = _grouped(found, question, "meeting__intake__", "mark", str)
    columns = [
        Column("came", _("came"), PERCENT),
        Column(Attendance.Mark.PRESENT.value, _("present"), bar=True),
        Column(Attendance.Mark.LEAVE.value, _("on leave"), bar=True),
        Column(Attendance.Mark.ABSENT.value, _("absent"), bar=True),
        Column("all", _("marks")),
    ]
    return _with_share(_figures(question, groups, columns, whole="all"), "came", Attendance.Mark.PRESENT.value, "all")


def deciding(question):
    """How long the first decision took, where people or a draw decide."""
    earlier = HistoryEntry.objects.filter(
        enrollment=OuterRef("enrollment"), pk__lt=OuterRef("pk"), from_state=State.SUBMITTED, to_state__in=DECIDED
    )
    people_decide = ~Q(enrollment__intake__admission_rule=Intake.AdmissionRule.FIRST_COME)
    found = HistoryEntry.objects.filter(
        question.classes("enrollment__intake"),
        question.days("enrollment__submitted_at"),
        people_decide,
        Q(enrollment__reinstated=0) | ~Exists(earlier),
        from_state=State.SUBMITTED,
        to_state__in=DECIDED,
    )
    counted = found.order_by().annotate(
        group=question.by.expression("enrollment__intake__"), took=Seconds("enrollment__submitted_at", "at")
    )
    within = [When(took__lte=seconds, then=Value(key)) for key, seconds in STEPS]
    counted = counted.annotate(step=Case(*within, default=Value("later"))).values("group", "step")
    groups = defaultdict(Counter)
    for one in counted.annotate(n=Count("pk"), seconds=Sum("took")):
        group = groups[question.by.fold(one["group"])]
        group.update({one["step"]: one["n"], "decided": one["n"], "seconds": one["seconds"]})
    _count_undecided(groups, question)
    columns = [
        Column("days", _("days on average"), DAYS),
        Column("day", _("within a day"), bar=True),
        Column("three", _("2 to 3 days"), bar=True),
        Column("week", _("4 to 7 days"), bar=True),
        Column("later", _("longer"), bar=True),
        Column("open", _("not decided yet"), bar=True),
        Column("decided", _("decided")),
    ]
    figures = _figures(question, groups, columns)
    for row in [*figures.rows, *filter(None, [figures.total])]:
        decided = row.values["decided"]
        row.values["days"] = round(row.values["seconds"] / decided / _DAY, 1) if decided else None
    return figures


def _count_undecided(groups, question):
    found = Enrollment.objects.filter(question.classes(), question.days("submitted_at"), state=State.SUBMITTED).exclude(
        intake__admission_rule=Intake.AdmissionRule.FIRST_COME
    )
    counted = found.order_by().annotate(group=question.by.expression("intake__")).values("group")
    for one in counted.annotate(n=Count("pk")):
        groups[question.by.fold(one["group"])]["open"] += one["n"]


def _grouped(found, question, path, field, kind):
    """{key of a group: Counter of kinds, and of `all`}; `kind` makes a kind of the field's value."""
    groups = defaultdict(Counter)
    counted = found.order_by().annotate(group=question.by.expression(path), kind=F(field)).values("group", "kind")
    for one in counted.annotate(n=Count("pk")):
        groups[question.by.fold(one["group"])].update({kind(one["kind"]): one["n"], "all": one["n"]})
    return groups


def _figures(question, groups, columns, whole=""):
    """The groups as rows with names and a total, in order."""
    names = question.by.names(list(groups))
    keys = [key for key in names if key in groups] + [key for key in groups if key not in names]
    if not question.by.ordered:
        keys.sort(key=lambda key: -sum(groups[key][column.key] for column in columns if column.bar))
    rows = [Row(str(names.get(key, _("not known"))), groups[key]) for key in keys]
    total = Row(_("sum"), sum(groups.values(), Counter())) if rows else None
    return Figures(columns, rows, total, whole)


def _with_share_of_all(figures):
    """Put the share in the sum of all groups into each row."""
    for row in [*figures.rows, *filter(None, [figures.total])]:
        row.values["share"] = percent(row.values["all"], figures.total.values["all"])
    return figures


def _with_share(figures, key, part, whole):
    """Put the share of a part in a whole into each row."""
    for row in [*figures.rows, *filter(None, [figures.total])]:
        row.values[key] = percent(row.values[part], row.values[whole])
    return figures
