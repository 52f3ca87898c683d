"""Lifting old versions, proven on a contract of its own: a parcel, which no service publishes."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.catalogue import CATALOGUE, Catalogue, UnknownEventError
from contracts.event import Event, on_stream
from contracts.examples import example_data
from contracts.fields import Code, Count, Flag, Identifier, Title

TYPE = "test_upcasting.parcel-sent"
IDS = st.uuids().map(str)


@on_stream("parcel", name="parcel-sent")
class ParcelSentV1(Event):
    """A parcel left. Weight in kilograms."""

    parcel_id = Identifier()
    kilograms = Count(most=1000)


@on_stream("parcel", version=2, name="parcel-sent")
class ParcelSentV2(Event):
    """A parcel left. Weight in grams."""

    parcel_id = Identifier()
    grams = Count()
    label = Title(allow_none=True)


@on_stream("parcel", version=3)
class ParcelSent(Event):
    """A parcel left. It says by what service."""

    parcel_id = Identifier()
    grams = Count()
    label = Title(allow_none=True)
    service = Code(("unknown", "post", "courier"))
    fragile = Flag(required=False, load_default=False)


def in_grams(data: Mapping[str, Any]) -> dict[str, Any]:
    return {"parcel_id": data["parcel_id"], "grams": data["kilograms"] * 1000, "label": None}


def with_service(data: Mapping[str, Any]) -> dict[str, Any]:
    return {**data, "service": "unknown"}


VERSIONS = (ParcelSentV1, ParcelSentV2, ParcelSent)
UPCASTERS = {(TYPE, 1): in_grams, (TYPE, 2): with_service}
PARCELS = Catalogue(VERSIONS, UPCASTERS)
STORED = st.one_of(
    st.tuples(st.just(1), st.fixed_dictionaries({"parcel_id": IDS, "kilograms": st.integers(0, 1000)})),
    st.tuples(
        st.just(2),
        st.fixed_dictionaries(
            {"parcel_id": IDS, "grams": st.integers(0, 10**9), "label": st.sampled_from([None, "책", "부품 상자"])}
        ),
    ),
)


@given(STORED)
def test_every_old_version_becomes_a_valid_newest_one(stored):
    version, data = stored
    assert PARCELS.schema(TYPE, version).checked(data) == data
    before = dict(data)
    lifted = PARCELS.lifted(TYPE, version, data)
    assert data == before
    assert ParcelSent.checked(lifted) == {**lifted, "fragile": False}
    assert lifted["grams"] == data.get("grams", data.get("kilograms", 0) * 1000)


def test_every_version_has_an_example_that_lifts():
    for event in VERSIONS:
        ParcelSent.checked(PARCELS.lifted(TYPE, event.VERSION, example_data(event)))


def test_the_newest_version_is_the_very_same_object():
    data = example_data(ParcelSent)
    assert PARCELS.lifted(TYPE, 3, data) is data


@pytest.mark.parametrize("version", [-1, 0, 4, 999])
def test_unknown_versions_are_said_to_be_unknown(version):
    assert not PARCELS.knows(TYPE, version)
    with pytest.raises(UnknownEventError):
        PARCELS.lifted(TYPE, version, {})
    with pytest.raises(UnknownEventError):
        PARCELS.schema(TYPE, version)


def test_unknown_types_are_said_to_be_unknown():
    with pytest.raises(UnknownEventError):
        PARCELS.lifted("test_upcasting.parcel-lost", 1, {})


@pytest.mark.parametrize("gone", [(TYPE, 1), (TYPE, 2)])
def test_a_missing_upcaster_is_refused_when_the_catalogue_is_built(gone):
    with pytest.raises(ValueError, match="upcaster"):
        Catalogue(VERSIONS, {key: value for key, value in UPCASTERS.items() if key != gone})


def test_a_missing_old_version_is_refused_when_the_catalogue_is_built():
    with pytest.raises(ValueError, match="version 2"):
        Catalogue((ParcelSentV1, ParcelSent), UPCASTERS)


def test_one_version_twice_is_refused():
    with pytest.raises(ValueError, match="one type and version"):
        Catalogue((ParcelSentV1, ParcelSentV1), {})


def test_every_published_old_version_lifts():
    for event in CATALOGUE.events:
        newest = CATALOGUE.schema(event.TYPE, CATALOGUE.latest_version(event.TYPE))
        newest.checked(CATALOGUE.lifted(event.TYPE, event.VERSION, example_data(event)))
