"""Acts on many at once, with the keys of objects: one's own as the table says, those of others never."""

import pytest

from tests.admin_walk import GROUPS, World, is_open

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PAGE, IMAGE, DOCUMENT = "bulk/wagtailcore/page", "bulk/wagtailimages/image", "bulk/wagtaildocs/document"
# Address, the key of the object in World, and who may do it to their own.
ACTS = [
    (f"{PAGE}/publish/", "page_id", "MBA"),
    (f"{PAGE}/unpublish/", "page_id", "MBA"),
    (f"{PAGE}/delete/", "page_id", "MBA"),
    (f"{PAGE}/move/", "page_id", "MBA"),
    *((f"{files}/{act}/", key, "EMBA") for files, key in ((IMAGE, "image_id"), (DOCUMENT, "document_id"))
      for act in ("add_tags", "add_to_collection", "delete")),
    *((f"enrollment/act/{act}/", "enrollment", "OMA") for act in ("confirm", "move", "complete", "cancel")),
]  # fmt: skip


@pytest.fixture
def world(settings):
    """Two institutions and an account for each group."""
    settings.SECOND_FACTOR_REQUIRED = False
    return World()


def sign_in(client, account):
    """The account, past the second factor."""
    client.force_login(account)
    session = client.session
    session["second_factor_not_now"] = True
    session.save()


def may_act(answer):
    """Whether the question names something to act on; Wagtail also asks about nothing."""
    if not is_open(answer) or answer.status_code != 200:
        return False
    context = answer.context
    return bool(context["items"] if "items" in context else context["able"] or context["unable"])


def test_acts_on_many_keep_to_ones_own(client, world):
    wrong = []
    for letter in GROUPS:
        sign_in(client, world.accounts[letter])
        for address, key, letters in ACTS:
            may = may_act(client.get(f"/cms/{address}?id={world.own[key]}&next=/cms/"))
            if may != (letter in letters):
                wrong.append(f"{address}: {letter} {'may' if may else 'may not'}")
            # Beside one's own, too: one foreign key spoils the whole.
            for keys in (f"id={world.foreign[key]}", f"id={world.own[key]}&id={world.foreign[key]}"):
                for answer in (client.get(f"/cms/{address}?{keys}"), client.post(f"/cms/{address}?{keys}")):
                    if is_open(answer):
                        wrong.append(f"{address}: {letter} reaches others' ({answer.status_code})")
    assert sorted(set(wrong)) == []


@pytest.mark.parametrize("letter", ["E", "M"])
def test_all_of_a_list_means_all_of_ones_own(client, world, letter):
    sign_in(client, world.accounts[letter])
    for address, key, _letters in ACTS[:-4]:
        for inside in ("", f"&childOf={world.listing.pk}" if key == "page_id" else ""):
            context = client.get(f"/cms/{address}?id=all{inside}&next=/cms/").context
            shown = [row["item"].pk for row in context["items"]] + [
                getattr(row, "pk", None) or row["item"].pk for row in context["items_with_no_access"]
            ]
            assert world.foreign[key] not in shown, address
            assert world.own[key] in shown or inside or "move" in address
