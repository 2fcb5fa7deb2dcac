"""What is asked of a provider, and what it answers. A further provider is a further subclass of Carrier."""

from dataclasses import dataclass

OPEN, PROCESSING, PAID, FAILED, CLOSED = "open", "processing", "paid", "failed", "closed"
REFUND_PENDING, REFUND_DONE, REFUND_FAILED = "pending", "done", "failed"


@dataclass(frozen=True)
class Page:
    """A page of the provider on which to pay: its name there and its address."""

    session: str
    url: str


@dataclass(frozen=True)
class Found:
    """What a provider says of one way of paying. `state` is OPEN, PROCESSING, PAID, FAILED or CLOSED.

    `our_reference` and `our_attempt` are what we told it when it began.
    """

    state: str
    session: str = ""
    payment: str = ""
    amount: int = 0
    currency: str = ""
    method: str = ""
    our_reference: str = ""
    our_attempt: str = ""


@dataclass(frozen=True)
class FoundRefund:
    """What a provider says of one refund. `state` is REFUND_PENDING, REFUND_DONE or REFUND_FAILED."""

    state: str
    reference: str
    payment: str = ""
    amount: int = 0
    currency: str = ""
    our_reference: str = ""
    failure: str = ""


@dataclass(frozen=True)
class FoundDispute:
    """What a provider says of a call-back through a bank. `state` is "open", "won" or "lost"; "" is a question only."""

    state: str
    reference: str
    payment: str
    amount: int
    currency: str


@dataclass(frozen=True)
class Notice:
    """What a provider tells by itself: that something happened to an object, which is then asked for."""

    identifier: str
    kind: str
    object_id: str


class Refused(Exception):
    """The provider says no, and will say no again. `wait`: what we asked for may have come about otherwise."""

    def __init__(self, code, *, wait=False):
        super().__init__(code)
        self.wait = wait


class Carrier:
    """A provider. Methods raise ProviderFailed when it does not answer, and may be called again."""

    is_configured = True

    def start(self, attempt):
        """Open a page on which to pay, once for each attempt; returns a Page."""
        raise NotImplementedError

    def query(self, attempt):
        """What became of a way of paying; returns Found."""
        raise NotImplementedError

    def close(self, attempt):
        """Close the page, unless it was paid a moment before; returns Found."""
        raise NotImplementedError

    def refund(self, refund, *, again):
        """Give money back, once for each refund; `again`: it was perhaps sent before. Returns FoundRefund.

        Raises Refused when it cannot be given back this way.
        """
        raise NotImplementedError

    def query_refund(self, reference):
        """What became of a refund, by the provider's name for it; returns FoundRefund."""
        raise NotImplementedError

    def read_notice(self, body, headers):
        """Check that a notice comes from the provider, and return it; raises Refused for any other."""
        raise NotImplementedError
