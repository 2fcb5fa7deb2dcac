"""Counties and townships from a file."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import District

pytestmark = pytest.mark.django_db


def test_own_prefecture_is_loaded_and_may_be_loaded_again():
    for _ in range(2):
        call_command("load_districts")
    assert District.objects.filter(county=None).count() == 7
    assert District.objects.filter(county__isnull=False).count() == 43
    assert District.objects.get(code="232761").name == "加格达奇区"
    assert District.objects.get(code="232722100").county_id == "232722"


def test_another_prefecture_and_new_names(tmp_path):
    file = tmp_path / "districts.csv"
    file.write_text("code,name,county_code\n231102001,花园街道,231102\n231102,爱辉区,\n", encoding="utf-8")
    call_command("load_districts", str(file))
    file.write_text("code,name,county_code\n231102,爱辉新区,\n", encoding="utf-8")
    call_command("load_districts", str(file))
    assert {row.code: row.name for row in District.objects.all()} == {"231102": "爱辉新区", "231102001": "花园街道"}


@pytest.mark.parametrize("text", ["name\nx\n", "code,name,county_code\n231102001,花园街道,231102\n"])
def test_a_wrong_file_changes_nothing_and_says_why(tmp_path, text):
    file = tmp_path / "districts.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match=r"columns|not in the file"):
        call_command("load_districts", str(file))
    assert not District.objects.exists()


def test_a_missing_file_is_named():
    with pytest.raises(CommandError, match=r"nowhere\.csv"):
        call_command("load_districts", "nowhere.csv")
