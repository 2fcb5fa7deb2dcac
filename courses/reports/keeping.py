"""Counting a million rows takes seconds: what took long is kept for a while, and says of when it is.

What is counted at once is always new.
"""

import json
import time
from hashlib import sha256

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import get_language

SLOW = 1.0  # seconds
KEPT_FOR = 600  # seconds


def counted(report, question, *, asked):
    """(figures, when they were counted). `asked` tells this question from all others: who may see what, and filters."""
    key = _key(report, question, asked)
    kept = cache.get(key)
    if kept is not None:
        return kept
    begun, now = time.monotonic(), timezone.now()
    answer = report.count(question), now
    if time.monotonic() - begun > SLOW:
        cache.set(key, answer, KEPT_FOR)
    return answer


def _key(report, question, asked):
    parts = [report.slug, question.by.key, str(question.since), str(question.until), get_language(), asked]
    return f"report:{sha256(json.dumps(parts).encode()).hexdigest()}"
