"""The enterprise's screens and those of staff, by the forms that they send."""

import html5lib
import pytest
from django.urls import resolve, reverse

from partners.answers import SECTIONS
from partners.models import Occupation, TrainingOrder
from partners.states import OrderState
from tests import factories
from tests.partners import making

pytestmark = pytest.mark.django_db


@pytest.fixture
def enterprise(client):
    """An enterprise, its owner signed in."""
    made = making.enterprise()
    client.force_login(making.owner_of(made))
    return made


@pytest.fixture
def staff(client, settings):
    """Whoever may review, signed in by the function that this gives."""
    settings.SECOND_FACTOR_REQUIRED = False

    def sign_in():
        account = factories.account(is_staff=True, is_superuser=True, email=f"s{factories.account().pk}@example.org")
        client.force_login(account)
        session = client.session
        session["second_factor_not_now"] = True
        session.save()
        return account

    return sign_in


def test_an_order_is_written_section_by_section_and_submitted(client, enterprise):
    making.occupation()
    client.post(f"/enterprise/{enterprise.pk}/orders/new/")
    order = TrainingOrder.objects.get()
    base, answers = f"/enterprise/orders/{order.reference}/", making.answers()

    for key in ("job", "people", "dates", "pay", "terms", "part"):
        assert client.post(f"{base}{key}/", answers).url == base, key
    assert "养老护理员" in client.get(f"{base}occupation/?q=护理").content.decode()
    assert client.post(f"{base}occupation/", {"occupation": answers["occupation"]}).url == base
    assert client.post(f"{base}majors/", {"done": "1"}).url == base
    refused = client.post(f"{base}check/", {})
    assert refused.status_code == 200
    client.post(f"{base}check/", {"declared": "on"})

    order.refresh_from_db()
    assert order.state == OrderState.SUBMITTED
    assert client.get(f"{base}pay/").url == base


def test_what_is_wrong_is_kept_and_said_at_once(client, enterprise):
    order = making.order(of=enterprise)
    address = f"/enterprise/orders/{order.reference}/pay/"

    answer = client.post(address, making.answers(pay_training="100", hours="x" * 300, wage_of_post="many"))

    text = answer.content.decode()
    order.refresh_from_db()
    assert answer.status_code == 200
    assert order.typed["wage_of_post"] == "many"
    assert 'value="many"' in text
    again = client.post(address, making.answers(pay_training="100")).content.decode()
    assert "80%" in again
    assert "3200" in again
    assert client.post(address, making.answers(pay_training="100") | {"later": "1"}).status_code == 302


def test_a_new_order_is_not_told_off_and_leads_from_section_to_section(client, enterprise):
    client.post(f"/enterprise/{enterprise.pk}/orders/new/")
    base = f"/enterprise/orders/{TrainingOrder.objects.get().reference}/"
    tasks, part = client.get(base).content.decode(), client.get(f"{base}part/").content.decode()
    check = client.get(f"{base}check/").content.decode()

    assert tasks.count("待填") == len(SECTIONS)
    assert "没填完" not in tasks
    assert "接着填：岗位" in tasks
    assert f'class="btn" href="{base}job/"' in tasks
    assert "请填这一项" not in part
    assert enterprise.contact_name in part
    assert "还没有填完" in check
    assert f'<li><a href="{base}dates/">' in check
    assert "majors" not in check.split("还没有填完")[1]


def test_a_rule_that_is_broken_leads_to_where_it_is_mended(client, enterprise):
    order = making.order(of=enterprise, min_age="15")
    base = f"/enterprise/orders/{order.reference}/"

    for page in (base, f"{base}check/"):
        assert f'<a href="{base}people/#id_min_age">' in client.get(page).content.decode()
    assert "接着填：适合谁" in client.get(base).content.decode()


def test_members_find_their_enterprise_on_their_own_page(client, enterprise):
    board = f'<a href="/enterprise/{enterprise.pk}/">{enterprise.name}</a>'
    assert board in client.get(reverse("my_page")).content.decode()

    client.force_login(factories.account())
    assert board not in client.get(reverse("my_page")).content.decode()


def test_screens_of_staff_say_what_they_are_and_lead_back(client, staff):
    staff()
    for name, title in (
        ("agreement:classes", "订单班"),
        ("candidate:waiting", "待推荐的申请"),
        ("demand:suggestions", "专业设置建议"),
    ):
        page = html5lib.parse(client.get(reverse(name)).content.decode(), namespaceHTMLElements=False)
        crumbs = page.find(".//*[@data-controller='w-breadcrumbs']")
        links = [link.get("href") for link in crumbs.iter("a")]
        assert reverse(f"{name.split(':')[0]}:index") in links
        assert title in "".join(crumbs.itertext())


