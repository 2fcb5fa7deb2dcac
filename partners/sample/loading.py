"""Puts the sample of this room together, through the same functions as everybody: registered, checked, submitted."""

import io
import tomllib
from datetime import timedelta
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from PIL import Image, ImageDraw

from accounts.append_only import without_guard
from accounts.models import Account
from notifications.models import Message
from partners import enterprises, orders, papers, reviews
from partners.models import (
    Claim,
    Enterprise,
    EnterpriseEvent,
    EnterpriseIndexPage,
    EnterprisePage,
    MajorDecision,
    OrderEvent,
    Paper,
    Submission,
    TrainingOrder,
)
from partners.sample import agreements, candidates, market, programs, sharing
from partners.sample.codes import impossible_code
from partners.working_days import working_days_after

FOLDER = Path(__file__).resolve().parent
OWNER_PHONE = "13800000003"  # The enterprise that one can sign in as (courses/sample/people.py).
# Phones of the other owners; courses.sample.removal takes their accounts away.
_PHONE = "13800018{:03}"
DEFAULTS = {
    "level": "anyone",
    "min_age": "16",
    "duties": "按岗位规程工作，师傅带教，每周小结一次。",
    "skills": "能看懂操作说明，身体适合这份工作，愿意学。",
    "certificates": "",
    "selection": "学校推荐后面谈二十分钟，再到岗位上看半天，双方都愿意就定下来。",
    "on_site": "yes",
    "hours": "每周五天，每天八小时，轮班的按排班表，每周至少休一天",
    "board": "食堂每餐五元，外地学员住宿舍，不另收钱",
    "insurance": "实践期间由企业缴实习责任险和意外险，上岗后缴社会保险",
    "scholarship": "",
    "service_months": "0",
    "breach": "",
    "confidentiality": "",
    "charges": "no",
    "interns_now": "0",
    "contribution": "两名带教师傅，实践场地和工作服。",
    "contact_name": "示例联系人",
    "contact_phone": "13800000000",
}
_DAYS = {"closes_on": 24, "starts_on": 45, "ends_on": 150, "work_on": 160}


def load(home, *, staff):
    """Twelve enterprises and twenty orders below the home page; `staff` checks and reviews them."""
    call_command("load_occupations", verbosity=0)
    call_command("load_majors", verbosity=0)
    index = EnterpriseIndexPage(
        title="合作企业",
        slug="partners",
        introduction="和学校一起培养人、招收学员的本地企业。每一家都由教育局核对过。",
        show_in_menus=True,
    )
    home.add_child(instance=index)
    index.save_revision().publish()
    programs.load_list(home)
    learners = programs.sample_learners()
    rows = tomllib.loads((FOLDER / "enterprises.toml").read_text(encoding="utf-8"))["enterprise"]
    made = {row["key"]: _enterprise(number, row, staff) for number, row in enumerate(rows)}
    for row in tomllib.loads((FOLDER / "orders.toml").read_text(encoding="utf-8"))["order"]:
        _order(made[row["of"]], row, staff, learners)
    market.load(made, order=_order, staff=staff)
    sharing.load(made, staff=staff)
    _settle(made, rows, staff)
    # Told in the past: nobody's phone rings for them.
    told = Message.objects.filter(account__memberships__enterprise__is_sample=True, dispatched_at=None)
    told.update(dispatched_at=timezone.now(), read_at=timezone.now())


def _enterprise(number, row, staff):
    owner = _owner(number)
    details = {
        "name": row["name"],
        "uscc": impossible_code(number),
        "district_id": row["county"],
        "introduction": row["intro"],
        "contact_name": "示例联系人",
        "contact_phone": "13800000000",
        "contact_post": "人事",
        "authorised": True,
        "is_sample": True,
    } | {name: row[name] for name in ("industry", "size", "employees", "address")}
    licence = papers.keep(_picture(), kind=Paper.Kind.LICENCE, by=owner)
    enterprise = enterprises.register(details=details, papers=[licence], by=owner)
    if row["state"] in ("verified", "recheck"):
        enterprises.verify(enterprise, by=staff)
        page = enterprises.draft_page(enterprise, by=staff)
        page.body = [("paragraph", f"<p>{row['about']}</p>")]
        page.save_revision(user=staff).publish()
    enterprise.refresh_from_db()
    return enterprise


def _owner(number):
    phone = OWNER_PHONE if number == 0 else _PHONE.format(number)
    found = Account.objects.filter(phone=phone).first()
    return found or Account.objects.create_user(phone=phone, phone_verified=True, name=f"示例企业账号{number}")


