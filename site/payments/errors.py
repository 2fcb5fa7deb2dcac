"""What cannot be done with money, with words for people."""


class MoneyError(Exception):
    """Something that cannot be done; `message` says to people why and what to do."""

    def __init__(self, message):
        super().__init__(message)
        self.message = str(message)


class NotPayable(MoneyError):
    """The payment does not wait for money (any more): it is paid, or its deadline has passed."""


class WrongAmount(MoneyError):
    """Another amount than is due."""


class NotRefundable(MoneyError):
    """More than what remains, or nothing was paid."""


class ProviderFailed(MoneyError):
    """The provider did not answer, or refused; nothing is lost, and the same may be asked again."""


class MoveRefused(MoneyError):
    """The table of states does not list this move: somebody else was quicker."""
