"""What must be true after every measurement, asked of the database itself."""

from django.db import connection

_SEATED = "('offered', 'enrolled', 'completed')"
_LIVE = "('submitted', 'offered', 'waitlisted', 'enrolled')"
_QUESTIONS = {
    "pools with a seat too many": "SELECT count(*) FROM courses_seatpool WHERE seats_taken > capacity",
    "pools whose counters differ from the rows": f"""
        SELECT count(*) FROM courses_seatpool AS pool LEFT JOIN (
            SELECT pool_id, count(*) FILTER (WHERE state IN {_SEATED}) AS seated,
                   count(*) FILTER (WHERE state = 'waitlisted') AS waiting
            FROM courses_enrollment GROUP BY pool_id
        ) AS counted ON counted.pool_id = pool.id
        WHERE pool.seats_taken <> coalesce(seated, 0) OR pool.waiting <> coalesce(counted.waiting, 0)""",
    "people twice in a class": f"""
        SELECT count(*) FROM (SELECT 1 FROM courses_enrollment WHERE state IN {_LIVE}
                              GROUP BY intake_id, person HAVING count(*) > 1) AS twice""",
    "enrollments whose history ends elsewhere": """
        SELECT count(*) FROM courses_enrollment AS enrollment WHERE state IS DISTINCT FROM (
            SELECT to_state FROM courses_historyentry WHERE enrollment_id = enrollment.id ORDER BY id DESC LIMIT 1)""",
    "free seats while somebody waits": """
        SELECT count(*) FROM courses_seatpool WHERE seats_taken < capacity AND waiting > 0""",
}


def broken():
    """What is not true: {rule: number of rows that break it}; empty when all is well."""
    found = {}
    with connection.cursor() as cursor:
        for rule, question in _QUESTIONS.items():
            cursor.execute(question)
            (count,) = cursor.fetchone()
            if count:
                found[rule] = count
    return found


def seated(intake):
    """The learners who have a seat in this class."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT learner_id FROM courses_enrollment WHERE intake_id = %s AND state IN {_SEATED}", [intake]
        )
        return {learner for (learner,) in cursor}


def overtaken(order, seated):
    """The places in this order of sending of those who got no seat although somebody sent later got one."""
    last = max((place for place, learner in enumerate(order) if learner in seated), default=-1)
    return [place for place in range(last) if order[place] not in seated]
