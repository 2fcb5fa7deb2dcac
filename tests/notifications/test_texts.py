"""Staff write the texts: placeholders that are safe, versions, the length of an SMS."""

import re
import string

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from institutions import roles
from institutions.models import Staff
from notifications import preview, texts, wording
from notifications.models import Message, TextVersion
from notifications.sending import say
from notifications.sms_length import GSM_PART, GSM_SINGLE, UCS2_PART, UCS2_SINGLE, measure
from notifications.text_forms import TextForm, check_placeholders
from notifications.texts import Text
from tests import factories

KIND = "enrollment_offered"
CONTEXT = {
    "name": "王芳",
    "title": "烘焙",
    "reference": "XL1",
    "start": "3月1日",
    "deadline": "明天",
    "place": "",
    "reason": "",
}


def written(title="有名额：{title}", body="{name}，请在{deadline}前确认 {title}。", language="zh-hans", by=None):
    return wording.save(KIND, language, Text(title, body), by=by)


def posted(**changes):
    """The form of the offer as it would be sent, unchanged but for `changes`."""
    form = TextForm(kind=texts.get(KIND), by=None)
    fields = {name: form[name].value() or "" for name in form.fields}
    return fields | changes


@given(st.text())
def test_a_text_without_placeholders_stays_as_it_is(text):
    if not texts.names_in(text):
        assert Text(text, text).fill({}) == (text, text)


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.text(), min_size=1), st.data())
def test_values_stand_where_the_placeholders_were_and_are_not_read_again(context, data):
    names = data.draw(st.lists(st.sampled_from(sorted(context)), min_size=1))
    body = "·".join(f"{{{name}}}" for name in names)
    assert Text("", body).fill(context)[1] == "·".join(context[name] for name in names)


@given(st.text(alphabet=string.ascii_lowercase + "{}%()_s. 您", max_size=60))
def test_what_passes_the_check_can_always_be_filled(text):
    allowed = {"name": "a", "title": "b"}
    try:
        check_placeholders(text, allowed)
    except ValidationError:
        return
    filled = Text(text, text).fill(allowed)[0]
    assert "{" not in filled
    assert "}" not in filled


@pytest.mark.parametrize(
    "text", ["{", "}", "{name", "name}", "{ name }", "{name.password}", "{name!r}", "{{name}", "{}"]
)
def test_braces_that_are_no_placeholder_are_refused(text):
    with pytest.raises(ValidationError):
        check_placeholders(text, ["name"])


_GSM = st.text(alphabet=string.ascii_letters + string.digits + " .,@£èÄ\n^{}[]~|€")


@given(_GSM)
def test_the_length_in_gsm_is_that_of_its_septets(text):
    length = measure(text)
    doubles = sum(character in "^{}[]~|€" for character in text)
    assert length.is_gsm
    assert length.units == len(text) + doubles
    if length.units <= GSM_SINGLE:
        assert length.parts == (1 if text else 0)
    else:
        # At most one place is lost at the end of each part.
        assert -(-length.units // GSM_PART) <= length.parts <= -(-length.units // (GSM_PART - 1))


@given(st.text(min_size=1).map(lambda text: f"{text}您".replace("\x00", "")))
def test_one_chinese_character_makes_it_two_bytes_each(text):
    length = measure(text)
    assert not length.is_gsm
    assert length.units == len(text.encode("utf-16-le", "surrogatepass")) // 2
    if length.units <= UCS2_SINGLE:
        assert length.parts == 1
    else:
        assert -(-length.units // UCS2_PART) <= length.parts <= -(-length.units // (UCS2_PART - 1))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("您" * 70, 1),
        ("您" * 71, 2),
        ("您" * 134, 2),
        ("您" * 135, 3),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("a" * 152 + "€" + "a" * 152, 3),  # The euro does not fit the end of the first part.
        ("您" * 66 + "😀" + "您" * 66, 3),
    ],
)
def test_parts_at_the_borders(text, parts):
    assert measure(text).parts == parts


@pytest.mark.django_db
def test_what_staff_wrote_is_said(django_assert_num_queries):
    reader = factories.account()
    written()
    say(reader, KIND, CONTEXT, key="1")
    with django_assert_num_queries(1):
        say(reader, KIND, CONTEXT, key="2")
    message = Message.objects.get(key="2")
    assert (message.title, message.body) == ("有名额：烘焙", "王芳，请在明天前确认 烘焙。")


@pytest.mark.django_db
def test_another_process_says_it_a_second_later(monkeypatch):
    reader = factories.account()
    say(reader, KIND, CONTEXT, key="1")
    TextVersion.objects.create(kind=KIND, language="zh-hans", title="新", body="新文字 {title} {deadline}")
    say(reader, KIND, CONTEXT, key="2")
    assert Message.objects.get(key="2").title != "新"
    monkeypatch.setattr(wording, "LOOK_EVERY", 0)
    say(reader, KIND, CONTEXT, key="3")
    assert Message.objects.get(key="3").title == "新"


@pytest.mark.django_db
def test_english_readers_read_english():
    written(title="A seat", body="Confirm {title} by {deadline}.", language="en")
    say(factories.account(language="en"), KIND, CONTEXT, key="1")
    say(factories.account(), KIND, CONTEXT, key="2")
    assert Message.objects.get(key="1").body == "Confirm 烘焙 by 明天."
    assert "Confirm" not in Message.objects.get(key="2").body


