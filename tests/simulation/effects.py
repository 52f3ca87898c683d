"""The effects hook of a simulated process: every effect waits for its turn, and may go wrong."""

from collections.abc import Callable, Sequence
from typing import Any

from services.chassis.bus.abstract import BusError, Message
from services.chassis.bus.local import LocalBus, LocalPublisher
from tests.simulation import faults
from tests.simulation.scheduler import Killed, SimulatedLock


class SimulatedEffects:
    """The hook of one place where a process runs. `process` is who runs there now; outside of tasks effects just
    happen.
    """

    def __init__(self) -> None:
        self.world: Any = None
        self.process: Any = None
        self.partly: int | None = None

    def lock(self) -> SimulatedLock:
        process = self.process
        return SimulatedLock(self.world.scheduler, lambda: process.alive)

    def perform(self, effect: str, where: str, action: Callable[[], Any]) -> Any:
        world, process = self.world, self.process
        scheduler = world.scheduler
        task = scheduler.current
        if task is None:
            return action()
        if not process.alive:
            raise Killed
        task.effects += 1
        scheduler.pause(where)
        if effect == "commit":
            world.stored.add(process.service.name)
        world.coverage[effect, where, "reached"] += 1
        drawn = world.faults.draw(task.name, task.effects, effect, where)
        if drawn is None:
            world.note(f"{effect} {where}")
            return action()
        fault, name = drawn
        world.note(f"{effect} {where} !! {fault} [{name}]")
        world.fired.append(name)
        world.coverage[effect, where, fault] += 1
        return self._disturbed(effect, fault, action)

    def _disturbed(self, effect: str, fault: str, action: Callable[[], Any]) -> Any:
        if fault == faults.FAILED:
            raise faults.error_of(effect, fault)
        if fault == faults.LATE:
            return []
        if fault == faults.TWICE:
            action()
            return action()
        if fault == faults.PARTLY:
            self.partly = self.world.scheduler.steps
            try:
                return action()
            finally:
                self.partly = None
        if fault != faults.CRASH_BEFORE:
            action()
        if fault == faults.LOST:
            raise faults.error_of(effect, fault)
        self.world.crash(self.process)
        raise Killed


class SimulatedPublisher(LocalPublisher):
    """Fails for some keys when told so: of their messages some may have been written, and none is acknowledged."""

    def _send(self, messages: Sequence[Message]) -> Sequence[BaseException | None]:
        partly = self._effects.partly
        if partly is None:
            return super()._send(messages)
        keys = sorted({message.key for message in messages})
        failing = {key for number, key in enumerate(keys) if (number + partly) % 2}
        bad = [index for index, message in enumerate(messages) if message.key in failing]
        unwritten = set(bad[partly % (len(bad) + 1) :])
        sent = [message for index, message in enumerate(messages) if index not in unwritten]
        outcomes = iter(super()._send(sent))
        result = [None if index in unwritten else next(outcomes) for index in range(len(messages))]
        lost = BusError("simulated: not acknowledged")
        return [lost if index in set(bad) else outcome for index, outcome in enumerate(result)]


class SimulatedBus(LocalBus):
    """The local bus with a publisher that can fail in part."""

    def publisher(self) -> SimulatedPublisher:
        return SimulatedPublisher(self._log, self._clock, self._effects)
