import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka.partitioner import murmur2 as kafkas_murmur2

from services.chassis.bus.partitioning import murmur2, partition_of


@given(st.binary(max_size=200))
def test_keys_hash_as_in_kafka(data: bytes) -> None:
    assert murmur2(data) == kafkas_murmur2(data)


# From the tests of Kafka's Java client (UtilsTest.testMurmur2), which prints signed numbers.
@pytest.mark.parametrize(
    ("data", "expected"),
    [(b"21", -973932308), (b"foobar", -790332482), (b"a-little-bit-long-string", -985981536)],
)
def test_keys_hash_as_in_java(data: bytes, expected: int) -> None:
    assert murmur2(data) == expected & 0xFFFFFFFF


@given(st.text(max_size=60), st.integers(1, 50))
def test_every_key_has_a_partition_and_keeps_it(key: str, partitions: int) -> None:
    assert 0 <= partition_of(key, partitions) < partitions
    assert partition_of(key, partitions) == (kafkas_murmur2(key.encode()) & 0x7FFFFFFF) % partitions