def _picture():
    """A sheet that says that it is a sample."""
    sheet = Image.new("RGB", (900, 640), "#fbf6ea")
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((20, 20, 880, 620), outline="#8a5200", width=6)
    draw.text((330, 290), "SAMPLE LICENCE", fill="#8a5200", font_size=30)
    stream = io.BytesIO()
    sheet.save(stream, "PNG")
    return SimpleUploadedFile("licence.png", stream.getvalue())


def _order(enterprise, row, staff, learners=()):
    owner = enterprise.members.first().account
    order = orders.save(orders.begin(enterprise, by=owner), typed=_typed(enterprise, row), by=owner)
    TrainingOrder.objects.filter(pk=order.pk).update(is_sample=True)
    state = row["state"]
    if state == "draft":
        return order
    order = orders.submit(order, by=owner)
    if state == "submitted" and "resubmitted" in row:
        order = reviews.request_changes(order, submission=1, by=staff, remarks=row["remarks"])
        order = orders.submit(orders.save(order, typed=row["resubmitted"], by=owner), by=owner)
    elif state == "changes_requested":
        reviews.request_changes(order, submission=1, by=staff, remarks=row["remarks"], note="其他都好，改完就可以。")
    elif state == "rejected":
        reviews.reject(order, submission=1, by=staff, note=row["reason"])
    elif state == "withdrawn":
        orders.withdraw(order, reason=row["reason"], by=owner)
    elif state in ("approved", "closed", *programs.CARRIED):
        order = reviews.approve(order, submission=1, by=staff, note="资料齐全，正在联系学校。")
        if state in programs.CARRIED:
            programs.carry_on(order, row, staff=staff, learners=learners)
        if state == "closed":
            orders.close(order, reason=row["reason"], by=owner)
    _set_back(order, row.get("days_ago", 0))
    return order


def _typed(enterprise, row):
    training, wage, after = row["pay"]
    today = timezone.localdate()
    given = {name: str(row[name]) for name in DEFAULTS if name in row}
    return (
        DEFAULTS
        | given
        | {name: f"{today + timedelta(days=ahead):%Y-%m-%d}" for name, ahead in _DAYS.items()}
        | {
            "title": row["title"],
            "summary": row["summary"],
            "posts": str(row["posts"]),
            "district": enterprise.district_id,
            "place": enterprise.address,
            "occupation": row["occupation"],
            "majors": row.get("majors", ""),
            "same_post_staff": str(row["same"]),
            "pay_training": str(training or ""),
            "wage_of_post": str(wage),
            "pay_after": str(after),
        }
    )


def _set_back(order, days):
    """Let an order have been submitted some days ago."""
    if not days:
        return
    back = timedelta(days=days)
    order.refresh_from_db()
    order.submitted_at -= back
    order.review_due_on = working_days_after(timezone.localdate() - back, 5)
    order.save(update_fields=["submitted_at", "review_due_on"])
    with without_guard(connection):
        Submission.objects.filter(order=order).update(at=order.submitted_at)


def _settle(made, rows, staff):
    """The states of enterprises in which no order could have been submitted."""
    for row in rows:
        enterprise = made[row["key"]]
        if row["state"] == "returned":
            enterprises.send_back(enterprise, by=staff, remarks={row["remark_name"]: row["remark"]})
        elif row["state"] == "suspended":
            enterprises.suspend(enterprise, by=staff, note=row["remark"])
        elif row["state"] == "recheck":
            Enterprise.objects.filter(pk=enterprise.pk).update(recheck_on=timezone.localdate() + timedelta(days=14))
    enterprises.rechecks()


def remove():
    """Take the sample of this room away again, with all history; what others have made stays."""
    mine = Enterprise.objects.filter(is_sample=True)
    keys = list(mine.values_list("pk", flat=True))
    with transaction.atomic():
        candidates.remove(list(TrainingOrder.objects.filter(enterprise__in=keys).values_list("pk", flat=True)))
    with transaction.atomic(), without_guard(connection):
        agreements.remove(keys)
    programs.remove(keys)
    for page in EnterprisePage.objects.filter(enterprise__in=keys):
        page.delete()
    # Past the managers, which refuse: history is removed together with the sample that it is about.
    with transaction.atomic(), without_guard(connection):
        for rows in (
            QuerySet(OrderEvent).filter(order__enterprise__in=keys),
            QuerySet(EnterpriseEvent).filter(enterprise__in=keys),
            QuerySet(MajorDecision).filter(pk__in=list(market.decisions().values_list("pk", flat=True))),
        ):
            rows._raw_delete(rows.db)
        sharing.remove()
        Submission.objects.filter(order__enterprise__in=keys).delete()
    TrainingOrder.objects.filter(enterprise__in=keys).delete()
    Claim.objects.filter(enterprise__in=keys).delete()
    for paper in Paper.objects.filter(enterprise__in=keys):
        paper.file.delete(save=False)
    mine.delete()
