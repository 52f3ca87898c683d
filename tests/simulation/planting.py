"""How known bugs are planted: small patches, registered by name, taken out again afterwards."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Bug:
    """A planted bug: what it is, and the patches that make it."""

    name: str
    meaning: str
    plant: Callable[[], Sequence[Any]]

    @contextmanager
    def planted(self) -> Iterator[None]:
        made = self.plant()
        for one in made:
            one.start()
        try:
            yield
        finally:
            for one in reversed(made):
                one.stop()


BUGS: list[Bug] = []


def bug(meaning: str) -> Callable[[Callable[[], Sequence[Any]]], Callable[[], Sequence[Any]]]:
    def register(plant: Callable[[], Sequence[Any]]) -> Callable[[], Sequence[Any]]:
        BUGS.append(Bug(plant.__name__.replace("_", "-"), meaning, plant))
        return plant

    return register