@pytest.mark.django_db
def test_a_text_that_asks_for_what_is_not_there_is_passed_over():
    TextVersion.objects.create(kind=KIND, language="zh-hans", title="{gone}", body="{gone}")
    wording.forget()
    say(factories.account(), KIND, CONTEXT, key="1")
    assert "烘焙" in Message.objects.get().title


@pytest.mark.django_db
def test_each_save_is_a_version_and_the_default_comes_back():
    editor = factories.account(is_staff=True)
    assert written(by=editor)
    assert not written(by=editor)
    assert written(body="{title} {deadline}", by=editor)
    assert wording.save(KIND, "zh-hans", wording.default(KIND, "zh-hans"), by=editor)
    assert [(one.by, one.is_default) for one in TextVersion.objects.order_by("pk")] == [
        (editor, False),
        (editor, False),
        (editor, True),
    ]
    assert wording.written_by_staff(KIND, "zh-hans") is None


@pytest.mark.django_db
def test_an_unknown_placeholder_is_said_beside_its_field():
    form = TextForm(posted(body_zh_hans="{title} {deadline} {phone}"), kind=texts.get(KIND), by=None)
    assert "{phone}" in form.errors["body_zh_hans"][0]
    assert list(form.errors) == ["body_zh_hans"]


@pytest.mark.django_db
def test_a_missing_placeholder_is_said_beside_its_field():
    form = TextForm(posted(body_en="A seat in {title} is free."), kind=texts.get(KIND), by=None)
    assert "{deadline}" in form.errors["body_en"][0]


@pytest.mark.django_db
def test_every_text_in_the_code_passes_its_own_form():
    for kind in texts.kinds():
        if kind.editable:
            form = TextForm(kind=kind, by=None)
            fields = {name: form[name].value() or "" for name in form.fields}
            assert TextForm(fields, kind=kind, by=None).is_valid(), kind.name
            assert all(placeholder.meaning for placeholder in kind.placeholders), kind.name


@pytest.fixture
def staff(client):
    """A function that signs somebody in who works for a new institution in this group."""
    factories.website()
    call_command("make_groups", verbosity=0)

    def sign_in(group):
        account = factories.account(is_staff=True)
        account.groups.add(Group.objects.get(name=group))
        Staff.objects.create(account=account, institution=factories.institution())
        client.force_login(account)
        session = client.session
        session["second_factor_not_now"] = True
        session.save()
        return account

    return sign_in


ADDRESSES = [reverse("message_texts:index"), reverse("message_texts:edit", args=[KIND])]
ADDRESSES += [reverse("message_texts:reset", args=[KIND])]


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("group", [roles.EDITOR, roles.OFFICER, roles.MANAGER])
def test_texts_are_not_for_everyone(client, staff, group):
    staff(group)
    for address in ADDRESSES:
        assert client.get(address).status_code in (302, 403)
        assert client.post(address, posted(save="1", body_zh_hans="{title} {deadline}")).status_code in (302, 403)
    assert not TextVersion.objects.exists()


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("group", [roles.BUREAU, roles.ADMINISTRATOR])
def test_bureau_and_administrators_write_texts(client, staff, group):
    editor = staff(group)
    assert [client.get(address).status_code for address in ADDRESSES] == [200, 200, 200]
    client.post(ADDRESSES[1], posted(save="1", body_zh_hans="{title} 到 {deadline}"))
    version = TextVersion.objects.get()
    assert (version.by, version.language, version.body) == (editor, "zh-hans", "{title} 到 {deadline}")
    client.post(ADDRESSES[2])
    assert TextVersion.objects.order_by("pk").last().is_default


@pytest.mark.django_db
def test_a_kind_that_does_not_exist(client, staff):
    staff(roles.BUREAU)
    assert client.get(reverse("message_texts:edit", args=["nothing"])).status_code == 404
    assert client.get(reverse("message_texts:edit", args=["broadcast"])).status_code == 404


@pytest.mark.django_db
def test_a_preview_saves_nothing_and_shows_length_and_cost(client, staff):
    staff(roles.BUREAU)
    page = client.post(ADDRESSES[1], posted(preview="1", body_zh_hans="{title} {deadline} " + "长" * 200))
    shown = dict(page.context["form"].previews)
    parts = [preview.length.parts for preview in shown.values()]
    assert parts[0] >= 4
    assert f"¥{parts[0] * 5 / 100:.2f}" in page.text
    assert not TextVersion.objects.exists()


@pytest.mark.django_db
def test_a_preview_on_a_real_enrollment_of_ones_institutions_only(client, staff):
    editor = staff(roles.BUREAU)
    own = factories.program(institution=editor.posts.get().institution, title="自己的课")
    mine = factories.enroll(factories.intake(program=own))
    other = factories.enroll(factories.intake(program=factories.program(institution=factories.institution())))
    page = client.post(ADDRESSES[1], posted(preview="1", reference=mine.reference))
    assert mine.learner.name in page.text
    assert "自己的课" in page.text
    page = client.post(ADDRESSES[1], posted(preview="1", reference=other.reference))
    assert other.learner.name not in page.text
    assert page.context["form"].errors["reference"]


def test_cost_in_yuan():
    assert [preview.yuan(fen) for fen in (0, 5, 123456)] == ["¥0", "¥0.05", "¥1,234.56"]


def test_texts_of_the_code_name_placeholders_as_staff_do():
    assert not re.search(r"%\(", "".join([wording.default(KIND, "en").title, wording.default(KIND, "en").body]))
