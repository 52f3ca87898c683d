"""The scheduler: all tasks are greenlets of one thread, and chance says whose turn it is.

A step is one turn of one task: it carries out the effect at which it waits and computes on to its next one. Nothing
else runs meanwhile, so a run is its order of turns and nothing more.
"""

from collections.abc import Callable
from random import Random
from time import sleep

from greenlet import getcurrent, greenlet

OUTSIDE_SECONDS, MOST_WAITS = 0.05, 100
PAUSED, BLOCKED, SLEEPING, DONE = "paused", "blocked", "sleeping", "done"


class Killed(BaseException):
    """The process that a task was running in is dead; whatever it was doing ends here."""


class StuckError(Exception):
    """No task can go on, and none will be able to."""


class Task:
    """One thread of control. `process` is the process it runs in at present; a client has none between requests."""

    def __init__(self, name: str, work: Callable[[], None], hub: greenlet, weight: int) -> None:
        self.name, self.weight = name, weight
        self.process = None
        self.state = PAUSED
        self.at = "start"
        self.lock: SimulatedLock | None = None
        self.wake_at = 0
        self.effects = 0
        self.error: BaseException | None = None
        self._work = work
        self.greenlet = greenlet(self._run, parent=hub)

    def _run(self) -> None:
        try:
            self._work()
        except Killed:
            pass
        except BaseException as error:
            # What breaks while a dead process is cleared away is nothing that anybody could still see.
            if self.process is None or self.process.alive or not isinstance(error, Exception):
                self.error = error
        self.state = DONE


class Scheduler:
    """Owns the tasks. `current` is the task whose turn it is, or None outside of all of them."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._hub = getcurrent()
        self.tasks: list[Task] = []
        self.current: Task | None = None
        self.steps = 0
        self.ticks = 0
        self._waited = 0

    def spawn(self, name: str, work: Callable[[], None], weight: int = 4) -> Task:
        task = Task(name, work, self._hub, weight)
        self.tasks.append(task)
        return task

    def run_one(self) -> bool:
        """Give one task its turn; False when all are done. Sleepers wake by the ticks, one a step at least.

        Raises:
            StuckError: there are tasks, and all of them wait for each other.
        """
        ready = [task for task in self.tasks if self._ready(task)]
        if not ready:
            if not self.tasks:
                return False
            sleepers = [task.wake_at for task in self.tasks if task.state is SLEEPING]
            if not sleepers and self._outside():
                return True
            if not sleepers:
                waiting = ", ".join(f"{task.name} at {task.at}" for task in self.tasks)
                raise StuckError(f"nobody can go on: {waiting}")
            self.ticks = min(sleepers)
            return True
        task = ready[0] if len(ready) == 1 else self._chance.choices(ready, [task.weight for task in ready])[0]
        self.steps += 1
        self.ticks += 1
        self.resume(task)
        return True

    def _outside(self) -> bool:
        """Somebody waits for a lock of another program, which resolves circles by itself, in real time."""
        waiting = any(task.lock is not None and task.lock.outside for task in self.tasks if task.state is BLOCKED)
        self._waited = self._waited + 1 if waiting else 0
        if waiting:
            sleep(OUTSIDE_SECONDS)
        return waiting and self._waited < MOST_WAITS

    def _ready(self, task: Task) -> bool:
        state = task.state
        if state is SLEEPING:
            return task.wake_at <= self.ticks
        return state is PAUSED or (state is BLOCKED and task.lock.free())

    def resume(self, task: Task) -> None:
        before, self.current = self.current, task
        task.state = PAUSED
        try:
            task.greenlet.switch()
        finally:
            self.current = before
        self._settle(task)

    def kill(self, tasks: list[Task]) -> None:
        """End these tasks' present work: `Killed` is raised where they wait. Only from outside of all tasks."""
        for task in tasks:
            if task.state is DONE:
                continue
            self.current = task
            try:
                if task.greenlet:
                    task.greenlet.throw(Killed())
                else:
                    task.state = DONE
            finally:
                self.current = None
            self._settle(task)

    def _settle(self, task: Task) -> None:
        if task.state is DONE:
            self.tasks.remove(task)
        if task.error is not None:
            raise task.error

    def pause(self, at: str) -> None:
        """The present task waits for its next turn."""
        task = self.current
        task.state, task.at = PAUSED, at
        self._hub.switch()

    def sleep(self, steps: int, at: str = "asleep") -> None:
        """The present task lets so many steps of the others pass."""
        task = self.current
        task.state, task.at, task.wake_at = SLEEPING, at, self.ticks + steps
        self._hub.switch()

    def block(self, lock: "SimulatedLock") -> None:
        task = self.current
        task.state, task.at, task.lock = BLOCKED, "lock", lock
        self._hub.switch()
        task.lock = None


class SimulatedLock:
    """A lock among tasks: who has to wait gives its turn to others. `alive` says whether its process still is."""

    outside = False

    def __init__(self, scheduler: Scheduler, alive: Callable[[], bool] = lambda: True) -> None:
        self._scheduler, self._alive = scheduler, alive
        self._held = False

    def free(self) -> bool:
        return not self._held

    def acquire(self) -> bool:
        while self._held:
            if not self._alive():
                raise Killed
            if self._scheduler.current is None:
                raise StuckError("a lock is held by nobody")
            self._scheduler.block(self)
        if not self._alive():
            raise Killed
        self._held = True
        return True

    def release(self) -> None:
        self._held = False

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()
