"""What people click from an enterprise's registration to a placement; the stories of orders are made of these.

Each takes the pages of whoever acts: `enterprise`, `desk` (staff), `phone` (the learner).
"""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from partners.answers import SECTIONS
from partners.models import Candidate
from tests.partners import agreeing, making

FITS = "document.documentElement.scrollWidth <= innerWidth"


def fill(page, **values):
    """Type into boxes, choose and tick answers by their names."""
    for name, value in values.items():
        box = page.locator(f"main [name={name}]")
        kind = box.first.get_attribute("type")
        if kind == "radio":
            page.check(f'main [name={name}][value="{value}"]')
        elif kind == "checkbox":
            box.set_checked(value)
        elif kind == "file":
            box.set_input_files(value)
        elif box.evaluate("box => box.tagName") == "SELECT":
            box.select_option(str(value))
        else:
            box.fill(str(value))


def save(page, **values):
    """Fill, and press the first button."""
    fill(page, **values)
    page.click("main form[method=post] button >> nth=0")


def write_order(enterprise, answers):
    """From the enterprise's board through every section, by the links of the task list; ends on the task list."""
    enterprise.click("main button:text-is('填写订单')")
    tasks = enterprise.url
    for section in SECTIONS:
        enterprise.click(f"main .tasks a[href$='/{section.key}/']")
        if section.key == "occupation":
            save_search(enterprise, "养老护理")
            fill(enterprise, occupation=answers["occupation"])
            enterprise.click("main form[method=post] button")
        elif section.key == "majors":
            enterprise.click("main button[name=done]")
        else:
            save(enterprise, **{name: answers[name] for name in section.names})
        enterprise.goto(tasks)


def save_search(page, word):
    """Look for a word in a catalog."""
    page.fill("main [name=q]", word)
    page.click("main form[role=search] button")


def submit_order(enterprise):
    """From the task list: check, declare, submit."""
    enterprise.click("main .acts a >> nth=0")
    enterprise.check("[name=declared]")
    enterprise.click("main form button.btn--block")


def recommend(desk, intake):
    """Staff tick all applications of a class and share them."""
    desk.goto(reverse("candidate:share", args=[intake.pk]))
    for box in desk.locator("[name=id]").all():
        box.check()
    desk.click("text=推荐已勾选的人")


def meet(enterprise, phone, order, reference):
    """The enterprise offers times, the learner books the first from their own page; returns the slot."""
    enterprise.goto(reverse("interview_slots", args=[order.reference]))
    enterprise.fill("[name=day]", f"{timezone.localdate() + timedelta(days=4)}")
    enterprise.fill("[name=first]", "09:00")
    enterprise.check("[name=way][value=on_site]")
    enterprise.fill("[name=place]", "示例路1号，找王经理")
    enterprise.click("text=提供这些时间")
    phone.goto(reverse("my_page"))
    phone.click("text=选择时间")
    phone.locator("[name=slot]").first.check()
    phone.click("text=预约这个时间")
    return Candidate.objects.get(enrollment__reference=reference).interviews.get(state="booked").slot


def accept(enterprise, order, reference, words):
    """The enterprise says that they have talked, and accepts with feedback."""
    enterprise.goto(reverse("candidate", args=[order.reference, reference]))
    enterprise.click("text=来了，已面谈")
    enterprise.click("main a:text-is('录用')")
    enterprise.fill("[name=feedback]", words)
    enterprise.click("main .btn--danger")


def licence():
    """A picture of a licence as a browser uploads it."""
    upload = making.picture()
    return {"name": upload.name, "mimeType": upload.content_type, "buffer": upload.read()}


def _enter(page, sent):
    page.click("main button[name=send]")
    page.wait_for_selector("[name=code]")
    page.fill("[name=code]", sent[-1][1])


def sign_own(phone):
    """From their own page the learner reads the terms and signs with the code from the SMS."""
    with agreeing.codes() as sent:
        phone.goto(reverse("my_page"))
        phone.click("text=阅读并签署")
        phone.click("main a:text-is('签署协议')")
        _enter(phone, sent)
        phone.click("text=确认签署")
        phone.wait_for_selector("text=签署情况")


def sign_for_enterprise(enterprise, order):
    """The enterprise signs all that waits with one code."""
    with agreeing.codes() as sent:
        enterprise.goto(reverse("order_agreements_sign", args=[order.reference]))
        _enter(enterprise, sent)
        enterprise.fill("[name=name]", "王经理")
        enterprise.click("text=确认签署")
        enterprise.wait_for_selector("table")


def sign_for_school(desk):
    """The school's manager signs all that waits with one code."""
    with agreeing.codes() as sent:
        desk.goto(reverse("agreement:sign"))
        _enter(desk, sent)
        desk.fill("[name=name]", "陈校长")
        desk.click("text=确认签署")
        desk.wait_for_load_state()


def tell_of_work(page):
    """Whoever is asked says that the learner works in the occupation; without JavaScript or with it."""
    page.check("[name$=employed][value=yes]")
    page.check("[name$=in_occupation][value=yes]")
    page.click("text=提交填报")
    page.wait_for_selector("main h1")
