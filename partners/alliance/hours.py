"""How many hours members gave and received: what owners have confirmed, by the year in which it was used."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, F, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.reports.tables import Column, Figures, Row
from partners.models import AllianceMember, ShareRequest
from partners.states import ShareState


def years():
    """The years of which there are hours, the newest first."""
    found = ShareRequest.objects.filter(state=ShareState.USED).datetimes("starts_at", "year", order="DESC")
    return [one.year for one in found]


def figures(year):
    """Hours given and received by each member in a year (None: ever), whoever gave most first."""
    used = ShareRequest.objects.filter(state=ShareState.USED)
    if year:
        begin, end = (timezone.make_aware(datetime(number, 1, 1)) for number in (year, year + 1))
        used = used.filter(starts_at__gte=begin, starts_at__lt=end)
    values = defaultdict(lambda: {"given": Decimal(0), "lent": 0, "received": Decimal(0), "borrowed": 0})
    for path, hours, times in (("resource__owner", "given", "lent"), ("member", "received", "borrowed")):
        counted = used.order_by().values(key=F(path)).annotate(sum=Sum("hours"), n=Count("pk"))
        for one in counted:
            values[one["key"]] |= {hours: one["sum"], times: one["n"]}
    members = AllianceMember.objects.named().filter(Q(left_on=None) | Q(pk__in=values))
    rows = [Row(str(member), dict(values[member.pk])) for member in members]
    rows.sort(key=lambda row: (-row.values["given"], -row.values["received"], row.label))
    columns = [
        Column("given", _("hours given"), bar=True),
        Column("lent", _("times given")),
        Column("received", _("hours received"), bar=True),
        Column("borrowed", _("times received")),
    ]
    return Figures(columns, [Row(row.label, _plain(row.values)) for row in rows])


def _plain(values):
    """Hours as numbers that divide: whole where they are."""
    return {key: int(value) if value == int(value) else float(value) for key, value in values.items()}


def as_table(year):
    """The rows to take away, heading first."""
    found = figures(year)
    yield [_("member"), *(column.label for column in found.columns)]
    for row in found.rows:
        yield [row.label, *(row.values[column.key] for column in found.columns)]
