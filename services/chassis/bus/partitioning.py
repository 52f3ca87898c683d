"""Which partition a key belongs to: murmur2, as Kafka's own clients choose, so that every adapter agrees with them."""

import struct
from functools import lru_cache

SEED = 0x9747B28C
MIX = 0x5BD1E995
WORD = 0xFFFFFFFF


def murmur2(data: bytes) -> int:
    """The 32-bit MurmurHash2 that Kafka's default partitioner takes of a key."""
    length = len(data)
    words = length >> 2
    result = SEED ^ length
    for word in struct.unpack_from(f"<{words}I", data):
        mixed = (word * MIX) & WORD
        mixed = ((mixed ^ (mixed >> 24)) * MIX) & WORD
        result = ((result * MIX) & WORD) ^ mixed
    rest = data[words << 2 :]
    if rest:
        result = ((result ^ int.from_bytes(rest, "little")) * MIX) & WORD
    result = ((result ^ (result >> 13)) * MIX) & WORD
    return result ^ (result >> 15)


@lru_cache(maxsize=65_536)
def partition_of(key: str, partitions: int) -> int:
    """The partition of `key` among `partitions`. Cached: a stream's key recurs with each of its events."""
    return (murmur2(key.encode()) & 0x7FFFFFFF) % partitions
