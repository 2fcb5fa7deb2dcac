"""The rows of the table: what is sent, measured in rounds, each round with its own hello-world beside it."""

from contextlib import closing
from dataclasses import dataclass, field
from statistics import median

from django.contrib.staticfiles.storage import staticfiles_storage

from tests.bench import content, hello, load, money, statements, truth
from tests.bench.servers import THREADS, WORKERS, request

CLIENTS = 16
HELLO = "hello-world"
MARK = "?bench={n}"  # an address that nobody asked for before: the page cache has nothing under it


@dataclass
class Row:
    """One row at one size of the database: a tally and a ratio to hello-world for each round."""

    name: str
    clients: int
    tallies: list = field(default_factory=list)
    ratios: list = field(default_factory=list)
    overtaken: list = field(default_factory=list)

    def add(self, tally, reference):
        """Take in one round."""
        self.tallies.append(tally)
        self.ratios.append(tally.rate / reference.rate if reference.rate else 0.0)

    @property
    def ratio(self):
        """The median of the rounds' ratios."""
        return median(self.ratios)

    def middle(self, name):
        """The median of one of the tallies' numbers."""
        return median(getattr(tally, name) for tally in self.tallies)

    @property
    def errors(self):
        """All wrong answers and missing ones."""
        return sum(tally.errors for tally in self.tallies)


@dataclass(frozen=True)
class Size:
    """How much is done: rounds, seconds for each reading row, enrollments for each writing row, people in a rush."""

    rounds: int
    seconds: float
    posts: int
    crowd: int
    seats: int = 30


class Bench:
    """The servers and people of a run; `size` bounds every measurement."""

    def __init__(self, *, ports, database, crowd, size):
        self.hello, self.site, self.unkept = ports
        self.database, self.crowd, self.size = database, crowd, size
        self.broken = {}

    # --- Reading

    def _plans(self):
        reader = self.crowd.come(1)[0]
        course = f"/courses/{content.any_course().slug}/"
        title = content.any_course().title
        cookies = f"sessionid={reader.session}; csrftoken={reader.session}"
        static = staticfiles_storage.url("home/xuelin.css")
        finder = "/courses/?category=subject-0&category=subject-3&district=232701&fee=free&age=senior&sort=closing"
        return [
            (HELLO, self.hello, "/hello/", "", hello.MARKER),
            ("hello behind our middleware", self.site, "/hello/", "", hello.MARKER),
            ("static file (WhiteNoise)", self.site, static, "", "text/css"),
            ("home, anonymous, cached", self.site, "/", "", "家门口的课堂"),
            ("home, anonymous, not cached", self.site, f"/{MARK}", "", "家门口的课堂"),
            ("finder with five filters, cached", self.site, finder, "", "入门"),
            ("finder with five filters, not cached", self.site, finder + MARK.replace("?", "&"), "", "入门"),
            ("course page, anonymous, cached", self.site, course, "", title),
            ("course page, anonymous, not cached", self.site, course + MARK, "", title),
            ("course page, anonymous, no part cached either", self.unkept, course, "", title),
            ("course page, signed in", self.site, course, cookies, title),
        ]

    def read(self, progress):
        """All rows that read."""
        plans = {
            name: load.Plan(port, CLIENTS, [request("GET", path, cookies=cookies)], 200, marker, self.size.seconds)
            for name, port, path, cookies, marker in self._plans()
        }
        rows = {name: Row(name, CLIENTS) for name in plans}
        for plan in plans.values():
            load.run(load.Plan(**{**vars(plan), "seconds": 0.3}))
        for number in range(self.size.rounds):
            progress(f"reading, round {number + 1} of {self.size.rounds}")
            reference = None
            for name, plan in plans.items():
                tally = load.run(plan)
                reference = reference or tally
                rows[name].add(tally, reference)
        return list(rows.values())

    # --- Enrolling

    def hello_round(self):
        """Hello-world, measured now."""
        return load.run(
            load.Plan(self.hello, CLIENTS, [request("GET", "/hello/")], 200, hello.MARKER, self.size.seconds)
        )

    def enroll(self, progress):
        """All rows that enroll; every person enrolls once, into classes with every rule on."""
        spread, size = content.classes()[:200], self.size
        connections = WORKERS * THREADS
        rows = {
            "enrollment POST, hot: one class": self._post_hot,
            "enrollment POST, spread: 200 classes": lambda row: self._post(row, spread),
            f"{size.seats} seats, {size.crowd} people, 8 clients": self._rush,
            f"{size.seats} seats, {size.crowd} people, 64 clients": self._rush,
            f"pgbench: the same statements, {connections} connections": self._pgbench,
        }
        clients = [CLIENTS, CLIENTS, 8, 64, connections]
        acts = [(Row(name, count), act) for (name, act), count in zip(rows.items(), clients, strict=True)]
        self._script = statements.prepare(self.crowd, size.posts * size.rounds)
        self._post(Row("warm", CLIENTS), spread, count=100)
        for number in range(size.rounds):
            for row, act in acts:
                progress(f"enrolling, round {number + 1} of {size.rounds}: {row.name}")
                reference = self.hello_round()
                row.add(act(row), reference)
                self._look(row)
        return [row for row, _ in acts] + self._pay(progress)

    def _pay(self, progress):
        """The rows of paying, on a site of its own beside what stands in for Stripe."""
        with closing(money.Money(self, port=self.unkept + 1)) as paying:
            return paying.measure(progress, Row)

    def _look(self, row):
        broken = truth.broken()
        if broken:
            self.broken.setdefault(row.name, broken)

    def _post_hot(self, row):
        return self._post(row, [content.add_class(seats=self.size.posts).pk])

    def _post(self, row, intakes, count=None):
        people = self.crowd.come(count or self.size.posts)
        requests = [one.post(intakes[turn % len(intakes)]) for turn, one in enumerate(people)]
        return load.run(load.Plan(self.site, row.clients, requests, 302, "done=1"))

    def _rush(self, row):
        intake = content.add_class(seats=self.size.seats).pk
        people = self.crowd.come(self.size.crowd)
        requests = [one.post(intake) for one in people]
        tally = load.run(load.Plan(self.site, row.clients, requests, 302, "done=1"))
        seated = truth.seated(intake)
        if len(seated) != self.size.seats:
            self.broken[row.name] = {"seats given": len(seated)}
        row.overtaken.append(len(truth.overtaken([one.learner for one in people], seated)))
        return tally

    def _pgbench(self, row):
        count = self.size.posts // row.clients * row.clients
        rate = statements.run(self.database, self._script, clients=row.clients, count=count)
        return load.Tally(answers=count, rate=rate)
