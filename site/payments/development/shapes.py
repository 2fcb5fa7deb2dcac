"""Parameters of requests, checked against the types that the `stripe` library publishes for them."""

import re
import types
import typing
from functools import lru_cache

import stripe
import typing_extensions
from stripe.params import checkout

from payments.development.errors import ApiError

# What we do (providers/stripe_table.py) -> the library's type of its parameters.
SHAPES = {
    "open a page": checkout.SessionCreateParams,
    "look at a page": checkout.SessionRetrieveParams,
    "close a page": checkout.SessionExpireParams,
    "refund": stripe.params.RefundCreateParams,
    "look at a refund": stripe.params.RefundRetrieveParams,
    "find the refunds of a payment": stripe.params.RefundListParams,
    "look at a dispute": stripe.params.DisputeRetrieveParams,
    "find notices that we missed": stripe.params.EventListParams,
}
# Names that the library imports for type checkers only, of options that travel in headers.
_FOR_TYPE_CHECKERS = {"StripeContext": object, "Mapping": dict, "Any": object}


def nested(pairs):
    """Stripe's flat parameters as they are meant: [("a[b][0]", "1")] is {"a": {"b": ["1"]}}."""
    tree = {}
    for name, value in pairs:
        keys = re.findall(r"[^\[\]]+", name)
        place = tree
        for key in keys[:-1]:
            place = place.setdefault(key, {})
        if name.endswith("[]"):
            place.setdefault(keys[-1], {})[str(len(place.get(keys[-1], {})))] = value
        else:
            place[keys[-1]] = value
    return _lists(tree)


def _lists(value):
    if not isinstance(value, dict):
        return value
    inner = {key: _lists(one) for key, one in value.items()}
    if inner and all(key.isdigit() for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner


def check(act, params):
    """The parameters with their right types. Raises ApiError, as Stripe does, for what the types do not allow."""
    return _check(SHAPES[act], params, "")


def _check(kind, value, where):
    origin = typing.get_origin(kind)
    if typing_extensions.is_typeddict(kind):
        return _check_dict(kind, value, where)
    if origin in (typing.NotRequired, typing.Required):
        return _check(typing.get_args(kind)[0], value, where)
    if origin in (typing.Union, types.UnionType):
        return _check_any(typing.get_args(kind), value, where)
    if origin is typing.Literal:
        return _must(value in typing.get_args(kind), value, where)
    if origin is list:
        _must(isinstance(value, list), value, where)
        return [_check(typing.get_args(kind)[0], one, f"{where}[{n}]") for n, one in enumerate(value)]
    if origin is dict:
        _must(isinstance(value, dict), value, where)
        return {key: _check(typing.get_args(kind)[1], one, f"{where}[{key}]") for key, one in value.items()}
    return _check_plain(kind, value, where)


def _check_plain(kind, value, where):
    if kind is bool:
        return _must(value in ("true", "false"), value, where) == "true"
    if kind is int:
        return int(_must(isinstance(value, str) and re.fullmatch(r"-?\d+", value), value, where))
    if kind is float:
        return float(_must(isinstance(value, str) and re.fullmatch(r"-?[\d.]+", value), value, where))
    return _must(isinstance(value, str), value, where)


def _check_any(kinds, value, where):
    for kind in kinds:
        try:
            return _check(kind, value, where)
        except ApiError as error:
            wrong = error
    raise wrong


def _check_dict(kind, value, where):
    _must(isinstance(value, dict), value, where)
    allowed = _allowed(kind)
    for name in value.keys() - allowed.keys():
        raise ApiError(400, f"Received unknown parameter: {_inside(where, name)}", code="parameter_unknown")
    for name, type_ in allowed.items():
        if name not in value and typing.get_origin(type_) is not typing.NotRequired:
            raise ApiError(400, f"Missing required param: {_inside(where, name)}.", code="parameter_missing")
    return {name: _check(allowed[name], one, _inside(where, name)) for name, one in value.items()}


@lru_cache
def _allowed(kind):
    """The parameters of a type. What the library's request options hold travels in headers, not in the body."""
    known = typing.get_type_hints(kind, None, _FOR_TYPE_CHECKERS, include_extras=True)
    return {name: type_ for name, type_ in known.items() if name not in stripe.RequestOptions.__annotations__}


def _inside(where, name):
    return f"{where}[{name}]" if where else name


def _must(condition, value, where):
    if not condition:
        raise ApiError(400, f"Invalid value for {where}: {value!r}", code="parameter_invalid")
    return value
