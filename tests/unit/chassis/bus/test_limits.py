from hypothesis import given
from hypothesis import strategies as st

from services.chassis.bus.abstract import Message
from services.chassis.bus.limits import MAX_MESSAGE_BYTES, HeldBackError, MessageTooLargeError, screen, size_of

KEY_BYTES = len(b"key")


def test_a_message_of_just_the_limit_is_taken_and_one_more_byte_is_not() -> None:
    fits = Message("topic", "key", b"x" * (MAX_MESSAGE_BYTES - KEY_BYTES), {})
    assert screen([fits]).outcomes == [None]
    (outcome,) = screen([Message("topic", "key", fits.value + b"x", {})]).outcomes
    assert isinstance(outcome, MessageTooLargeError)


def test_headers_count_in_bytes() -> None:
    message = Message("topic", "key", b"", {"name": "가" * (MAX_MESSAGE_BYTES // 3)})
    assert size_of(message) == KEY_BYTES + len(b"name") + MAX_MESSAGE_BYTES // 3 * 3
    assert isinstance(screen([message]).outcomes[0], MessageTooLargeError)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=12))
def test_nothing_overtakes_a_refused_message_of_its_key(given_messages: list[tuple[str, bool]]) -> None:
    huge = bytes(MAX_MESSAGE_BYTES + 1)
    screened = screen([Message("topic", key, huge if large else b"", {}) for key, large in given_messages])
    refused: set[str] = set()
    for (key, large), outcome in zip(given_messages, screened.outcomes, strict=True):
        if key in refused:
            assert isinstance(outcome, HeldBackError)
        elif large:
            assert isinstance(outcome, MessageTooLargeError)
            refused.add(key)
        else:
            assert outcome is None
    assert screened.accepted == [index for index, outcome in enumerate(screened.outcomes) if outcome is None]


def test_one_key_on_two_topics_is_two_keys() -> None:
    outcomes = screen([Message("a", "key", bytes(MAX_MESSAGE_BYTES + 1), {}), Message("b", "key", b"", {})]).outcomes
    assert [outcome is None for outcome in outcomes] == [False, True]
