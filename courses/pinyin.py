"""Chinese text as people type it with Latin letters: 烘焙 as `hongbei` and `hb`."""

import re

from pypinyin import Style, lazy_pinyin

_HAN = re.compile(r"[㐀-鿿]+")


def pinyin_of(text):
    """The syllables, the joined words and the initials of each run of Chinese, as one line to search in.

    >>> pinyin_of("烘焙入门")
    'hong bei ru men hongbeirumen hbrm'
    """
    words = []
    for run in _HAN.findall(text):
        syllables = lazy_pinyin(run)
        initials = "".join(lazy_pinyin(run, style=Style.FIRST_LETTER))
        words += [*syllables, "".join(syllables), initials]
    return " ".join(words)
