"""What may change in a published schema: next to nothing, because two kinds of readers depend on it.

New code reads events that were stored under the schema as it was, and code that was built against the schema as it
was reads new events. So a published version neither gets narrower (the first would fail) nor wider (the second would).
What is left: new types, new versions, words in descriptions, and new optional fields with a default (readers drop
fields they do not know; stored events get the default). One more value in a fixed list takes a new version.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

_FREE: Final = frozenset({"title", "description", "examples", "$comment", "default", "properties", "required", "items"})
"""Keywords that bind nobody, or that are compared by rules of their own."""
_LOWER_BOUNDS: Final = frozenset({"minimum", "minLength", "minItems"})
_UPPER_BOUNDS: Final = frozenset({"maximum", "maxLength", "maxItems"})


def breaks(published: Mapping[str, Any], current: Mapping[str, Any]) -> list[str]:
    """Every incompatible change from the published schemas to the current ones, both by name; empty is good."""
    return [
        line
        for name, schema in sorted(published.items())
        for line in ([f"{name}: removed"] if name not in current else _differences(name, schema, current[name]))
    ]


def _differences(where: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for keyword in sorted((set(old) | set(new)) - _FREE):
        before, after = _unordered(keyword, old.get(keyword)), _unordered(keyword, new.get(keyword))
        if before != after:
            yield f"{where}: {_change(keyword, before, after)}"
    if "default" in old and ("default" not in new or old["default"] != new["default"]):
        yield f"{where}: default changed"
    yield from _fields(where, old, new)
    if isinstance(old.get("items"), dict) and isinstance(new.get("items"), dict):
        yield from _differences(f"{where}[]", old["items"], new["items"])
    elif old.get("items") != new.get("items"):
        yield f"{where}: items changed"


def _fields(where: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    before, after = old.get("properties", {}), new.get("properties", {})
    demanded_before, demanded = set(old.get("required", ())), set(new.get("required", ()))
    for name in before:
        if name not in after:
            yield f"{where}.{name}: removed"
            continue
        if name in demanded - demanded_before:
            yield f"{where}.{name}: made required"
        if name in demanded_before - demanded:
            yield f"{where}.{name}: made optional"
        yield from _differences(f"{where}.{name}", before[name], after[name])
    for name in after:
        if name in before:
            continue
        if name in demanded:
            yield f"{where}.{name}: added as required"
        elif "default" not in after[name]:
            yield f"{where}.{name}: added without a default"


def _unordered(keyword: str, value: Any) -> Any:
    """Types and fixed lists are sets: their order says nothing."""
    if keyword == "type" and isinstance(value, str):
        return [value]
    return sorted(value, key=str) if keyword in {"type", "enum"} and value is not None else value


def _change(keyword: str, before: Any, after: Any) -> str:
    if keyword == "type":
        return _type_change(set(before or ()), set(after or ()))
    if keyword == "enum":
        return _enum_change(before, after)
    if keyword in _LOWER_BOUNDS | _UPPER_BOUNDS:
        return f"{keyword} {_bound_change(keyword, before, after)} ({before} -> {after})"
    return f"{keyword} changed ({before} -> {after})"


def _type_change(before: set[str], after: set[str]) -> str:
    if before - after == {"null"} and not after - before:
        return "null no longer allowed"
    if after - before == {"null"} and not before - after:
        return "null newly allowed"
    return f"type changed ({'/'.join(sorted(before))} -> {'/'.join(sorted(after))})"


def _enum_change(before: list[Any] | None, after: list[Any] | None) -> str:
    if before is None:
        return "restricted to a list of values"
    if after is None:
        return "no longer restricted to a list of values"
    gone = [str(value) for value in before if value not in after]
    fresh = [str(value) for value in after if value not in before]
    parts = [f"value removed: {value}" for value in gone] + [f"value added: {value}" for value in fresh]
    return ", ".join(parts)


def _bound_change(keyword: str, before: int | None, after: int | None) -> str:
    if after is None:
        return "lifted"
    if before is None:
        return "newly set"
    grew = after > before
    return "narrowed" if grew == (keyword in _LOWER_BOUNDS) else "widened"
