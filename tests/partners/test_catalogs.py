"""The national catalogs: loaded from files, found by what people type."""

import pytest
from django.core.management import CommandError, call_command

from courses.models import Major
from partners.models import Occupation
from partners.order_forms import key_of

pytestmark = pytest.mark.django_db


def test_the_catalogs_are_loaded_and_may_be_loaded_again():
    for _time in range(2):
        call_command("load_majors", verbosity=0)
        call_command("load_occupations", verbosity=0)

    assert (Major.objects.count(), Occupation.objects.count()) == (358 + 798, 1671)
    assert Occupation.objects.get(code="4-10-01-05").name == "养老护理员"
    # One code, two majors: only with its edition and level does it mean something.
    assert key_of(Major.objects.get(code="610201", edition="2021")) == "610201@2021@secondary"


def test_a_file_renames_and_a_wrong_one_is_refused(tmp_path):
    file = tmp_path / "majors.csv"
    file.write_text("code,edition,level,name,group\n610201,2021,secondary,林业生产,林业类\n", encoding="utf-8-sig")
    call_command("load_majors", verbosity=0)
    call_command("load_majors", str(file), verbosity=0)

    assert Major.objects.get(code="610201", edition="2021").name == "林业生产"
    file.write_text("code,name\n1,x\n")
    for name in (str(file), str(tmp_path / "none.csv")):
        with pytest.raises(CommandError):
            call_command("load_occupations", name)


def test_words_find_names_codes_and_at_least_something_near():
    for code, name in (("4-10-01-05", "养老护理员"), ("6-01-06-00", "果蔬坚果加工工"), ("5-02-03-01", "护林员")):
        Occupation.objects.create(code=code, edition="2022", name=name)

    def found(words):
        return [one.name for one in Occupation.objects.matching(words)]

    assert found("护理") == ["养老护理员"]
    assert found("4-10") == ["养老护理员"]
    assert found("老 护") == ["养老护理员"]
    assert found("蓝莓加工") == ["果蔬坚果加工工"]
    assert found("") == found("鲸鱼") == []
