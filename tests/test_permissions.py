"""Who may open what in the admin: every address, as every group, compared with one table (permissions.txt).

A new address without a row fails, and so does a row that no address needs. Whatever names an object of another
institution is closed to all groups, whether it is only looked at or sent a form.
"""

import pytest

from tests import admin_walk
from tests.admin_walk import GROUPS, World, addresses, is_open, opens, read_table, row_of, send_nothing

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def world(settings):
    """Two institutions and an account for each group, past the second factor."""
    settings.SECOND_FACTOR_REQUIRED = False
    return World()


def signed_in(client, account):
    """The client, signed in as this account."""
    client.force_login(account)
    session = client.session
    session["second_factor_not_now"] = True
    session.save()
    return client


def test_every_address_has_a_row_and_every_row_an_address():
    rows, routes = read_table(), addresses()
    assert [route for route in routes if row_of(route, rows) is None] == []
    needed = {row_of(route, rows)[0] for route in routes}
    assert [pattern for pattern, _columns in rows if pattern not in needed] == []


@pytest.mark.parametrize("letter", GROUPS)
def test_each_group_opens_what_the_table_says(client, world, letter):
    client, rows, wrong = signed_in(client, world.accounts[letter]), read_table(), []
    for route in addresses():
        path = world.path(route, world.own)
        columns = (row_of(route, rows) or ("", "?"))[1]
        if columns == "skip":
            continue
        assert path, f"admin_walk.World knows no object for {route}"
        may = opens(client, path)
        if may != (columns == "all" or letter in columns.partition("/")[0]):
            wrong.append(f"{route}: {letter} {'may' if may else 'may not'}")
    assert wrong == []


@pytest.mark.parametrize("letter", GROUPS)
def test_no_group_reaches_an_object_of_another_institution(client, world, letter):
    client, rows, wrong = signed_in(client, world.accounts[letter]), read_table(), []
    for route in filter(world.is_about_one, addresses()):
        path = world.path(route, world.foreign)
        # After a slash: the groups that answer for all institutions, and therefore see this of all.
        columns, _slash, of_all = row_of(route, rows)[1].partition("/")
        if columns != "skip" and letter not in of_all:
            wrong += [route for response in (client.get(path), send_nothing(client, path)) if is_open(response)]
    assert wrong == []


def test_strangers_and_residents_are_sent_to_sign_in(client, world):
    from tests import factories

    for account in (None, factories.account()):
        client.logout()
        if account:
            client.force_login(account)
        for route in addresses():
            path = world.path(route, world.own)
            if row_of(route, read_table())[1] != "skip" and not admin_walk.is_for_everyone(route):
                assert not is_open(client.get(path)), route
