"""Errors as Stripe answers them."""


class ApiError(Exception):
    """A refusal with its HTTP status, type and code."""

    def __init__(self, status, message, *, kind="invalid_request_error", code=None):
        super().__init__(message)
        self.status = status
        self.body = {"error": {"type": kind, "message": message}}
        if code:
            self.body["error"]["code"] = code
