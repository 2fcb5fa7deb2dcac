"""Learners: what is asked of them, and who may see them."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import consent, learners
from accounts.forms import LearnerForm
from accounts.models import Account, Consent, District, Learner
from tests import factories

pytestmark = pytest.mark.django_db
NUMBER = "11010519491231002X"
CHILD_BORN = date(timezone.localdate().year - 10, 3, 1)
GUARDIAN = {"guardian_name": "赵秀兰", "guardian_phone": "139 0000 1111", "consent_minor": "on"}


@pytest.fixture
def holder():
    """Who acts for the learners."""
    return factories.account(phone="13900001111", name="赵秀兰")


@pytest.fixture
def township():
    """塔河镇 in 塔河县."""
    return District.objects.create(code="232722100", name="塔河镇", county=factories.district())


def fill(holder, needs=frozenset(), instance=None, rest=False, **data):
    """A filled form, kept when it has no errors."""
    if not rest:
        data = {"relation": "parent", "name": "赵国强"} | data
    form = LearnerForm(data, account=holder, needs=set(needs), instance=instance, rest=rest)
    return form, learners.keep(form)


def test_little_is_asked_when_a_class_needs_little(holder):
    _, learner = fill(holder, name="  赵  国强 ")
    assert (learner.name, learner.account, learner.birth_date, learner.guardian_name) == ("赵 国强", holder, None, "")


@pytest.mark.parametrize(
    ("needs", "fields"),
    [
        (set(), set()),
        ({"sex"}, {"sex"}),
        ({"phone"}, {"phone"}),
        ({"district"}, {"district", "township", "lives_elsewhere"}),
        ({"identity"}, {"document_type", "document_number", "consent_identity", "sex"}),
    ],
)
def test_only_what_is_needed_is_asked(holder, needs, fields):
    always = {"relation", "name", "birth_date", "guardian_name", "guardian_phone", "consent_minor"}
    assert set(LearnerForm(account=holder, needs=needs).fields) == always | fields


@pytest.mark.parametrize(
    "typed", ["11010519491231002X", "11010519491231002x", " 110105 19491231 002x", "１１０１０５19491231002Ｘ"]
)
def test_resident_number_tells_birth_date_and_sex(holder, typed):
    _, learner = fill(
        holder,
        {"identity", "birth_date", "sex"},
        document_type="resident",
        document_number=typed,
        consent_identity="on",
        birth_date="2001-01-01",
        sex="m",
    )
    assert (learner.document_number, learner.birth_date, learner.sex) == (NUMBER, date(1949, 12, 31), "f")


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("440524188001010014", True),
        ("110105194912310021", False),  # check character
        ("110105194902300021", False),  # no 30th of February
        ("11010519491231002", False),  # too short
        ("110105194912310O2X", False),  # a letter
        ("11010529990101001X", False),  # in the future
    ],
)
def test_resident_numbers_are_checked(holder, number, valid):
    data = {"document_type": "resident", "document_number": number, "consent_identity": "on"}
    form, learner = fill(holder, {"identity"}, **data)
    assert bool(learner) is valid
    assert valid or ("document_number" in form.errors and number not in str(form.errors["document_number"]))


@pytest.mark.parametrize(
    ("number", "valid"), [("E12345678", True), ("e1234 5678", True), ("E123", False), ("E1234567#", False)]
)
def test_other_documents_are_letters_and_digits(holder, number, valid):
    data = {"document_type": "passport", "document_number": number, "consent_identity": "on"}
    _, learner = fill(holder, {"identity"}, birth_date="1959-03-12", sex="f", **data)
    assert bool(learner) is valid


def test_other_documents_do_not_tell_birth_date_and_sex_so_they_are_asked(holder):
    data = {"document_type": "passport", "document_number": "E12345678", "consent_identity": "on"}
    form, _ = fill(holder, {"identity"}, **data)
    assert set(form.errors) == {"birth_date", "sex"}


def test_identity_number_needs_a_consent_of_its_own(holder):
    data = {"document_type": "resident", "document_number": NUMBER}
    form, learner = fill(holder, {"identity"}, **data)
    assert learner is None
    assert set(form.errors) == {"consent_identity"}

    _, learner = fill(holder, {"identity"}, consent_identity="on", **data)
    assert consent.has(holder, Consent.Purpose.IDENTITY, learner=learner)
    assert not consent.has(holder, Consent.Purpose.MINOR, learner=learner)


def test_no_consent_is_ticked_beforehand(holder):
    form = LearnerForm(account=holder, needs={"identity"})
    assert "checked" not in form["consent_identity"].as_widget() + form["consent_minor"].as_widget()


@pytest.mark.parametrize("typed", ["1959-03-12", "19590312", "1959.3.12", "1959年3月12日", "１９５９/3/12"])
def test_birth_date_is_read_as_people_write_it(holder, typed):
    _, learner = fill(holder, {"birth_date"}, birth_date=typed)
    assert learner.birth_date == date(1959, 3, 12)


@pytest.mark.parametrize("typed", ["", "1959-02-30", "12.3.59", "2999-01-01", "1759-01-01", "gestern"])
def test_impossible_birth_dates_are_refused(holder, typed):
    form, learner = fill(holder, {"birth_date"}, birth_date=typed)
    assert learner is None
    assert "birth_date" in form.errors


def test_of_a_child_the_birth_date_is_always_asked(holder):
    form, _ = fill(holder, relation="child", name="小明")
    assert "birth_date" in form.errors


def test_under_18_a_guardian_and_their_consent_are_needed(holder):
    form, _ = fill(holder, relation="child", name="小明", birth_date=CHILD_BORN.isoformat())
    assert set(form.errors) == {"guardian_name", "guardian_phone", "consent_minor"}

    _, learner = fill(holder, relation="child", name="小明", birth_date=CHILD_BORN.isoformat(), **GUARDIAN)
    assert (learner.guardian_name, learner.guardian_phone) == ("赵秀兰", "13900001111")
    assert consent.has(holder, Consent.Purpose.MINOR, learner=learner)


def test_guardian_is_filled_in_from_the_account_and_not_kept_of_adults(holder):
    form = LearnerForm(account=holder)
    assert (form["guardian_name"].value(), form["guardian_phone"].value()) == ("赵秀兰", "13900001111")

    _, learner = fill(holder, birth_date="1959-03-12", guardian_name="赵秀兰", guardian_phone="12")
    assert (learner.guardian_name, learner.guardian_phone) == ("", "")


def test_eighteen_is_of_age_on_the_birthday():
    today = timezone.localdate()
    assert learners.is_minor(today.replace(year=today.year - 18, day=1)) is (today.day < 1)
    assert learners.is_minor(date(today.year - 17, 1, 1))
    assert not learners.is_minor(None)


def test_where_somebody_lives(holder, township):
    _, learner = fill(holder, {"district"}, district=township.county_id, township=township.pk)
    assert (learner.district, learner.township, learner.lives_elsewhere) == (township.county, township, False)


def test_who_lives_elsewhere_chooses_no_county(holder, township):
    _, learner = fill(holder, {"district"}, district=township.county_id, lives_elsewhere="on")
    assert (learner.district, learner.lives_elsewhere) == (None, True)


def test_county_and_township_must_belong_together(holder, township):
    other = factories.district(code="232701", name="漠河市")
    District.objects.create(code="232701100", name="西林吉镇", county=other)
    assert "district" in fill(holder, {"district"})[0].errors
    assert "township" in fill(holder, {"district"}, district=township.county_id)[0].errors
    assert "township" in fill(holder, {"district"}, district=other.pk, township=township.pk)[0].errors


def test_counties_to_choose_are_counties_only(holder, township):
    offered = LearnerForm(account=holder, needs={"district"}).fields["district"].queryset
    assert list(offered) == [township.county]


def test_townships_stand_under_their_county_and_carry_its_code_for_the_script(holder, township):
    shown = str(LearnerForm(account=holder, needs={"district"})["township"])
    assert '<optgroup label="塔河县">' in shown
    assert 'data-parent="id_district"' in shown
    assert 'data-in="232722"' in shown


def test_the_same_person_is_added_once(holder):
    data = {"document_type": "resident", "document_number": NUMBER, "consent_identity": "on"}
    _, first = fill(holder, {"identity"}, **data)
    form, again = fill(holder, {"identity"}, name="赵国強", **data)
    assert again is None
    assert form.duplicate == first
    assert "document_number" in form.errors

    form, _ = fill(holder, name="赵国强", birth_date="1949-12-31")
    assert form.duplicate == first


def test_a_namesake_without_a_birth_date_counts_as_the_one_who_is_there(holder):
    _, first = fill(holder, birth_date="1949-12-31")
    form, again = fill(holder)
    assert (form.duplicate, again) == (first, None)


@pytest.mark.parametrize("name", ["秀兰😀", "♥秀兰", "秀兰\x07"])
def test_a_name_has_no_pictures(holder, name):
    assert "name" in fill(holder, name=name)[0].errors


@pytest.mark.parametrize("name", ["阿卜杜热合曼·买买提艾力", "Anna-Maria O'Neill", "𬱖禤", "李春梅（示例）"])
def test_names_of_all_peoples_are_taken(holder, name):
    assert fill(holder, name=name)[1].name == name


def test_another_person_of_the_same_name_has_another_birth_date(holder):
    fill(holder)
    assert fill(holder)[0].duplicate
    assert fill(holder, birth_date="1959-03-12")[1]


def test_two_accounts_may_keep_the_same_person_and_it_shows(holder):
    data = {"document_type": "resident", "document_number": NUMBER, "consent_identity": "on"}
    _, here = fill(holder, {"identity"}, **data)
    _, there = fill(factories.account(), {"identity"}, **data)
    assert here.person == there.person


def test_there_is_one_myself(holder):
    fill(holder, relation="self")
    form, _ = fill(holder, relation="self", name="别人")
    assert "relation" in form.errors
    assert "self" not in dict(form.fields["relation"].choices)


def test_a_double_tap_makes_one_learner(together):
    holder = factories.account()
    together(lambda _: fill(Account.objects.get(pk=holder.pk)), range(3))
    assert Learner.objects.of(holder).count() == 1


def test_missing_says_what_is_still_to_be_asked(holder):
    learner = factories.learner(of=holder, birth_date=date(1959, 3, 12), phone="13900001111")
    assert learners.missing(learner, {"birth_date", "phone", "sex", "district"}) == {"sex", "district"}
    assert learners.missing(learner, set()) == set()
    child = factories.learner(of=holder, birth_date=CHILD_BORN)
    assert learners.missing(child, set()) == {"guardian"}
    assert learners.missing(factories.learner(of=holder, relation="child"), set()) == {"birth_date"}


def test_only_the_rest_is_asked_of_a_known_learner(holder):
    learner = factories.learner(of=holder, name="小明", birth_date=CHILD_BORN)
    needs = learners.missing(learner, {"birth_date", "sex"})
    form = LearnerForm(account=holder, needs=needs, instance=learner, rest=True)
    assert set(form.fields) == {"sex", "guardian_name", "guardian_phone", "consent_minor"}

    fill(holder, needs, instance=learner, rest=True, sex="m", **GUARDIAN)
    learner.refresh_from_db()
    assert learners.missing(learner, {"birth_date", "sex"}) == set()
    assert learner.name == "小明"


def test_kept_number_is_masked_and_need_not_be_typed_again(client, holder):
    _, learner = fill(holder, {"identity"}, document_type="resident", document_number=NUMBER, consent_identity="on")
    client.force_login(holder)
    page = client.get(reverse("learner_edit", args=[learner.pk])).content.decode()
    assert NUMBER not in page
    assert "1101**********002X" in page

    client.post(
        reverse("learner_edit", args=[learner.pk]),
        {"relation": "parent", "name": "赵国强二", "document_type": "resident", "document_number": ""},
    )
    learner.refresh_from_db()
    assert (learner.name, learner.document_number, learner.birth_date) == ("赵国强二", NUMBER, date(1949, 12, 31))


def test_changing_the_kind_of_document_needs_its_number(holder):
    _, learner = fill(holder, {"identity"}, document_type="resident", document_number=NUMBER, consent_identity="on")
    form, _ = fill(holder, {"identity"}, instance=learner, document_type="passport", birth_date="1949-12-31", sex="f")
    assert "document_number" in form.errors


@pytest.mark.parametrize("name", ["learner_edit", "learner_remove"])
def test_another_accounts_learner_is_not_there(client, holder, name):
    client.force_login(holder)
    strange = factories.learner()
    for method in (client.get, client.post):
        assert method(reverse(name, args=[strange.pk]), {"name": "x", "relation": "other"}).status_code == 404
    strange.refresh_from_db()
    assert strange.erased_at is None


def test_pages_ask_to_sign_in_and_come_back(client):
    page = client.get(reverse("learner_add"))
    assert page["Location"] == "/account/login/?next=/my/learners/add/"


def test_learner_is_added_corrected_and_removed_on_the_pages(client, holder):
    client.force_login(holder)
    added = client.post(reverse("learner_add") + "?next=/enroll/5/", {"relation": "parent", "name": "赵国强"})
    assert added["Location"] == "/enroll/5/"
    learner = Learner.objects.of(holder).get()
    assert "赵国强" in client.get(reverse("learner_list")).content.decode()
    client.post(reverse("learner_edit", args=[learner.pk]), {"relation": "parent", "name": "赵国栋"})
    assert "赵国栋" in client.get(reverse("learner_list")).content.decode()
    assert client.get(reverse("learner_remove", args=[learner.pk])).status_code == 200
    client.post(reverse("learner_remove", args=[learner.pk]))
    assert not Learner.objects.of(holder).exists()
    learner.refresh_from_db()
    assert (learner.name, learner.erased_at is not None) == ("erased", True)
