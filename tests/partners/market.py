"""Orders that stand and majors that are taught, made at once: what the demand board counts."""

import itertools
from datetime import date

from django.utils import timezone

from courses.models import MajorOffer
from partners.models import Enterprise, Occupation, TrainingOrder
from tests import factories

_number = itertools.count(1)


def employer(**fields):
    """An enterprise, without the papers and the people of a real one."""
    number = next(_number)
    fields.setdefault("district", factories.district())
    defaults = {"name": f"示例企业{number}", "uscc": f"00{number:016}", "industry": "care", "size": "small"}
    return Enterprise.objects.create(**defaults | {"employees": 100, "address": "示例路1号"} | fields)


def occupation(name="养老护理员"):
    """An occupation of that name."""
    return Occupation.objects.get_or_create(name=name, edition="2022", defaults={"code": f"4-{next(_number)}"})[0]


def wanted(posts=10, *, of=None, majors=(), starts_on=date(2027, 3, 1), **fields):
    """An approved order."""
    of = of or employer()
    fields.setdefault("occupation", occupation())
    fields.setdefault("district", of.district)
    defaults = {"title": "护理员", "state": "approved", "pay_after": 4000, "submitted_at": timezone.now()}
    order = TrainingOrder.objects.create(enterprise=of, posts=posts, starts_on=starts_on, **defaults | fields)
    order.majors.set(majors)
    return order


def taught(major, *, year=2027, at=None, seats=40, **fields):
    """A major taught at an institution (a new one unless given)."""
    at = at or factories.institution(kind="secondary")
    return MajorOffer.objects.create(major=major, institution=at, year=year, seats=seats, **fields)
