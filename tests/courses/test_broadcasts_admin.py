"""A message to many in the admin: composed, looked at, confirmed, watched; one's own people only."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from courses import broadcasts
from courses.models import Broadcast
from institutions import roles
from tests import factories
from tests.courses.broadcasting import class_of, composed, said, staff

pytestmark = [pytest.mark.django_db, pytest.mark.once]
NEW = reverse("broadcast:add")


@pytest.fixture
def school():
    factories.website()
    call_command("make_groups", verbosity=0)
    return factories.institution()


def form_data(**changes):
    return {"title": "通知", "body": "请带杯子。", "states": ["enrolled"], "form_key": "k1"} | changes


def look_and_send(client, **changes):
    page = client.post(NEW, form_data(preview="1", **changes))
    return client.post(NEW, form_data(send="1", seal=page.context["seal"], **changes))


def test_composed_looked_at_confirmed(client, school):
    course = class_of(school)
    by = staff(roles.OFFICER, school, client=client)
    assert client.get(f"{NEW}?intake={course.pk}").status_code == 200
    page = client.post(NEW, form_data(intake=course.pk, preview="1", body="请带杯子，{name}。"))
    assert page.context["counted"].people == 3
    assert course.enrollments.order_by("pk").first().learner.name in page.text
    assert said() == []
    answer = client.post(
        NEW, form_data(intake=course.pk, send="1", body="请带杯子，{name}。", seal=page.context["seal"])
    )
    kept = Broadcast.objects.get()
    assert answer.url == reverse("broadcast:inspect", args=[kept.pk])
    assert (kept.by, kept.intake, len(said())) == (by, course, 3)
    assert client.get(answer.url).status_code == 200
    assert list(client.get(reverse("broadcast:index")).context["object_list"]) == [kept]


def test_nothing_is_sent_that_was_not_looked_at(client, school):
    course = class_of(school)
    staff(roles.OFFICER, school, client=client)
    client.post(NEW, form_data(intake=course.pk, send="1"))
    seal = client.post(NEW, form_data(intake=course.pk, preview="1")).context["seal"]
    client.post(NEW, form_data(intake=course.pk, send="1", seal=seal, body="另一个"))
    factories.enroll(course)
    client.post(NEW, form_data(intake=course.pk, send="1", seal=seal))
    assert not Broadcast.objects.exists()


def test_those_ticked_in_the_roster(client, school):
    course = class_of(school)
    keys = [str(key) for key in course.enrollments.values_list("pk", flat=True)[:2]]
    staff(roles.OFFICER, school, client=client)
    roster = client.get(reverse("enrollment:roster", args=[course.pk])).text
    assert f"{NEW}?intake={course.pk}" in roster
    assert f'formaction="{NEW}"' in roster
    form = client.post(NEW, {"chosen": "1", "id": keys}).context["form"]
    assert "states" not in form.fields
    look_and_send(client, enrollments=form["enrollments"].value())
    assert len(said()) == 2


def test_those_in_the_filtered_list(client, school):
    course = class_of(school)
    staff(roles.OFFICER, school, client=client)
    listing = reverse("enrollment:index")
    filters = f"state=enrolled&state=offered&term={course.term_id}&channel=web"
    assert f"{NEW}?{filters}".replace("&", "&amp;") in client.get(f"{listing}?{filters}").text
    form = client.get(f"{NEW}?{filters}").context["form"]
    assert form["states"].value() == ["enrolled", "offered"]
    assert form["channel"].value() == "web"
    # Filters that the form does not know would mean other people.
    assert f"{NEW}?" not in client.get(f"{listing}?q=王").text
    page = client.post(NEW, form_data(term=course.term_id, channel="desk", preview="1"))
    assert page.context["counted"].people == 0
    page = client.post(NEW, form_data(term=course.term_id, channel="web", preview="1"))
    assert page.context["counted"].people == 3


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("body", {"body": "{phone}"}),
        ("title", {"title": "{"}),
        ("body_en", {"title_en": "Notice"}),
        ("title_en", {"body_en": "Bring a cup."}),
        ("enrollments", {"enrollments": "1,x"}),
        ("states", {"states": []}),
    ],
)
def test_faults_stand_beside_their_fields(client, school, field, changes):
    staff(roles.OFFICER, school, client=client)
    page = client.post(NEW, form_data(preview="1", **changes))
    assert list(page.context["form"].errors) == [field]
    assert page.context["counted"] is None


def test_other_institutions_classes_do_not_exist(client, school):
    foreign = class_of(factories.institution())
    kept = broadcasts.start(composed(staff(roles.OFFICER, foreign.program.institution), intake=foreign.pk))
    Broadcast.objects.update(intake=foreign)
    staff(roles.MANAGER, school, client=client)
    inspect = reverse("broadcast:inspect", args=[kept.pk])
    assert client.get(f"{NEW}?intake={foreign.pk}").status_code == 404
    assert client.get(inspect).status_code == 404
    assert client.post(inspect, {"stop": "1"}).status_code == 404
    assert list(client.get(reverse("broadcast:index")).context["object_list"]) == []
    page = client.post(NEW, form_data(intake=foreign.pk, preview="1"))
    assert page.context["form"].errors["intake"]
    page = client.post(NEW, form_data(institution=foreign.program.institution_id, preview="1"))
    assert page.context["form"].errors["institution"]
    keys = ",".join(str(key) for key in foreign.enrollments.values_list("pk", flat=True))
    assert client.post(NEW, form_data(enrollments=keys, preview="1")).context["counted"].people == 0


def test_editors_write_to_nobody(client, school):
    course = class_of(school)
    kept = broadcasts.start(composed(staff(roles.OFFICER, school), intake=course.pk))
    staff(roles.EDITOR, school, client=client)
    for address in (NEW, reverse("broadcast:index"), reverse("broadcast:inspect", args=[kept.pk])):
        assert client.get(address).status_code in (302, 403, 404)
    assert client.post(NEW, form_data(preview="1")).status_code in (302, 403)


def test_the_bureau_sees_all_and_stops(client, school, monkeypatch):
    monkeypatch.setattr(type(broadcasts.send), "enqueue", lambda self, *args: None)
    course = class_of(school)
    kept = broadcasts.start(composed(staff(roles.OFFICER, school), intake=course.pk))
    everything = staff(roles.BUREAU, factories.institution(), client=client)
    everything.is_superuser = True
    everything.save()
    assert list(client.get(reverse("broadcast:index")).context["object_list"]) == [kept]
    inspect = reverse("broadcast:inspect", args=[kept.pk])
    assert "data-busy" in client.get(inspect).text
    client.post(inspect, {"stop": "1"})
    kept.refresh_from_db()
    assert kept.state == Broadcast.State.STOPPED
    assert "data-busy" not in client.get(inspect).text
