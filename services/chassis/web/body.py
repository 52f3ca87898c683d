"""Reads request bodies strictly: one JSON object, UTF-8, not too deep, no key twice."""

import json
import re
from typing import Any, Final

import orjson
from flask import request

from services.chassis.web.problems import ProblemError

MAX_DEPTH: Final = 32
_STRINGS: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"')


def request_json() -> Any:
    """The JSON value of the request's body; an empty object when there is no body at all.

    Raises:
        ProblemError: the media type is not JSON, or the body is not proper JSON within the limits.
    """
    content = request.get_data(cache=True)
    if not content:
        return {}
    if request.mimetype != "application/json":
        raise ProblemError("unsupported-media-type", "The body must be application/json.")
    return parsed(content)


def parsed(content: bytes) -> Any:
    """The value of a JSON text.

    Raises:
        ProblemError: with what is wrong and, where it is known, at which byte; never with what stands there.
    """
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ProblemError(
            "malformed-json", f"The body is not UTF-8: the byte at offset {error.start} does not belong there."
        ) from None
    if _depth(content) > MAX_DEPTH:
        raise ProblemError("malformed-json", f"The body nests deeper than {MAX_DEPTH} levels.")
    try:
        # orjson is strict where the standard library is not (NaN, lone surrogates); the latter sees doubled keys.
        orjson.loads(content)
        return json.loads(content, object_pairs_hook=_object)
    except orjson.JSONDecodeError as error:
        raise ProblemError(
            "malformed-json", f"The body is not JSON: see line {error.lineno}, column {error.colno}."
        ) from None
    except _DoubledKeyError:
        raise ProblemError("malformed-json", "An object in the body has the same key twice.") from None
    except ValueError:
        raise ProblemError("malformed-json", "The body holds a number that is too long.") from None


class _DoubledKeyError(Exception):
    pass


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _DoubledKeyError
    return found


def _depth(content: bytes) -> int:
    """How deep brackets nest outside strings; looked at before parsing, so that no parser recurses too far."""
    depth = deepest = 0
    for byte in re.sub(rb"[^\[\]{}]+", b"", _STRINGS.sub(b"", content)):
        depth += 1 if byte in b"[{" else -1
        deepest = max(deepest, depth)
        if deepest > MAX_DEPTH:
            break
    return deepest
