"""My data: see it, take it along, have it erased."""

import json
import re

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from accounts import consent, personal_data
from accounts.models import Account, Consent, Learner
from tests import factories

pytestmark = pytest.mark.django_db
NUMBER = "11010519491231002X"


@pytest.fixture
def holder():
    """An account with an e-mail."""
    account = factories.account(phone="13900001111", email="zhao@example.com", name="赵秀兰")
    account.emailaddress_set.create(email="zhao@example.com", verified=True, primary=True)
    return account


@pytest.fixture
def father(holder):
    """A learner of whom everything is known."""
    learner = factories.learner(
        of=holder,
        relation="parent",
        name="赵国强",
        birth_date="1949-12-31",
        sex="f",
        phone="13900001112",
        district=factories.district(),
        guardian_name="孙梅",
        guardian_phone="13900001113",
    )
    learner.set_document("resident", NUMBER)
    learner.save()
    consent.give(holder, Consent.Purpose.IDENTITY, learner=learner)
    return learner


@pytest.fixture
def section(monkeypatch):
    """A function that registers a section of an upper room for this test only."""
    monkeypatch.setattr(personal_data, "_sections", dict(personal_data._sections))
    return lambda **parts: personal_data.register(
        "upper", **{"title": "upper", "labels": {}, "export": lambda account: [{"what": "一份记录"}]} | parts
    )


def test_page_shows_everything_and_masks_the_number(client, holder, father):
    client.force_login(holder)
    page = client.get(reverse("my_data")).content.decode()
    for text in (
        "赵秀兰",
        "139 0000 1111",
        "zhao@example.com",
        "赵国强",
        "1949-12-31",
        "塔河县",
        "孙梅",
        "139 0000 1113",
    ):
        assert text in page
    assert NUMBER not in page
    assert "1101**********002X" in page


def test_file_holds_everything_of_the_account_and_nothing_of_others(client, holder, father):
    factories.learner(name="别家的人")
    client.force_login(holder)
    answer = client.get(reverse("my_data_json"))
    assert "attachment" in answer["Content-Disposition"]
    data = json.loads(answer.content)
    assert data["account"][0]["email"] == "zhao@example.com"
    assert data["learners"][0]["document_number"] == NUMBER
    assert data["consents"][0]["learner"] == "赵国强"
    assert "别家的人" not in answer.content.decode()


def test_every_field_of_a_learner_is_in_the_file(holder, father):
    """A field that somebody adds later must be told, too."""
    inner = {"id", "account", "person", "erased_at"}
    told_as = {"district": "residence", "township": "residence", "lives_elsewhere": "residence", "created_at": "added"}
    fields = {field.name for field in Learner._meta.concrete_fields} - inner
    assert {told_as.get(name, name) for name in fields} == set(personal_data.export(holder)["learners"][0])


def test_upper_rooms_add_their_part(client, holder, section):
    section()
    client.force_login(holder)
    assert json.loads(client.get(reverse("my_data_json")).content)["upper"] == [{"what": "一份记录"}]
    assert "一份记录" in client.get(reverse("my_data")).content.decode()


def test_my_data_is_for_its_owner_only(client):
    for name in ("my_data", "my_data_json", "account_erase", "my_account"):
        assert client.get(reverse(name))["Location"].startswith("/account/login/")


def test_erasing_empties_account_and_learners_and_keeps_the_rows(client, holder, father):
    person = father.person
    client.force_login(holder)
    assert client.get(reverse("account_erase")).status_code == 200
    client.post(reverse("account_erase"))

    holder.refresh_from_db()
    father.refresh_from_db()
    assert (holder.phone, holder.email, holder.name, holder.is_active) == (None, None, "", False)
    assert not holder.emailaddress_set.exists()
    kept = (father.name, father.document_number, father.phone, father.guardian_name, father.birth_date, father.district)
    assert kept == ("erased", "", "", "", None, None)
    assert father.person != person
    assert father.erased_at
    assert not consent.has(holder, Consent.Purpose.IDENTITY, learner=father)
    assert "_auth_user_id" not in client.session


def test_erasing_closes_the_sessions_of_all_devices(client, holder):
    from django.test import Client

    other_device = Client()
    for device in (client, other_device):
        device.force_login(holder)
    client.post(reverse("account_erase"))
    Account.objects.filter(pk=holder.pk).update(is_active=True)  # Even then.
    assert other_device.get(reverse("my_account")).status_code == 302


def test_the_number_may_open_a_new_empty_account_afterwards(client, holder, father, ask_code, enter_code, last_code):
    client.force_login(holder)
    client.post(reverse("account_erase"))
    ask_code("13900001111")
    enter_code(last_code())
    newcomer = Account.objects.get(phone="13900001111")
    assert newcomer != holder
    assert not newcomer.learners.exists()


def test_what_needs_the_data_refuses_erasing_and_says_why(client, holder, father, section):
    section(obstacles=lambda account, learner: ["还有一个未结束的班次"])
    client.force_login(holder)
    for address in (reverse("account_erase"), reverse("learner_remove", args=[father.pk])):
        assert "还有一个未结束的班次" in client.get(address).content.decode()
        client.post(address)
    father.refresh_from_db()
    holder.refresh_from_db()
    assert (father.erased_at, holder.is_active) == (None, True)


