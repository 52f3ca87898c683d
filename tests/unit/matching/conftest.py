"""An office of matching that knows a fair with two buyers and three SMEs."""

from collections.abc import Iterator

import pytest
from matching_office import Fair, Office


@pytest.fixture
def fair() -> Fair:
    return Fair()


@pytest.fixture
def office(tmp_path, fair) -> Iterator[Office]:
    office = Office(tmp_path)
    office.take_in(*fair.opening())
    # The fair lies in the past, and so does the date by which requests were to be answered.
    office.tick()
    yield office
    office.close()
