"""Events that are taken in together: few transactions, and the same outcome as one by one."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from contracts.registration import SeatBooked
from services.chassis import replay, tables
from services.chassis.intake import TOGETHER
from services.chassis.service import CommandDefinition, Unit
from services.chassis.store import ConcurrencyError
from tests.unit.chassis.core import sample
from tests.unit.chassis.core.flow_conformance import filled, filled_again, intake, opened, record
from tests.unit.chassis.core.stage import Stage, rows, stored_events


@dataclass(frozen=True)
class Tally:
    """Counts, on one stream for all bookings, how many seats were mirrored before."""

    briefing_id: str
    mirrored: int
    fair_id: str = sample.FAIR


def tally(unit: Unit, command: Tally) -> dict[str, Any]:
    loaded = unit.load(sample.BRIEFING, "tally")
    unit.record(loaded, [sample.scheduled(sample.Schedule(command.briefing_id, 100 + command.mirrored))])
    return {}


def tallying(reader, event) -> Iterator[Tally]:
    yield Tally(event.data["briefing_id"], len(reader.find(sample.MIRROR)))


def tally_service():
    """Each booking leads to an event that says what was there before it: order and sight of the others show."""
    service = sample.mirror_service()
    return replace(
        service, commands=(CommandDefinition(Tally, tally, {}),), reactions={SeatBooked.TYPE: (tallying,)}
    )  # fmt: skip


def delivered(source):
    return opened(*[record(event, offset) for offset, event in enumerate(stored_events(source))])


def commits(application, monkeypatch) -> list[str]:
    """Where transactions were committed, from now on."""
    seen: list[str] = []
    perform = application.database.effects.perform

    def counting(effect, where, action):
        if effect == "commit":
            seen.append(where)
        return perform(effect, where, action)

    monkeypatch.setattr(application.database.effects, "perform", counting)
    return seen


def tallied(application) -> list[tuple[int, int]]:
    return [(event.version, event.data["seats"]) for event in stored_events(application)]


class GroupingConformance:
    def test_events_with_reactions_share_transactions(self, stage: Stage, monkeypatch) -> None:
        source, _ = filled(stage, seats=2 * TOGETHER)
        target = stage.application(sample.mirror_service())
        taking, _ = intake(target)
        seen = commits(target, monkeypatch)
        taken = taking.take(delivered(source))
        assert (taken.handled, taken.caused) == (2 * TOGETHER, 2 * TOGETHER)
        assert seen == ["intake"] * 3

    def test_each_reaction_sees_all_that_came_before_it_and_nothing_more(self, stage: Stage) -> None:
        source, _ = filled(stage, seats=8)
        target = stage.application(tally_service())
        taking, _ = intake(target)
        taking.take(delivered(source))
        assert tallied(target) == [(number + 1, 100 + number) for number in range(8)]
        assert replay.compare(target).differences == ()

    def test_the_outcome_is_that_of_one_by_one(self, stage: Stage) -> None:
        source, _ = filled(stage, seats=8)
        together, apart = (stage.application(tally_service(), name) for name in ("together", "apart"))
        intake(together)[0].take(delivered(source))
        for arrival in delivered(source):
            intake(apart)[0].take([arrival])
        assert [event.event_id for event in stored_events(together)] == [
            event.event_id for event in stored_events(apart)
        ]
        assert tallied(together) == tallied(apart)

    def test_a_reaction_that_breaks_parks_its_event_and_undoes_nothing_else(self, stage: Stage) -> None:
        source, _ = filled(stage, seats=3)
        _, fourth = filled_again(source)
        target = stage.application(tally_service())
        broken = {event.stream_id for event in stored_events(source) if event.data["briefing_id"] == fourth}

        def failing(reader, event):
            if event.data["briefing_id"] == fourth:
                raise ZeroDivisionError
            return tallying(reader, event)

        service = replace(target.service, reactions={SeatBooked.TYPE: (failing,)})
        taking, _ = intake(stage.again(target, service))
        taken = taking.take(delivered(source))
        # The one behind the broken one waits with it.
        assert (taken.parked, tallied(target)) == (2, [(1, 100), (2, 101), (3, 102)])
        assert {row["stream_id"] for row in rows(target, tables.parked)} == broken

    def test_what_is_rolled_back_is_in_no_cache(self, stage: Stage, monkeypatch) -> None:
        source, _ = filled(stage, seats=3)
        target = stage.application(tally_service())
        taking, _ = intake(target)
        write, failures = target.writer.write, iter([None, ConcurrencyError("moved")])

        def moved(connection, wanted):
            write(connection, wanted)
            failure = next(failures, None)
            if failure is not None:
                raise failure

        monkeypatch.setattr(target.writer, "write", moved)
        assert taking.take(delivered(source)).caused == 3
        assert tallied(target) == [(1, 100), (2, 101), (3, 102)]

    def test_a_stream_that_does_not_come_to_rest_does_not_hold_up_the_others(self, stage: Stage, monkeypatch) -> None:
        source, _ = filled(stage, seats=3)
        target = stage.application(tally_service())
        taking, _ = intake(target)
        write = target.writer.write

        def moved(connection, wanted):
            if wanted.events and wanted.events[0].version == 3:
                raise ConcurrencyError("moved")
            write(connection, wanted)

        monkeypatch.setattr(target.writer, "write", moved)
        with pytest.raises(ConcurrencyError):
            taking.take(delivered(source))
        assert tallied(target) == [(1, 100), (2, 101)]
