"""The screens of agreements: who reaches them, signing by form, what anybody learns from the page that confirms one."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from institutions import roles
from partners import agreements, pay, placements, urls
from partners.models import Agreement, AgreementFlag, PayReport, Placement, Signature
from tests import factories
from tests.partners import agreeing, making, printed

pytestmark = [pytest.mark.django_db, pytest.mark.once]
MINE = [route for route in urls.urlpatterns if str(route.pattern).startswith("my/agreements/")]


@pytest.fixture
def one():
    """An agreement after a training that has ended, with a pay report; its `owner`."""
    (made,) = agreeing.in_training(ends=timedelta(days=-1), began=timedelta(days=70))
    made.owner = making.owner_of(made.order.enterprise)
    made.month = pay.months_of(made)[1]
    pay.report(made.page.order, month=made.month, amounts={made.pk: 3000}, by=made.owner)
    return made


def enter(client, account):
    """Sign in to the admin, without a second factor."""
    client.force_login(account)
    session = client.session
    session["second_factor_not_now"] = True
    session.save()


def addresses(one):
    """(name, address) of every page of the learner."""
    named = {"reference": one.reference, "party": "learner", "kind": "pdf", "point": "end"}
    named["month"] = f"{one.month:%Y-%m}"
    for route in MINE:
        yield route.name, reverse(route.name, kwargs={key: named[key] for key in route.pattern.converters})


def test_only_those_who_sign_it_reach_an_agreement(client, one):
    strangers = (one.owner, agreeing.agreement().enrollment.account, factories.account(), one.manager)
    for account in strangers:
        client.force_login(account)
        for name, address in addresses(one):
            assert {client.get(address).status_code, client.post(address).status_code} - {405} == {404}, (name, account)
    client.logout()
    for name, address in addresses(one):
        assert client.get(address).url.startswith("/account/login/"), name
    client.force_login(one.enrollment.account)
    for name, address in addresses(one):
        assert client.get(address).status_code == 200, name


def test_whoever_confirmed_a_seat_is_told_that_an_agreement_comes(client):
    made = agreeing.enrolled()
    client.force_login(made.account)
    address = reverse("enrollment_detail", args=[made.reference])
    before = client.get(address).content.decode()
    agreements.make(made, by=agreeing.school_manager(made.page))
    after = client.get(address).content.decode()

    assert "接下来签三方协议" in before
    assert "不用再做什么" not in before
    assert "接下来签三方协议" not in after
    assert "协议待签" in after


def test_the_learner_reads_signs_and_is_kept_from_guessing(client):
    cache.clear()
    one = agreeing.agreement()
    client.force_login(one.enrollment.account)
    assert "每月3300元" in client.get("/my/").content.decode() + client.get(f"/my/agreements/{one}/").content.decode()
    address = reverse("agreement_sign", args=[one.reference, "learner"])
    with agreeing.codes() as sent:
        page = client.post(address, {"send": "1"}, follow=True).content.decode()
        assert "****" in page
        client.post(address, {"send": "1"})  # Within the minute: no second SMS.
    assert len(sent) == 1
    wrong = f"{(int(sent[0][1]) + 1) % 10**6:06}"
    assert "error" in client.post(address, {"code": wrong}).content.decode()
    answer = client.post(address, {"code": f" {sent[0][1]} "})
    assert answer.url == reverse("agreement", args=[one.reference])
    assert client.post(address, {"code": sent[0][1]}).status_code == 302
    assert [row.party for row in Signature.objects.all()] == ["learner"]


def test_the_enterprise_signs_all_reports_pay_and_work_and_takes_the_table_away(client):
    page = making.order_program()
    first, second = agreeing.agreement(page), agreeing.agreement(page)
    owner, order = making.owner_of(page.order.enterprise), page.order
    client.force_login(owner)
    sign = reverse("order_agreements_sign", args=[order.reference])
    board = client.get(reverse("enterprise_board", args=[order.enterprise_id])).content.decode()
    assert sign in board
    with agreeing.codes() as sent:
        client.post(sign, {"send": "1"})
    answer = client.post(sign, {"code": sent[0][1]})
    assert answer.status_code == 200  # The name is lacking.
    assert client.post(sign, {"code": sent[0][1], "name": "王经理"}).status_code == 302
    assert {row.signed["enterprise"].name for row in Agreement.objects.with_all()} == {"王经理"}
    for one in (first, second):
        for party in ("learner", "institution"):
            agreeing.sign(_fresh(one), party)
    last = agreeing.train(page, first.manager, ends=timedelta(days=-1), began=timedelta(days=70))[-1]
    month = f"{pay.months_of(last)[1]:%Y-%m}"
    form = reverse("order_pay", args=[order.reference, month])
    assert client.get(form).status_code == 200
    assert client.post(form, {f"paid-{first.pk}": "3300", f"paid-{second.pk}": "many"}).status_code == 200
    assert not PayReport.objects.exists()
    client.post(form, {f"paid-{first.pk}": "3300", f"paid-{second.pk}": ""})
    assert PayReport.objects.get().agreement_id == first.pk
    work = reverse("order_placements", args=[order.reference, "end"])
    told = {f"p{first.pk}-employed": "yes", f"p{first.pk}-in_occupation": "yes", f"p{first.pk}-monthly_pay": "4000"}
    assert client.post(work, told | {f"p{second.pk}-employed": "yes"}).status_code == 200
    client.post(work, told | {f"p{second.pk}-employed": "no"})
    assert Placement.objects.filter(side="enterprise").count() == 2
    listed = client.get(reverse("order_agreements", args=[order.reference])).content.decode()
    assert "4000" in listed
    csv = client.get(reverse("order_outcomes", args=[order.reference, "csv"])).content.decode()
    assert first.reference in csv
    whole = reverse("enterprise_download", args=[order.enterprise_id, "outcomes", "csv"])
    assert client.get(whole).content.decode() == csv


def test_pay_of_an_agreement_that_ended_is_reported_although_another_one_followed(client):
    (old,) = agreeing.in_training(began=timedelta(days=70))
    told = {"reason": "换了岗位", "day": timezone.localdate(), "by": old.enrollment.account}
    agreements.terminate(old, party="learner", **told)
    new = agreements.make(old.enrollment, by=old.manager)
    owner, order, month = making.owner_of(old.order.enterprise), old.page.order, pay.months_of(old)[1]
    client.force_login(owner)
    form = reverse("order_pay", args=[order.reference, f"{month:%Y-%m}"])
    shown = client.get(form).content.decode()
    assert (f"paid-{old.pk}" in shown, f"paid-{new.pk}" in shown) == (True, False)
    client.post(form, {f"paid-{old.pk}": "3300"})
    assert PayReport.objects.get().agreement == old


def test_another_choice_of_agreements_gives_no_further_code_within_the_minute(client):
    cache.clear()
    page = making.order_program()
    rows = [agreeing.agreement(page), agreeing.agreement(page)]
    client.force_login(making.owner_of(page.order.enterprise))
    sign = reverse("order_agreements_sign", args=[page.order.reference])
    with agreeing.codes() as sent:
        for one in rows:
            client.post(f"{sign}?agreement={one.reference}", {"send": "1"})
    assert len(sent) == 1


def _fresh(one):
    again = Agreement.objects.with_all().get(pk=one.pk)
    again.page, again.manager = one.page, one.manager
    return again


def test_the_enterprise_reads_nothing_that_the_learner_told_the_school(client, one):
    learner = one.enrollment.account
    report = PayReport.objects.get()
    pay.say_not_so(report, text="HIDDEN-PAY", by=learner)
    placements.tell(one, point="end", side="learner", by=learner, employed=True, monthly_pay=7777, note="HIDDEN-WORK")
    client.force_login(one.owner)
    order = one.page.order.reference
    pages = [
        reverse("order_agreements", args=[order]),
        reverse("order_agreement", args=[order, one.reference]),
        reverse("order_pay", args=[order, f"{one.month:%Y-%m}"]),
        reverse("order_placements", args=[order, "end"]),
        reverse("order_outcomes", args=[order, "csv"]),
        reverse("enterprise_download", args=[one.order.enterprise_id, "outcomes", "csv"]),
    ]
    for address in pages:
        said = client.get(address).content.decode()
        assert not re.search("HIDDEN|7777", said), address


def test_the_page_that_confirms_it_leaks_nothing_and_the_paper_leads_to_it(client, one):
    said = client.get(one.verify_path).content.decode()
    assert one.document.sha256 in said
    for hidden in (one.enrollment.learner.name, one.order.enterprise.name, "3300", "王经理", one.enrollment.reference):
        assert hidden not in said
    assert client.get("/agreements/XY2611-2222-2222/").status_code == 404
    client.force_login(one.enrollment.account)
    paper = client.get(reverse("agreement_paper", args=[one.reference, "pdf"]))
    (address,) = printed.qr_codes(paper.content)
    client.logout()
    assert address.startswith(settings.SITE_URL)
    assert one.document.sha256 in client.get(address.removeprefix(settings.SITE_URL)).content.decode()


def test_the_learner_says_not_so_and_where_they_work(client, one):
    client.force_login(one.enrollment.account)
    page = client.get(reverse("agreement", args=[one.reference])).content.decode()
    assert "¥3000" in page
    not_so = reverse("agreement_not_so", args=[one.reference, f"{one.month:%Y-%m}"])
    assert client.post(not_so, {"text": ""}).status_code == 200
    client.post(not_so, {"text": "少了"})
    assert PayReport.objects.get().not_so == "少了"
    work = reverse("agreement_placement", args=[one.reference, "end"])
    assert client.post(work, {"employed": "yes"}).status_code == 200
    client.post(work, {"employed": "yes", "in_occupation": "yes", "monthly_pay": "4000"})
    assert Placement.objects.get().monthly_pay == 4000
    assert client.get(reverse("agreement_placement", args=[one.reference, "month_6"])).status_code == 404


def test_staff_make_sign_begin_settle_and_write_the_template(client):
    call_command("make_groups", verbosity=0)
    page = making.order_program()
    rows = [agreeing.enrolled(page), agreeing.enrolled(page)]
    manager = agreeing.school_manager(page)
    manager.user_permissions.clear()
    manager.groups.add(Group.objects.get(name=roles.MANAGER))
    enter(client, manager)
    home = reverse("agreement:class", args=[page.order_id])
    assert client.get(home).status_code == 200
    client.post(home, {"act": "make"})
    assert Agreement.objects.count() == 2
    client.post(home, {"act": "begin"})
    page.order.refresh_from_db()
    assert page.order.state == "recruiting"
    sign = reverse("agreement:sign")
    assert client.get(f"{sign}?agreement={'9' * 30}").status_code == 200
    with agreeing.codes() as sent:
        client.post(sign, {"send": "1"})
        assert client.get(sign).status_code == 200
    client.post(sign, {"code": sent[0][1], "name": "陈校长"})
    made = Agreement.objects.with_all()
    assert all("institution" in one.signed for one in made)
    one = made.get(enrollment=rows[0])
    for name in ("inspect", "replace", "end"):
        assert client.get(reverse(f"agreement:{name}", args=[one.pk])).status_code == 200, name
    client.post(reverse("agreement:replace", args=[one.pk]), {"reason": "日期改了"})
    one.refresh_from_db()
    assert one.state == "void"
    flag = AgreementFlag.objects.create(agreement=one, kind="below", subject="2026-11", text="少了")
    client.post(reverse("agreement_flag:settle", args=[flag.pk]), {"note": "已补发"})
    flag.refresh_from_db()
    assert flag.settled_by == manager
    assert client.get(reverse("agreement_template:add")).status_code == 302

    bureau = factories.account(is_staff=True)
    bureau.groups.add(Group.objects.get(name=roles.BUREAU))
    enter(client, bureau)
    new = reverse("agreement_template:add")
    body = client.get(new).context["form"].initial["body"]
    wrong = client.post(new, {"title": "协议", "body": body + "{salary}", "note": "x", "use": "1"})
    assert "{salary}" in wrong.content.decode()
    shown = client.post(new, {"title": "协议", "body": body})
    assert "林小满" in shown.content.decode()
    assert client.post(new, {"title": "协议", "body": body, "note": "改题目", "use": "1"}).status_code == 302
    for name in ("agreement", "agreement_flag", "agreement_template"):
        assert client.get(reverse(f"{name}:index")).status_code == 200, name
    assert client.post(home, {"act": "make"}).status_code in (302, 403)  # The bureau looks, the school acts.
    assert Agreement.objects.count() == 3


def test_staff_of_another_school_reach_nothing(client, one):
    call_command("make_groups", verbosity=0)
    other = agreeing.school_manager(making.order_program())
    other.user_permissions.clear()
    other.groups.add(Group.objects.get(name=roles.MANAGER))
    flag = AgreementFlag.objects.first()
    enter(client, other)
    for address in (
        *(reverse(f"agreement:{name}", args=[one.pk]) for name in ("inspect", "replace", "end")),
        reverse("agreement:paper", args=[one.pk, "pdf"]),
        reverse("agreement:class", args=[one.order_id]),
        reverse("agreement:outcomes", args=[one.order_id, "csv"]),
        reverse("agreement_flag:settle", args=[flag.pk]),
    ):
        assert client.get(address).status_code == 404, address
    assert one.reference not in client.get(reverse("agreement:index")).content.decode()
