"""A process of its own that enrolls many learners, as fast as it can; started by test_enrollment_rush.py.

`python -m tests.courses.rush SEED LEARNER,LEARNER,... INTAKE,INTAKE,...`: waits for a line on standard input, then
enrolls each learner in each intake and now and then withdraws, confirms or declines; prints one line for each act.
"""

import os
import random
import sys
from functools import partial
from pathlib import Path

sys.path[1:1] = [str(Path(__file__).resolve().parents[2] / "site")]
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

import django  # noqa: E402

django.setup()

from accounts.models import Learner  # noqa: E402
from courses import enrollment as process  # noqa: E402
from courses.models import Enrollment, Intake  # noqa: E402
from courses.states import State  # noqa: E402


def run(seed, learners, intakes):
    """Act until all have enrolled everywhere."""
    choose = random.Random(seed)
    chances = [(learner, intake) for learner in learners for intake in intakes]
    choose.shuffle(chances)
    for learner, intake in chances:
        _act(partial(process.submit, intake=intake, learner=learner, by=learner.account))
        mine = Enrollment.objects.filter(learner__in=learners, state__in=[State.OFFERED, State.ENROLLED])
        lucky = mine.order_by("?").select_related("account").first()
        if lucky and choose.random() < 0.4:
            does = [process.confirm, process.decline] if lucky.state == State.OFFERED else [process.withdraw]
            _act(partial(choose.choice(does), lucky, by=lucky.account))


def _act(act):
    try:
        act()
    except process.EnrollmentError:
        print("refused", flush=True)
    else:
        print("done", flush=True)


if __name__ == "__main__":
    seed, learners, intakes = sys.argv[1], *(argument.split(",") for argument in sys.argv[2:])
    people = list(Learner.objects.filter(pk__in=learners).select_related("account"))
    places = list(Intake.objects.filter(pk__in=intakes).select_related("term", "program"))
    print("ready", flush=True)
    sys.stdin.readline()
    run(int(seed), people, places)
