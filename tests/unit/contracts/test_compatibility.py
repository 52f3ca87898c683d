"""Each rule of what may change in a published schema, on a made-up one."""

import copy

import pytest

from contracts.compatibility import breaks

ITEM = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
OLD = {
    "title": "a.b.v1",
    "description": "Was.",
    "type": "object",
    "properties": {
        "id": {"type": "string", "pattern": "^[0-9]+$"},
        "kind": {"type": ["string", "null"], "enum": ["x", "y", None], "minLength": 1},
        "count": {"type": "integer", "minimum": 1, "maximum": 99},
        "items": {"type": "array", "items": ITEM},
        "note": {"type": "string", "default": "-"},
    },
    "required": ["id", "kind", "count", "items"],
    "additionalProperties": False,
}  # fmt: skip


def changed(path: str, value: object) -> dict:
    """OLD with the value at a dotted path replaced; `...` takes it away."""
    new = copy.deepcopy(OLD)
    *steps, last = path.split("/")
    place = new
    for step in steps:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return new


def found(new: dict) -> list[str]:
    return breaks({"a.b.v1": OLD}, {"a.b.v1": new})


P = "properties"
INCOMPATIBLE = [
    (f"{P}/id", ..., "a.b.v1.id: removed"),
    ("required", ["id", "kind", "count", "items", "note"], "a.b.v1.note: made required"),
    ("required", ["id", "kind", "count"], "a.b.v1.items: made optional"),
    (f"{P}/id/pattern", "^[0-9a-f]+$", "a.b.v1.id: pattern changed (^[0-9]+$ -> ^[0-9a-f]+$)"),
    (f"{P}/id/pattern", ..., "a.b.v1.id: pattern changed (^[0-9]+$ -> None)"),
    (f"{P}/id/maxLength", 9, "a.b.v1.id: maxLength newly set (None -> 9)"),
    (f"{P}/id/enum", ["1"], "a.b.v1.id: restricted to a list of values"),
    (f"{P}/id/type", "integer", "a.b.v1.id: type changed (string -> integer)"),
    (f"{P}/id/type", ["string", "null"], "a.b.v1.id: null newly allowed"),
    (f"{P}/kind/type", "string", "a.b.v1.kind: null no longer allowed"),
    (f"{P}/kind/enum", ["x", None], "a.b.v1.kind: value removed: y"),
    (f"{P}/kind/enum", ["x", "y", "z", None], "a.b.v1.kind: value added: z"),
    (f"{P}/kind/enum", ..., "a.b.v1.kind: no longer restricted to a list of values"),
    (f"{P}/count/minimum", 2, "a.b.v1.count: minimum narrowed (1 -> 2)"),
    (f"{P}/count/minimum", 0, "a.b.v1.count: minimum widened (1 -> 0)"),
    (f"{P}/count/maximum", 98, "a.b.v1.count: maximum narrowed (99 -> 98)"),
    (f"{P}/count/maximum", 100, "a.b.v1.count: maximum widened (99 -> 100)"),
    (f"{P}/count/maximum", ..., "a.b.v1.count: maximum lifted (99 -> None)"),
    (f"{P}/items/items/{P}/n/type", "string", "a.b.v1.items[].n: type changed (integer -> string)"),
    (f"{P}/items/items", ..., "a.b.v1.items: items changed"),
    (f"{P}/note/default", "?", "a.b.v1.note: default changed"),
    (f"{P}/note/default", ..., "a.b.v1.note: default changed"),
    (f"{P}/new", {"type": "string"}, "a.b.v1.new: added without a default"),
    ("additionalProperties", True, "a.b.v1: additionalProperties changed (False -> True)"),
]


@pytest.mark.parametrize(("path", "value", "said"), INCOMPATIBLE, ids=[said for _, _, said in INCOMPATIBLE])
def test_incompatible(path, value, said):
    assert found(changed(path, value)) == [said]


def test_a_new_required_field_is_incompatible():
    new = changed(f"{P}/new", {"type": "string"})
    new["required"] = [*OLD["required"], "new"]
    assert found(new) == ["a.b.v1.new: added as required"]


def test_a_removed_version_is_incompatible():
    assert breaks({"a.b.v1": OLD, "a.c.v1": OLD}, {"a.c.v1": OLD}) == ["a.b.v1: removed"]


COMPATIBLE = [
    (f"{P}/new", {"type": "integer", "default": 0}),
    (f"{P}/note/description", "said better"),
    ("description", "Was already."),
    ("title", "other"),
    (f"{P}/kind/enum", [None, "y", "x"]),
    (f"{P}/kind/type", ["null", "string"]),
    ("required", ["items", "count", "kind", "id"]),
]


@pytest.mark.parametrize(("path", "value"), COMPATIBLE)
def test_compatible(path, value):
    assert found(changed(path, value)) == []


def test_new_types_and_versions_are_compatible():
    assert breaks({"a.b.v1": OLD}, {"a.b.v1": OLD, "a.b.v2": {}, "a.c.v1": {}}) == []
