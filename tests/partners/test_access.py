"""Who reaches what by which address: only members reach anything of an enterprise, and the removed no more."""

import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from partners import members, urls
from partners.models import Role
from partners.personal_data import obstacles
from tests import factories
from tests.partners import agreeing, making, sharing_stories

pytestmark = [pytest.mark.django_db, pytest.mark.once]
# They name nothing of anybody.
OPEN = {
    *("enterprise_home", "enterprise_register", "enterprise_claim", "enterprise_join", "demand", "demand_download"),
    *("order_programs", "order_program", "order_program_seats", "alliance", "alliance_calendar", "agreement_verify"),
}
# Of the learner, not of the enterprise: test_candidate_screens.py, test_agreement_screens.py.
OPEN |= {route.name for route in urls.urlpatterns if str(route.pattern).startswith("my/")}


class World:
    """An enterprise with all that an address can name."""

    def __init__(self):
        self.enterprise = making.enterprise()
        self.owner = making.owner_of(self.enterprise)
        self.viewer = making.member(self.enterprise, Role.VIEWER)
        self.order = making.approved(of=self.enterprise)
        page = making.order_program(order=self.order)
        candidate = making.candidate(page, papers=[making.picture()])
        agreement = agreeing.in_training(page, ends=timedelta(days=-1))[0]
        invitation = members.invite(self.enterprise, role="viewer", by=self.owner, phone="13700000000")
        claim = members.claim(self.enterprise, by=factories.account(), name="刘", message="人事", decider="owners")
        member = sharing_stories.member(self.enterprise)
        resource = sharing_stories.resource(member)
        self.names = {
            "resource": resource.pk,
            "request_pk": sharing_stories.asked(resource).pk,
            "key": "orders",
            "file_format": "csv",
            "pk": self.enterprise.pk,
            "paper": self.enterprise.papers.get().pk,
            "member": self.enterprise.members.get(account=self.viewer).pk,
            "invitation": invitation.pk,
            "claim": claim.pk,
            "reference": self.order.reference,
            "section": "pay",
            "candidate": candidate.enrollment.reference,
            "decision": "accept",
            "kind": "csv",
            "sheet": candidate.enrollment.candidate_papers.get().pk,
            "agreement": agreement.reference,
            "sheet_kind": "pdf",
            "month": f"{timezone.localdate() - timedelta(days=10):%Y-%m}",
            "point": "end",
            "slot": making.slot(self.order).pk,
        }

    def addresses(self):
        """(name, address) of every route that names something of the enterprise."""
        for route in urls.urlpatterns:
            if route.name not in OPEN:
                wanted = route.pattern.converters
                yield route.name, reverse(route.name, kwargs={name: self.names[name] for name in wanted})


@pytest.fixture
def world():
    """An enterprise and its order."""
    return World()


def answers(client, address):
    """The states of the answers to looking and to sending an empty form; 405 says nothing about who asks."""
    return {client.get(address).status_code, client.post(address).status_code} - {405}


def test_strangers_of_every_kind_reach_nothing(client, world):
    removed = making.member(world.enterprise, Role.OWNER)
    members.remove(world.enterprise.members.get(account=removed), by=world.owner)
    learner = factories.learner().account
    other = making.owner_of(making.enterprise())
    staff = factories.account(is_staff=True)
    checked = 0
    for account in (other, removed, learner, staff):
        client.force_login(account)
        for name, address in world.addresses():
            assert answers(client, address) == {404}, (name, account)
            checked += 1
    assert checked == 4 * (len(urls.urlpatterns) - len(OPEN))


def test_the_signed_out_are_sent_to_sign_in(client, world):
    for name, address in world.addresses():
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code == 302, name
            assert answer.url.startswith("/account/login/"), name


def test_a_viewer_reads_and_writes_nothing(client, world):
    client.force_login(world.viewer)
    before = (world.enterprise.history.count(), world.order.history.count())

    for name, address in world.addresses():
        if name in ("enterprise_board", "enterprise_details", "enterprise_members", "order", "order_preview"):
            assert client.get(address).status_code == 200, name
        if name != "enterprise_member":
            assert client.post(address).status_code in (403, 405, 302), name

    assert (world.enterprise.history.count(), world.order.history.count()) == before


def test_whoever_is_removed_finds_nothing_with_the_next_click(client, world):
    client.force_login(world.viewer)
    address = reverse("order", args=[world.order.reference])
    assert client.get(address).status_code == 200

    members.remove(world.enterprise.members.get(account=world.viewer), by=world.owner)

    assert client.get(address).status_code == 404


def test_objects_of_another_enterprise_are_not_reached_through_ones_own(client, world):
    mine = making.enterprise()
    client.force_login(making.owner_of(mine))
    for name in ("paper", "member", "invitation", "claim"):
        route = {
            "paper": "enterprise_paper",
            "member": "enterprise_member",
            "invitation": "enterprise_invitation_withdraw",
            "claim": "enterprise_claim_answer",
        }[name]
        address = reverse(route, kwargs={"pk": mine.pk, name: world.names[name]})
        assert answers(client, address) == {404}, name


def test_a_paper_is_given_out_privately(client, world):
    client.force_login(world.owner)

    answer = client.get(reverse("enterprise_paper", args=[world.enterprise.pk, world.names["paper"]]))

    assert b"".join(answer.streaming_content)[:2] == b"\xff\xd8"
    assert "no-store" in answer["Cache-Control"]
    assert "sandbox" in answer["Content-Security-Policy"]


def test_pages_of_the_enterprise_are_never_kept(client, world):
    client.force_login(world.owner)
    for name, address in world.addresses():
        answer = client.get(address)
        if answer.status_code == 200:
            assert "no-store" in answer["Cache-Control"] or "private" in answer["Cache-Control"], name


def test_staff_see_no_draft_and_a_school_sees_no_order(client, world, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    call_command("make_groups", verbosity=0, stdout=io.StringIO())
    draft = making.order(of=world.enterprise)
    from django.contrib.auth.models import Group

    from institutions import roles

    for role, sees in ((roles.BUREAU, True), (roles.MANAGER, False)):
        account = factories.account(is_staff=True)
        account.groups.add(Group.objects.get(name=role))
        client.force_login(account)
        session = client.session
        session["second_factor_not_now"] = True
        session.save()
        seen = client.get(f"/cms/training_order/inspect/{world.order.pk}/").status_code == 200
        assert seen == sees
        assert client.get(f"/cms/training_order/inspect/{draft.pk}/").status_code == 404


def test_the_only_owner_cannot_vanish(world):
    assert obstacles(world.owner, None)
    assert not obstacles(world.viewer, None)
