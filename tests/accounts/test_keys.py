"""What a browser sends as keys: everything that is none is left out, however long."""

from accounts.keys import is_key, keys_in


def test_only_what_can_be_a_key_is_one():
    assert keys_in(["7", 8, "", "x", "-1", "9" * 19, "9" * 5000, "7"]) == {7, 8}
    assert is_key("9" * 18)
    assert not is_key("1.5")
