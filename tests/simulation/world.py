"""The world of one run: processes on real stores and a real bus, their crashes and restarts, and what nature does."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError

from services.chassis.bus.abstract import Message
from services.chassis.relay import topic
from services.chassis.resolution import ParkedRecords
from services.chassis.service import Service
from services.suite import SERVICES
from tests.simulation.choices import Choices, SimulatedClock, SimulatedEntropy, SimulatedIds
from tests.simulation.faults import Faults, Nature
from tests.simulation.grounds import PLACES, FileGround
from tests.simulation.history import History
from tests.simulation.processes import Process
from tests.simulation.scheduler import PAUSED, SLEEPING, Scheduler, SimulatedLock, Task

STRANGER = "stranger-"
"""How the keys of records begin that no service wrote."""
POISON = "not an event envelope: JSONDecodeError"


class Violation(BaseException):
    """A promise was broken. `rule` names it."""

    def __init__(self, rule: str, detail: str) -> None:
        super().__init__(f"{rule}: {detail}")
        self.rule, self.detail = rule, detail


class World:
    """Everything of one run. `replicas` says how many processes each service has."""

    def __init__(self, ground: FileGround, choices: Choices, faults: Faults, *, replicas: dict[str, int]) -> None:
        chance = choices.stream("world")
        self.ground, self.choices, self.faults = ground, choices, faults
        self.clock = SimulatedClock()
        self.ids = SimulatedIds(self.clock, choices.seed)
        self.entropy = SimulatedEntropy(choices.seed)
        self.scheduler = Scheduler(choices.stream("schedule"))
        self.history = History()
        self.coverage: Counter[tuple[str, str, str]] = Counter()
        self.fired: list[str] = []
        self.poison: list[str] = []
        self.stored: set[str] = set()
        self._stalls: list[int] = []
        self._operators: dict[str, Task] = {}
        self._naps = choices.stream("naps")
        self.resting = False
        self._latest = self.clock.at
        self.batches = {name: chance.choice((1, 2, 5, 20)) for name in ("consumer", "timers")}
        self.batches["relay"] = chance.choice((1, 3, 10, 20))
        self.pace = timedelta(milliseconds=chance.choice((10, 100, 1_000, 5_000)))
        self.places = [(service, number) for service, number in PLACES if number <= replicas.get(service.name, 1)]
        self.lives: Counter[tuple[str, int]] = Counter()
        self.processes: dict[tuple[str, int], Process] = {}
        self._dying: list[Process] = []
        self._restarts: list[tuple[int, Service, int]] = []
        self._nature = list(faults.nature)
        self._files = {service.name: SimulatedLock(self.scheduler) for service in SERVICES}

    def file_lock(self, service: str) -> SimulatedLock | None:
        """The one writer of a SQLite file; a server has locks of its own."""
        return self._files[service] if self.ground.locks_files else None

    def begin_at(self, moment: str) -> None:
        self.clock.at = self._latest = datetime.fromisoformat(moment)

    def start(self, *, loops: bool = True) -> None:
        for service, number in self.places:
            self.boot(service, number, loops=loops)

    def boot(self, service: Service, number: int, *, loops: bool = True) -> None:
        place = service.name, number
        self.lives[place] += 1
        name = f"{service.name}/{number}" + (f".{self.lives[place]}" if self.lives[place] > 1 else "")
        process = Process(self, service, name, self.ground.databases[place], self.ground.bus)
        self.processes[place] = process
        if loops:
            chance = self.choices.stream("weights", name)
            for loop in process.steps():
                task = self.scheduler.spawn(
                    f"{name} {loop}", lambda loop=loop: process.loop(loop), chance.choice((1, 4, 4, 12))
                )
                task.process = process

    def crash(self, process: Process) -> None:
        """The process is dead from now on; its tasks end before the next step."""
        process.alive = False
        self._dying.append(process)

    def step(self) -> bool:
        """One step of the run; False when no task is left."""
        self.clock.at += self.pace
        while self._nature and self._nature[0].step <= self.scheduler.steps:
            self._happen(self._nature.pop(0))
        if self._restarts:
            self._restart()
        more = self.scheduler.run_one()
        if self._dying:
            self.bury()
        if self._stalls:
            self._stall_between()
        return more

    def bury(self) -> None:
        for process in self._dying:
            self.scheduler.kill([task for task in self.scheduler.tasks if task.process is process])
            process.sever()
            number = int(process.name.split("/")[1].split(".")[0])
            chance = self.choices.stream("restart", process.name)
            self._restarts.append((self.scheduler.ticks + chance.randint(1, 60), process.service, number))
        self._dying.clear()

    def _restart(self) -> None:
        due = [entry for entry in self._restarts if entry[0] <= self.scheduler.ticks or self.faults.quiet]
        self._restarts = [entry for entry in self._restarts if entry not in due]
        for _, service, number in due:
            self.note(f"{service.name}/{number} starts again", "world")
            self.boot(service, number)

    def _happen(self, nature: Nature) -> None:
        self.fired.append(nature.name)
        chance = self.choices.stream("nature", nature.step)
        self.note(f"{nature.kind} {nature.amount} [{nature.name}]", "nature")
        if nature.kind == "jump":
            self.clock.jump(timedelta(seconds=chance.choice((20, 600, 3_600, 86_400 * 20)) * nature.amount / 1_000))
        elif nature.kind == "back":
            self._latest = max(self._latest, self.clock.at)
            self.clock.jump(-timedelta(seconds=nature.amount / 10))
        elif nature.kind == "stall":
            self._stalls.append(60 + nature.amount // 4)
        elif nature.kind == "poison":
            self._poison(chance.choice(("registration", "matching", "consultation")), nature.amount)
        elif nature.kind == "restart":
            process = self.processes[chance.choice(sorted(self.processes))]
            if process.alive:
                self.crash(process)
                self.bury()
        else:
            process = self.processes[chance.choice(sorted(self.processes))]
            if process.alive and process.consumer._subscriber is not None and not self._busy(process, "consumer"):
                process.consumer.close()

    def _poison(self, service: str, number: int) -> None:
        """A stranger writes what is no event; operators of whoever reads it look after it some time later."""
        for process in self.processes.values():
            if process.alive:
                publisher = process.bus.publisher()
                publisher.send([Message(topic(service), f"{STRANGER}{number}", b"no event", {})])
                publisher.close()
                break
        self.poison = [POISON]
        for reader in SERVICES:
            if service in reader.subscriptions:
                name = f"operator of {reader.name} {number}"
                task = self.scheduler.spawn(name, lambda name=name, reader=reader: self._operate(name, reader.name))
                self._operators[name] = task

    def _operate(self, name: str, service: str) -> None:
        """Retries, then discards what is parked; an operator whose process dies or who meets an error gives up."""
        chance, task = self.choices.stream(name), self._operators[name]
        self.scheduler.sleep(chance.randint(20, 200), "away")
        alive = self.alive(service)
        if not alive:
            return
        task.process = process = chance.choice(alive)
        records = ParkedRecords(process.application, process.parking)
        try:
            if chance.random() < 0.5:
                records.retry(None, "operator-1")
            for parked in process.parking.listed():
                records.discard(parked.parked_id, "operator-1")
        except DBAPIError as error:
            self.note(f"operator gives up: {type(error).__name__}")

    def _stall(self, process: Process, ticks: int) -> None:
        """A process gets no turn for so long that its leases end, and whoever shares its group looks for news."""
        self.clock.jump(timedelta(seconds=11))
        for task in self.scheduler.tasks:
            if task.process is process and task.state is PAUSED:
                task.state, task.wake_at = SLEEPING, self.scheduler.ticks + ticks
        self.news("consumer", *process.service.subscriptions)

    def _stall_between(self) -> None:
        """The worst moment for it: a consumer has looked at its inbox and is about to write."""
        for task in self.scheduler.tasks:
            if task.state is PAUSED and task.at == "begin" and task.name.endswith("consumer"):
                self.note(f"stalls before it writes: {task.process.name}", "nature")
                self._stall(task.process, self._stalls.pop())
                return

    def _busy(self, process: Process, loop: str) -> bool:
        return any(
            task.process is process and task.name.endswith(loop) and task.at not in {"idle", "start"}
            for task in self.scheduler.tasks
        )

    def calm(self) -> None:
        """No more faults, and everybody is up: from now on everything must come to rest."""
        self.faults.quiet = True
        self._stalls.clear()
        # A clock that was put back goes on until what was due before is due again.
        self.clock.at = max(self._latest, self.clock.at) + timedelta(seconds=1)
        self._nature.clear()
        self._restart()

    def alive(self, service: str) -> Sequence[Process]:
        return [process for (name, _), process in sorted(self.processes.items()) if name == service and process.alive]

    def any_of(self, service: str) -> Process:
        return self.alive(service)[0]

    def news(self, loop: str, *services: str) -> None:
        """Wake whoever waits for it, soon: the relays of a service that stored, the consumers of what was sent."""
        for task in self.scheduler.tasks:
            process = task.process
            if task.state is SLEEPING and task.at == "idle" and task.name.endswith(loop):
                heard = {process.service.name} if loop == "relay" else set(process.service.subscriptions)
                if heard & set(services):
                    task.wake_at = min(task.wake_at, self.scheduler.ticks + self._naps.randint(1, 12))

    def note(self, what: str, who: str = "") -> None:
        task: Task | None = self.scheduler.current
        self.history.add(self.scheduler.steps, self.clock.at, who or (task.name if task else "world"), what)

    def parked(self, process: Process, reasons: Sequence[str]) -> None:
        self.note(f"parked: {'; '.join(reasons)}")
        for reason in reasons:
            if reason not in self.poison:
                raise Violation("parked", f"{process.name} parked a good event: {reason}")

    def unexpected(self, process: Process, what: str, error: Exception) -> None:
        raise Violation("unexpected", f"{process.name} {what}: {type(error).__name__}: {error}") from error

    def end(self) -> None:
        """Let go of everything, whatever state it is in."""
        for process in self.processes.values():
            process.alive = False
        self.scheduler.kill(list(self.scheduler.tasks))
        for process in self.processes.values():
            process.sever()
