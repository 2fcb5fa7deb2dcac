"""The alliance of the sample: schools and enterprises, what they share, requests in every state."""

from datetime import datetime, time, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from institutions.models import Institution
from partners.alliance import sharing
from partners.models import AllianceMember, BookedSlot, SharedResource, ShareEvent, ShareRequest
from partners.states import ShareState

_SCHOOLS = ("兴安林区职业技术学校（示例）", "北极星中等职业学校（示例）", "兴安林海职业学院（示例）")
_TAHE = "塔河社区教育学院（示例）"
_FIRMS = ("blueberry", "fire", "care", "ski")
# Owner (number in the two lists together), kind, name, description, place, for how many, terms.
_SHARED = [
    (
        0,
        "base",
        "食品加工实训车间",
        "清洗、烘干、灌装线各一条。",
        "实训楼一层",
        "20 个工位",
        "自带原料，用后清洗。",
    ),
    (
        0,
        "instructor",
        "王老师（食品检验）",
        "食品检验和车间卫生，可到企业讲课。",
        "实训楼或企业",
        "每班三十人以内",
        "交通费由申请方付。",
    ),
    (1, "equipment", "雪道模拟训练器", "六个训练位，冬季和夏季都能用。", "冰雪馆", "6 人一组", ""),
    (2, "course", "老年照护基础课", "四十学时，有课件和考核题。", "线上或上门", "不限人数", "注明课程来源。"),
    (2, "base", "护理实训室", "十张护理床，带吸氧和翻身设备。", "护理楼二层", "30 人", "一位教师全程在场。"),
    (3, "base", "蓝莓分拣线", "旺季以外可以带学员上线操作。", "塔河镇示例路8号", "12 人", "穿工作服，两位师傅带教。"),
    (4, "equipment", "巡护无人机四架", "带教练机和备用电池。", "加格达奇区示例路100号", "8 人", "飞手持证，企业带队。"),
    (7, "base", "示范厨房", "六个灶台，可以教烹饪和烘焙。", "塔河社区教育学院一层", "18 人", "用后打扫。"),
    (
        5,
        "instructor",
        "李护士长（失能照护）",
        "二十年护理经验，可示范操作。",
        "养老院或学校",
        "每次二十人以内",
        "每次不超过半天。",
    ),
]


def load(enterprises, *, staff):
    """Members, resources and requests; `staff` acts for the schools."""
    members = [AllianceMember.objects.create(institution=Institution.objects.get(name=name)) for name in _SCHOOLS]
    members += [AllianceMember.objects.create(enterprise=enterprises[key]) for key in _FIRMS]
    # Whose staff one can sign in as.
    members.append(AllianceMember.objects.create(institution=Institution.objects.get(name=_TAHE)))
    AllianceMember.objects.filter(pk__in=[one.pk for one in members]).update(joined_on=_day(-400))
    made = [
        SharedResource.objects.create(
            **dict(zip(("kind", "name", "description", "place", "capacity", "terms"), row, strict=True)),
            owner=members[owner],
        )
        for owner, *row in _SHARED
    ]
    by = {one.pk: _actor(one, staff) for one in members}
    _requests(made, members, by)


def _actor(member, staff):
    """Who acts for a member."""
    return member.enterprise.members.first().account if member.enterprise_id else staff


def _requests(made, members, by):
    """One in each state ahead, and used hours of this year and the last."""
    ahead = [
        (made[4], members[5], 7, "护理员岗前培训，十二人", None),
        (made[0], members[3], 9, "新员工学灌装，八人", "approved"),
        (made[6], members[0], 14, "林业班无人机实训，十六人", "declined"),
        (made[5], members[0], 16, "食品专业二年级见习", "cancelled"),
        (made[7], members[3], 12, "职工食堂厨师培训，十人", None),
        (made[2], members[6], 21, "雪道员培训，六人一组", "approved"),
    ]
    for resource, member, days, purpose, then in ahead:
        request = sharing.ask(resource, member=member, purpose=purpose, by=by[member.pk], **_span(days))
        owner = by[resource.owner_id]
        if then == "approved":
            sharing.approve(request, by=owner)
        elif then == "declined":
            sharing.decline(request, reason="防火期设备全部在岗，十一月以后可以。", by=owner)
        elif then == "cancelled":
            sharing.cancel(request, reason="课表调整，改到下学期。", by=by[member.pk])
    used = [(4, 5, 20, 4), (8, 2, 45, 3), (5, 0, 80, 6), (6, 0, 130, 4), (3, 5, 200, 8), (0, 3, 330, 6), (1, 3, 370, 2)]
    for resource, member, days, hours in used:
        _used(made[resource], members[member], days, hours, by)


def _used(resource, member, days, hours, by):
    """A time in the past, as it would have been asked for, lent and confirmed."""
    span = _span(-days)
    request = ShareRequest.objects.create(
        resource=resource, member=member, purpose="实训课", state=ShareState.USED, hours=Decimal(hours), **span
    )
    owner = by[resource.owner_id]
    steps = [("asked", "", "asked", by[member.pk], -9), ("approved", "asked", "approved", owner, -8)]
    for act, before, after, who, ago in [*steps, ("used", "approved", "used", owner, 1)]:
        at = span["starts_at"] + timedelta(days=ago)
        ShareEvent.objects.create(request=request, act=act, from_state=before, to_state=after, by=who, at=at)


def _day(ahead):
    return timezone.localdate() + timedelta(days=ahead)


def _span(ahead):
    """Nine to half past twelve on a working day near that day."""
    day = _day(ahead)
    while day.weekday() > 4:
        day += timedelta(days=1)
    first, last = (timezone.make_aware(datetime.combine(day, at)) for at in (time(9), time(12, 30)))
    return {"starts_at": first, "ends_at": last}


@transaction.atomic
def remove():
    """Take it away with its history; the caller has taken the guards off."""
    members = AllianceMember.objects.filter(
        Q(institution__name__endswith="（示例）") | Q(enterprise__is_sample=True)
    ).values("pk")
    requests = ShareRequest.objects.filter(Q(member__in=members) | Q(resource__owner__in=members))
    keys = list(requests.values_list("pk", flat=True))
    BookedSlot.objects.filter(request__in=keys).delete()
    events = QuerySet(ShareEvent).filter(request__in=keys)
    events._raw_delete(events.db)
    ShareRequest.objects.filter(pk__in=keys).delete()
    SharedResource.objects.filter(owner__in=members).delete()
    AllianceMember.objects.filter(pk__in=list(members.values_list("pk", flat=True))).delete()