def test_what_has_to_be_kept_is_said_before(client, holder, father, section):
    section(consequences=lambda account, learner: ["缴费记录依法保存五年"])
    client.force_login(holder)
    assert "缴费记录依法保存五年" in client.get(reverse("account_erase")).content.decode()


def test_erasing_tells_upper_rooms_in_the_same_transaction(client, holder, father, section):
    told = []
    section(erase=lambda account, learner: told.append((account, learner)))
    personal_data.erase_learner(father)
    personal_data.erase_account(holder)
    assert told == [(holder, father), (holder, None)]


def test_another_device_is_signed_out_and_this_one_stays(client):
    from django.test import Client

    account, other_device = factories.account(), Client()
    for device in (client, other_device):
        device.force_login(account)
    client.post(reverse("sign_out_elsewhere"))
    assert client.get(reverse("my_account")).status_code == 200
    assert other_device.get(reverse("my_account")).status_code == 302


def test_name_and_language_are_changed(client, holder):
    client.force_login(holder)
    client.post(reverse("my_account"), {"name": "赵秀", "language": "en"})
    holder.refresh_from_db()
    assert (holder.name, holder.language) == ("赵秀", "en")


def test_phone_is_changed_when_the_code_confirms_the_new_one(client, holder, sms, last_code):
    client.force_login(holder)
    client.post(reverse("account_change_phone"), {"phone": "138 1234 5678"})
    holder.refresh_from_db()
    assert (holder.phone, sms[-1].to) == ("13900001111", "13812345678")
    client.post(reverse("account_verify_phone"), {"code": last_code()})
    holder.refresh_from_db()
    assert (holder.phone, holder.phone_verified) == ("13812345678", True)


def test_phone_of_another_account_is_not_taken_over(client, holder, sms, last_code):
    other = factories.account(phone="13812345678")
    client.force_login(holder)
    page = client.post(reverse("account_change_phone"), {"phone": "13812345678"})
    assert page["Location"] == reverse("account_verify_phone")  # Nothing says that it is taken, until it is proven.
    client.post(reverse("account_verify_phone"), {"code": last_code()})
    for account in (holder, other):
        account.refresh_from_db()
    assert (holder.phone, other.phone) == ("13900001111", "13812345678")


def test_number_that_somebody_only_tried_out_is_free(client, holder, ask_code, last_code):
    ask_code("13812345678")
    client.get(reverse("account_login") + "?restart=1")
    client.force_login(holder)
    client.post(reverse("account_change_phone"), {"phone": "13812345678"})
    client.post(reverse("account_verify_phone"), {"code": last_code()})
    holder.refresh_from_db()
    assert holder.phone == "13812345678"


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [("account_change_phone", "phone", "13812345678"), ("account_email", "email", "new@example.com")],
)
def test_a_second_code_to_the_same_place_has_to_wait_and_the_page_says_how_long(
    client, holder, sms, mailoutbox, name, field, value
):
    client.force_login(holder)
    for _ in range(2):
        page = client.post(reverse(name), {"action_add": "", field: value})
    assert len(sms) + len(mailoutbox) == 1
    assert page.status_code == 200
    assert re.search(r"\d+ ?秒", page.content.decode())


def test_email_is_changed_when_the_code_confirms_the_new_one(client, holder, last_code):
    client.force_login(holder)
    client.post(reverse("account_email"), {"action_add": "", "email": "new@example.com"})
    holder.refresh_from_db()
    assert holder.email == "zhao@example.com"
    client.post(reverse("account_email_verification_sent"), {"code": last_code(email=True)})
    holder.refresh_from_db()
    assert holder.email == "new@example.com"
    assert [row.email for row in holder.emailaddress_set.all()] == ["new@example.com"]


def test_consent_is_given_apart_in_a_version_and_taken_back(client, holder, father):
    assert consent.has(holder, Consent.Purpose.IDENTITY, learner=father)
    assert not consent.has(holder, Consent.Purpose.ENROLLMENT, learner=father)
    consent.give(holder, Consent.Purpose.IDENTITY, learner=father)
    given = Consent.objects.get()
    assert given.version == consent.TEXTS["identity"].version

    client.force_login(holder)
    assert client.get(reverse("consent_withdraw", args=[given.pk])).status_code == 200
    answer = client.post(reverse("consent_withdraw", args=[given.pk]))
    assert list(get_messages(answer.wsgi_request))
    assert not consent.has(holder, Consent.Purpose.IDENTITY, learner=father)
    given.refresh_from_db()
    assert given.withdrawn_at


def test_an_older_text_is_asked_again(holder, father):
    Consent.objects.update(version="2020-01")
    assert not consent.has(holder, Consent.Purpose.IDENTITY, learner=father)


def test_another_accounts_consent_is_not_there(client, holder, father):
    client.force_login(factories.account())
    assert client.post(reverse("consent_withdraw", args=[Consent.objects.get().pk])).status_code == 404


@pytest.mark.parametrize("purpose", list(Consent.Purpose))
def test_anybody_reads_what_for_which_how_long_and_what_if_not(client, purpose):
    page = client.get(reverse("privacy", args=[purpose])).content.decode()
    text = consent.TEXTS[purpose]
    for part in (text.purpose, text.scope, text.retention, text.refusal):
        assert str(part).split("'")[0] in page


def test_unknown_purposes_are_not_there(client):
    assert client.get("/privacy/anything/").status_code == 404
