"""`manage.py stripe_stand_in`: a server that stands in for Stripe, for the demo and for those who try things."""

import time
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

# Seconds after which the stand-in's wallets have given money back.
_WALLET_SECONDS = 60


class Command(BaseCommand):
    """One long-running process, at the address that the settings name; Ctrl-C ends it."""

    help = "Run a server that stands in for Stripe at STRIPE_ADDRESS (not in production)."

    def handle(self, **options):
        """Serve, and do what happens at Stripe with time."""
        if settings.PRODUCTION:
            raise CommandError("In production only Stripe itself takes money.")
        if not settings.STRIPE_ADDRESS:
            raise CommandError("STRIPE_ADDRESS is not set, for example http://127.0.0.1:8010")
        from payments.development.notifier import sender  # Never imported where it may not run.
        from payments.development.server import StripeServer

        server = StripeServer(
            key=settings.STRIPE_SECRET_KEY,
            secret=settings.STRIPE_WEBHOOK_SECRET,
            send=sender(settings.SITE_URL + reverse("stripe_notice")),
            port=urlsplit(settings.STRIPE_ADDRESS).port,
            path=settings.VAR_DIR / "stripe.json",
        ).start()
        self.stdout.write(f"A stand-in for Stripe is at {server.address}/")
        self.stdout.flush()
        try:
            while True:
                time.sleep(2)
                self.let_time_pass(server)
        except KeyboardInterrupt:
            server.stop()

    def let_time_pass(self, server):
        """Pages whose time is over expire, and wallets give money back after a minute."""
        with server.state.lock:
            for page in server.state.expire_pages():
                server.tell("checkout.session.expired", page)
            for refund in list(server.state.tables["refunds"].values()):
                if refund["status"] == "pending" and refund["created"] + _WALLET_SECONDS < server.state.now():
                    server.people.finish_refund(refund["id"])
            server.state.keep()
