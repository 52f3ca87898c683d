"""A map that is never changed: a changed copy shares all but a small part with the original."""

import zlib
from collections.abc import Iterator, Mapping
from typing import Final, Generic, TypeVar

V = TypeVar("V")
SHARDS: Final = 128


class PersistentMap(Mapping[str, V], Generic[V]):
    """An immutable mapping by text. A put copies one of 128 shards, so that folding long streams stays linear.

    The order of iteration depends on the keys alone, never on the process (`hash` of text does), and says nothing about
    the order of puts.
    """

    __slots__ = ("_length", "_shards")

    def __init__(self, shards: tuple[Mapping[str, V], ...] = ({},) * SHARDS, length: int = 0) -> None:
        self._shards: Final = shards
        self._length: Final = length

    def put(self, key: str, value: V) -> "PersistentMap[V]":
        """A map with `key` set to `value`."""
        place = _shard(key)
        shard = self._shards[place]
        return self._replaced(place, {**shard, key: value}, self._length + (key not in shard))

    def drop(self, key: str) -> "PersistentMap[V]":
        """A map without `key`; this very one when it has no such key."""
        place = _shard(key)
        shard = self._shards[place]
        if key not in shard:
            return self
        return self._replaced(place, {k: v for k, v in shard.items() if k != key}, self._length - 1)

    def __getitem__(self, key: str) -> V:
        return self._shards[_shard(key)][key]

    def __iter__(self) -> Iterator[str]:
        for shard in self._shards:
            yield from sorted(shard)

    def __len__(self) -> int:
        return self._length

    def __repr__(self) -> str:
        return f"PersistentMap({dict(self)!r})"

    def _replaced(self, place: int, shard: Mapping[str, V], length: int) -> "PersistentMap[V]":
        return PersistentMap((*self._shards[:place], shard, *self._shards[place + 1 :]), length)


def _shard(key: str) -> int:
    return zlib.crc32(key.encode()) % SHARDS
