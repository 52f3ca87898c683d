"""Records of kafka-python as records of the port."""

from collections.abc import Iterable
from typing import Any

from services.chassis.bus.abstract import Record


def record_of(read: Any) -> Record:
    """What anybody may have written can be read: bytes that are no UTF-8 become replacement characters, a header
    without a value is empty, and of two headers of one name the later counts.
    """
    key: bytes | None = read.key
    return Record(
        read.topic,
        read.partition,
        read.offset,
        None if key is None else key.decode("utf-8", "replace"),
        read.value,
        {name: "" if value is None else value.decode("utf-8", "replace") for name, value in read.headers},
        read.timestamp,
    )


def records_of(batches: Iterable[Iterable[Any]]) -> list[Record]:
    """All records of a poll, partition by partition."""
    return [record_of(read) for batch in batches for read in batch]