def test_an_occupation_must_be_of_the_list(client, enterprise):
    order = making.order(of=enterprise)
    address = f"/enterprise/orders/{order.reference}/occupation/"
    Occupation.objects.create(code="1-01-00-01", edition="2022", name="示例")

    for key in ("1-01-00-01@1999", "1-01-00-01", "x", ""):
        assert client.post(f"{address}?q=示例", {"occupation": key}).status_code == 200
    assert client.post(address, {"occupation": "1-01-00-01@2022"}).status_code == 302
    order.refresh_from_db()
    assert order.typed["occupation"] == "1-01-00-01@2022"


def test_majors_are_added_and_taken_out(client, enterprise):
    from courses.models import Major

    order = making.order(of=enterprise)
    address = f"/enterprise/orders/{order.reference}/majors/"
    for code in ("610201", "610202"):
        Major.objects.create(code=code, edition="2021", level="secondary", name="林业" + code, group="林业类")

    client.post(f"{address}?q=林业", {"add": ["610201@2021@secondary", "610202@2021@secondary", "bad"]})
    client.post(address, {"remove": "610201@2021@secondary"})

    order.refresh_from_db()
    assert order.typed["majors"] == "610202@2021@secondary"


def test_every_page_is_valid_html(client, enterprise):
    order, draft = making.approved(of=enterprise), making.order(of=enterprise, charges="yes", posts="many")
    live, base = f"/enterprise/orders/{order.reference}/", f"/enterprise/orders/{draft.reference}/"
    own = f"/enterprise/{enterprise.pk}/"
    mine = [own, f"{own}details/", f"{own}details/?change=1", f"{own}members/", "/enterprise/register/"]
    mine += ["/enterprise/claim/", live, f"{live}preview/", f"{live}change/", f"{live}end/", base, f"{base}check/"]
    mine += [
        f"{base}{key}/?q=护理" for key in ("job", "occupation", "majors", "people", "dates", "pay", "terms", "part")
    ]
    mine += [f"{base}preview/", f"{own}members/{enterprise.members.first().pk}/"]
    for path in mine:
        answer = client.get(path)
        assert answer.status_code == 200, path
        try:
            html5lib.HTMLParser(strict=True).parse(answer.content.decode())
        except html5lib.html5parser.ParseError as error:
            pytest.fail(f"{path}: {error}")


def test_no_address_hides_a_section(enterprise):
    order = making.order(of=enterprise)
    for section in SECTIONS:
        found = resolve(reverse("order_section", args=[order.reference, section.key]))
        assert found.url_name == "order_section", section.key


def test_staff_approve_one_and_land_on_the_next(client, staff):
    first, second = making.submitted(), making.submitted()
    staff()

    answer = client.post(f"/cms/training_order/inspect/{first.pk}/", {"decision": "approve", "submission": "1"})

    first.refresh_from_db()
    assert first.state == OrderState.APPROVED
    assert answer.url == f"/cms/training_order/inspect/{second.pk}/"


def test_staff_ask_for_changes_beside_the_field(client, staff):
    order = making.submitted()
    staff()
    sent = {"decision": "changes", "submission": "1", "remark-hours": "写明倒班", "private_note": "语气客气点"}

    client.post(f"/cms/training_order/inspect/{order.pk}/", sent)
    client.force_login(making.owner_of(order.enterprise))
    page = client.get(f"/enterprise/orders/{order.reference}/").content.decode()
    section = client.get(f"/enterprise/orders/{order.reference}/pay/").content.decode()

    assert "写明倒班" in page
    assert "写明倒班" in section
    assert "语气" not in page + section


def test_staff_verify_only_after_all_three_checks(client, staff):
    enterprise = making.enterprise(verified=False)
    staff()
    address = f"/cms/enterprise/decide/{enterprise.pk}/"

    client.post(address, {"decision": "verify", "register": "1"})
    enterprise.refresh_from_db()
    assert not enterprise.is_verified
    client.post(address, {"decision": "verify", "register": "1", "licence": "1", "person": "1"})
    enterprise.refresh_from_db()
    assert enterprise.is_verified


def test_staff_reject_and_close_with_a_reason(client, staff):
    waiting, live = making.submitted(), making.approved()
    staff()

    for order, act in ((waiting, "reject"), (live, "close")):
        address = f"/cms/training_order/{act}/{order.pk}/"
        assert client.post(address, {"note": ""}).status_code == 200
        client.post(address, {"note": "说明原因"})
        order.refresh_from_db()
    assert (waiting.state, live.state) == (OrderState.REJECTED, OrderState.CLOSED)


def test_pages_of_staff_open_in_every_state(client, staff):
    made = [making.submitted(), making.approved(), making.submitted(posts="40", on_site="no")]
    staff()
    for path in (
        "/cms/",
        "/cms/training_order/?waiting=overdue",
        "/cms/training_order/?waiting=mine",
        "/cms/enterprise/",
    ):
        assert client.get(path).status_code == 200, path
    for order in made:
        assert client.get(f"/cms/training_order/inspect/{order.pk}/").status_code == 200
        assert client.get(f"/cms/enterprise/inspect/{order.enterprise_id}/").status_code == 200
