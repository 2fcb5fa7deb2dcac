"""Schedules in the shapes of the real file in tests/data, some rows broken. The same seed, the same file.

`python -m tests.courses.schedule_maker 10000 FILE.csv` writes one.
"""

import csv
import io
import random
import sys
from datetime import date, timedelta
from pathlib import Path

HEADER = (Path(__file__).parents[1] / "data" / "toronto-registered-programs.csv").read_text().split("\n")[0].split(",")
WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
GROUPS = [("Early Child", "36", "60"), ("Child", "72", "144"), ("Adult", "228", "None"), ("Older Adult", "720", "None")]
SUBJECTS = [
    ("Arts - Visual Arts", "Painting", "Arts"),
    ("Arts - Music", "Music: Guitar", "Arts"),
    ("Arts - Dance", "Dance: Ballet", "Arts"),
    ("Sports - Tennis and Table Tennis", "Tennis: Instructional", "Sports"),
    ("Sports - Martial Arts", "Karate - Beginner", "Sports"),
    ("FitnessTO - Mind and Body", "Yoga", "Fitness"),
    ("Hobbies and Interests - Cooking", "Cooking", "General"),
    ("CampTO", "CampTO", "Camps"),
]


def _span(first, last):
    return f"{first:%b-%d-%Y} to {last:%b-%d-%Y}"


def _row(number, rng, titles):
    """A good row: one course page has about two of them."""
    section, course, category = rng.choice(SUBJECTS)
    group, youngest, oldest = rng.choice(GROUPS)
    course = f"{course} {rng.randrange(titles)}"
    first = date(2026, 3, 30) + timedelta(days=rng.randrange(100))
    weekdays = sorted(rng.sample(range(7), rng.choice([1, 1, 1, 2, 4])))
    while first.weekday() not in weekdays:
        first += timedelta(days=1)
    hour, minute = rng.randrange(8, 20), rng.choice([0, 15, 30, 45])
    return {
        "_id": str(number),
        "Course_ID": str(100000 + number),
        "Location ID": str(rng.randrange(1, 200)),
        "Location Name": rng.choice(["", "", "Eglinton Flats", "Norwood Park"]),
        "Section": section,
        "Activity Title": f"{course} - {group}",
        "Course Title": course,
        "Days of The Week": ",".join(WEEKDAYS[day] for day in weekdays),
        "From To": _span(first, first + timedelta(weeks=rng.randrange(4, 12))),
        "Start Hour": str(hour),
        "Start Min": str(minute),
        "End Hour": str(hour + 1),
        "End Min": str(minute),
        "Min Age": youngest,
        "Max Age": oldest,
        "Program Category": category,
        "Registration Date": "2026-03-04",
        "Status / Information": "This course is open for registration",
    }


def _swap_dates(row):
    first, last = row["From To"].split(" to ")
    row["From To"] = f"{last} to {first}"


def _end_first(row):
    row["Start Hour"], row["End Hour"] = row["End Hour"], row["Start Hour"]


# Each breaks a row in its own way; by name, with the column that the report must name.
BREAKS = {
    "weekday": ("Days of The Week", lambda row: row.update({"Days of The Week": "Mno"})),
    "no weekday": ("Days of The Week", lambda row: row.update({"Days of The Week": ""})),
    "date": ("From To", lambda row: row.update({"From To": "Apr-31-2026 to Jun-15-2026"})),
    "one date": ("From To", lambda row: row.update({"From To": "Apr-13-2026"})),
    "dates swapped": ("From To", _swap_dates),
    "hour": ("Start Hour", lambda row: row.update({"Start Hour": "25"})),
    "end before start": ("End Hour", _end_first),
    "ages swapped": ("Max Age", lambda row: row.update({"Min Age": "144", "Max Age": "72"})),
    "age": ("Min Age", lambda row: row.update({"Min Age": "six"})),
    "no title": ("Activity Title", lambda row: row.update({"Activity Title": ""})),
    "long title": ("Activity Title", lambda row: row.update({"Activity Title": "Painting " * 40})),
    "no code": ("Course_ID", lambda row: row.update({"Course_ID": ""})),
    "opens too late": ("Registration Date", lambda row: row.update({"Registration Date": "2026-12-24"})),
    "no meeting": ("Days of The Week", lambda row: row.update({"Days of The Week": "Sun", "From To": _MONDAY})),
}
_MONDAY = _span(date(2026, 4, 13), date(2026, 4, 18))


def make(count, *, seed=2026, broken=0.03):
    """Rows (dicts by column), and by row number of the spreadsheet the name of what is broken there."""
    rng = random.Random(seed)
    faults, rows = {}, []
    for number in range(1, count + 1):
        row = _row(number, rng, titles=max(count // 60, 1))
        if rng.random() < broken:
            name = list(BREAKS)[len(faults) % len(BREAKS)]
            BREAKS[name][1](row)
            faults[number + 1] = name
        rows.append(row)
    return rows, faults


def as_csv(rows, *, encoding="utf-8", delimiter=","):
    """The rows as the bytes of a CSV file."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, HEADER, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


if __name__ == "__main__":
    Path(sys.argv[2]).write_bytes(as_csv(make(int(sys.argv[1]))[0]))
