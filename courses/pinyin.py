"""Chinese text as people type it with Latin letters: 烘焙 as `hongbei` and `hb`."""

import re

_HAN = re.compile(r"[㐀-鿿]+")


def pinyin_of(text):
    """Every ending of each run of Chinese, in joined syllables and in initials, as one line to search in.

    The search finds words by their beginning; the beginning of an ending is any part. So `hongbei` and `hb` find
    中式烘焙入门, and `hong bei` too.

    >>> pinyin_of("烘焙入门")
    'hongbeirumen beirumen rumen men hbrm brm rm'
    """
    # Its dictionary takes a sixth of the time in which the site starts, and only who saves a course needs it.
    from pypinyin import Style, lazy_pinyin

    words = []
    for run in _HAN.findall(text):
        syllables = lazy_pinyin(run)
        # One letter of a syllable is its beginning already.
        initials = lazy_pinyin(run, style=Style.FIRST_LETTER)
        words += ["".join(syllables[start:]) for start in range(len(syllables))]
        words += ["".join(initials[start:]) for start in range(len(initials) - 1)]
    return " ".join(dict.fromkeys(words))
