"""Paying, beside enrolling: starting a checkout, and working off the notice that it was paid.

What stands in for Stripe runs in this process, on the same machine: its share of the time is in the rows. Everyone
pays once; both requests speak with it over HTTP as the site does with Stripe.
"""

import json
import os

from tests.bench import content, load, servers, truth

CLIENTS = 16
KEY, SECRET = "sk_test_bench", "whsec_bench"
CHECKOUT, NOTICE = "checkout start POST", "notice of Stripe, worked off"


class Money:
    """A site that takes money, and what stands in for Stripe."""

    def __init__(self, bench, *, port):
        from payments.development.server import StripeServer

        self.bench, self.stripe = bench, StripeServer(key=KEY, secret=SECRET, send=None).start()
        self.stripe.notifier.manner = "never"
        os.environ["BENCH_STRIPE_ADDRESS"] = self.stripe.address
        self.site = servers.Gunicorn("config.wsgi", port=port, settings="tests.bench.settings_money")

    def close(self):
        """End both."""
        self.site.stop()
        self.stripe.stop()

    def measure(self, progress, row_type):
        """Both rows, each in rounds with its own hello-world beside it."""
        rows = [row_type(CHECKOUT, CLIENTS), row_type(NOTICE, CLIENTS)]
        for number in range(self.bench.size.rounds):
            progress(f"paying, round {number + 1} of {self.bench.size.rounds}")
            people = self._enrolled(self.bench.size.posts // 2)
            reference = self.bench.hello_round()
            rows[0].add(self._run([self._checkout(one) for one in people], 302), reference)
            rows[1].add(self._run(self._notices(), 200), self.bench.hello_round())
            broken = truth.broken()
            if broken:
                self.bench.broken.setdefault("paying", broken)
        return rows

    def _run(self, requests, status):
        return load.run(load.Plan(self.site.port, CLIENTS, requests, status, ""))

    def _enrolled(self, count):
        """People with a seat that is held until they pay."""
        from courses.models import Intake

        intake = content.add_class(seats=count)
        Intake.objects.filter(pk=intake.pk).update(fee=3000)
        people = self.bench.crowd.come(count)
        self._run([one.post(intake.pk) for one in people], 302)
        return people

    def _checkout(self, person):
        from payments.models import Payment

        reference = Payment.objects.get(account=person.account).reference
        cookies = f"sessionid={person.session}; csrftoken={person.session}"
        body = f"csrfmiddlewaretoken={person.session}"
        return servers.request("POST", f"/my/payments/{reference}/pay/", cookies=cookies, body=body)

    def _notices(self):
        """Everyone with an open page pays; returns the requests that say so."""
        tables = self.stripe.state.tables
        known = set(tables["events"])
        for page in [one["id"] for one in tables["sessions"].values() if one["status"] == "open"]:
            self.stripe.people.pay(page)
        told = [event for name, event in tables["events"].items() if name not in known]
        return [_signed(json.dumps(event)) for event in told]


def _signed(body):
    from payments.development.notifier import sign

    asked = servers.request("POST", "/payments/notices/stripe/", body=body)
    proof = f"Stripe-Signature: {sign(body.encode(), SECRET)}"
    return asked.replace("Accept: text/html", proof, 1)
