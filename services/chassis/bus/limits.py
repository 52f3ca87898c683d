"""What no bus takes, refused before it is sent: both adapters then answer alike, and order within a key is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.chassis.bus.abstract import BusError, Message

# Below Kafka's 1 MiB for a whole batch, with room for its framing; events are limited to less when they are appended.
MAX_MESSAGE_BYTES: Final = 1_000_000


class MessageTooLargeError(BusError):
    """The message can never be sent as it is."""


class HeldBackError(BusError):
    """An earlier message of the same key failed; this one would overtake it."""


def size_of(message: Message) -> int:
    """Bytes of key, value and headers together."""
    text = "".join((message.key, *message.headers, *message.headers.values()))
    return len(text.encode()) + len(message.value)


@dataclass(frozen=True, slots=True)
class Screened:
    """Messages to be sent, what became of each so far, and the indexes of those that may go."""

    given: Sequence[Message]
    outcomes: list[BaseException | None]
    accepted: list[int]

    def messages(self) -> list[Message]:
        return [self.given[index] for index in self.accepted]


def screen(messages: Sequence[Message]) -> Screened:
    """Refuse what is too large, and with it what follows of the same key."""
    outcomes: list[BaseException | None] = [None] * len(messages)
    accepted: list[int] = []
    failed: set[tuple[str, str]] = set()
    for index, message in enumerate(messages):
        key = (message.topic, message.key)
        if key in failed:
            outcomes[index] = held_back(message)
        elif size_of(message) > MAX_MESSAGE_BYTES:
            outcomes[index] = MessageTooLargeError(
                f"a message for {message.topic} has {size_of(message)} bytes; at most {MAX_MESSAGE_BYTES} are taken"
            )
            failed.add(key)
        else:
            accepted.append(index)
    return Screened(messages, outcomes, accepted)


def held_back(message: Message) -> HeldBackError:
    """Why a message was not sent although nothing is wrong with it."""
    return HeldBackError(f"an earlier message of the same key on {message.topic} failed")
