"""Primary keys as a browser sends them: digits, and no more than the database has in a key."""

_LONGEST = 18  # digits; a longer number is no key, and fails in the database or before


def is_key(text):
    """Whether this can be the key of a row."""
    return text.isdecimal() and len(text) <= _LONGEST


def keys_in(values):
    """The keys among what was sent."""
    return {int(value) for value in map(str, values) if is_key(value)}
