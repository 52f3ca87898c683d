"""The canonical form is RFC 8785, as an independent implementation has it, and the hash covers all of the envelope."""

import json
from dataclasses import replace

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from contracts import verify
from contracts.envelope import GENESIS, MAX_SAFE_INTEGER, Envelope, canonical, digest, from_json, sealed, storable

KEYS = st.text(st.characters(max_codepoint=127), max_size=8)
INTEGERS = st.integers(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER)
SCALARS = st.none() | st.booleans() | INTEGERS | st.text(max_size=12)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
ENVELOPE = sealed(
    Envelope(
        event_id="e", source="sample", stream_id="sample-1", version=1, type="sample.happened", schema_version=1,
        data={"a": 1, "b": ["가"]}, metadata={"actor": "x"}, occurred_at="o", recorded_at="r", previous_hash=GENESIS,
    )
)  # fmt: skip


@given(VALUES)
def test_canonical_is_rfc_8785(value):
    assert storable(value)
    assert canonical(value) == rfc8785.dumps(value)


@given(VALUES)
def test_the_verifier_has_the_same_form(value):
    assert verify.canonical("here", value) == canonical(value)


@given(VALUES)
def test_reading_it_back_changes_nothing(value):
    assert canonical(json.loads(canonical(value))) == canonical(value)


@pytest.mark.parametrize(
    "value",
    [0.0, 1e300, float("nan"), MAX_SAFE_INTEGER + 1, -MAX_SAFE_INTEGER - 1, "\udc00", {"é": 1}, {1: 1}, (1,), b""],
)
def test_what_has_no_canonical_form_here_is_not_storable(value):
    assert not storable(value)
    assert not storable([value])
    assert not storable({"in": {"side": [value]}})


def test_the_hash_covers_every_field_but_itself():
    changed = {name: value + 1 if isinstance(value, int) else {"x": 1} for name, value in ENVELOPE.content().items()}
    changed |= {name: value + "x" for name, value in ENVELOPE.content().items() if isinstance(value, str)}
    for name, value in changed.items():
        other = replace(ENVELOPE, **{name: value})
        assert digest(other.content()) != ENVELOPE.hash, name
    assert digest(replace(ENVELOPE, hash="x").content()) == ENVELOPE.hash


def test_an_envelope_comes_back_from_its_json():
    assert from_json(json.loads(canonical(ENVELOPE.as_json()))) == ENVELOPE


@pytest.mark.parametrize(
    "change",
    [
        {"extra": 1},
        {"version": "1"},
        {"version": True},
        {"data": []},
        {"metadata": None},
        {"hash": 5},
        {"source": None},
    ],
)
def test_what_is_not_an_envelope_is_refused(change):
    with pytest.raises(ValueError, match=r"envelope|must be"):
        from_json({**ENVELOPE.as_json(), **change})


def test_an_envelope_with_a_field_missing_is_refused():
    for name in ENVELOPE.as_json():
        with pytest.raises(ValueError, match=name):
            from_json({key: value for key, value in ENVELOPE.as_json().items() if key != name})
