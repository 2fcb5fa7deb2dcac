"""What stories about money are told with: something simple to pay for, and notices on their way."""

from payments import money, notices, purposes
from payments.development.notifier import sign
from payments.models import Provider, Refund

KEY, SECRET = "sk_test_for_the_tests", "whsec_for_the_tests"


class Places(purposes.Handler):
    """Places to pay for: `free` are left; what is paid late without one goes back. Kept in memory, one test long."""

    def __init__(self, free=10):
        self.free, self.taken, self.reversals = free, set(), []

    def paid(self, payment):
        """A place, or the money back."""
        if payment.purpose in self.taken or self.free <= 0:
            money.refund(payment, amount=payment.amount, reason=Refund.Reason.NO_SEAT)
            return
        self.free -= 1
        self.taken.add(payment.purpose)

    def reversed(self, payment):
        """The place is free again."""
        self.taken.discard(payment.purpose)
        self.reversals.append(payment.reference)

    def title(self, payment):
        """Its name."""
        return f"测试名额 {payment.purpose.partition(':')[2]}"

    def url(self, payment):
        """Where one looks at it."""
        return "/my/"


class Post:
    """Notices on their way: kept here until a story brings them, in the order and as often as it likes."""

    def __init__(self, server):
        self.server, self.waiting = server, []

    def bring(self, *, order=None, times=1):
        """Bring what is waiting; returns the rows of the notices."""
        waiting, self.waiting = self.waiting, []
        return [
            notices.receive(body, {"Stripe-Signature": sign(body, SECRET)})
            for body in (reversed(waiting) if order == "backwards" else waiting)
            for _time in range(times)
        ]

    def lose(self):
        """They never arrive."""
        self.waiting = []


def page_of(payment):
    """The name of the page that was opened for a payment, last."""
    return payment.attempts.exclude(session=None).order_by("pk").last().session


def open_page(payment):
    """Open a page for a payment; returns its name at Stripe."""
    money.start(payment, provider=Provider.STRIPE, return_url="http://testserver/back/")
    return page_of(payment)


def fresh(thing):
    """The row as it is now."""
    return type(thing).objects.get(pk=thing.pk)
