"""One run: a seed, an act, some clients, faults; then calm, rest, and the question whether all promises were kept."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from tests.simulation.choices import Choices
from tests.simulation.clients import Client
from tests.simulation.faults import Faults
from tests.simulation.grounds import REPLICAS, FileGround
from tests.simulation.history import History
from tests.simulation.invariants import Final
from tests.simulation.model import Model
from tests.simulation.oracle import Oracle
from tests.simulation.scheduler import StuckError
from tests.simulation.template import ACTS, Templates, settle
from tests.simulation.watch import Watch
from tests.simulation.world import Violation, World

STEPS = 500
MOST_STEPS_TO_REST = 20_000


@dataclass
class Outcome:
    """What became of a run. `violation` is None when every promise was kept."""

    seed: int | str
    act: str
    steps: int
    history: History
    coverage: Counter[tuple[str, str, str]]
    fired: list[str]
    without: frozenset[str] = frozenset()
    violation: Violation | None = None
    requests: list[str] = field(default_factory=list)
    answered: Counter[str] = field(default_factory=Counter)


class Simulator:
    """Runs seeds one after the other on one ground."""

    def __init__(self, ground: FileGround) -> None:
        self.ground = ground
        self.templates = Templates(ground)

    def prepare(self) -> None:
        """Make every template now, before anything is planted."""
        for act in ACTS.values():
            self.templates.of(act)

    def run(self, seed: int | str, *, steps: int = STEPS, without: Collection[str] = ()) -> Outcome:
        """One run of a seed. `without` names faults and requests that are left out."""
        choices = Choices(seed)
        chance = choices.stream("run")
        act = ACTS[chance.choice(sorted(ACTS))]
        replicas = {name: chance.choice(REPLICAS) for name in ("registration", "matching", "consultation", "grants")}
        faults = Faults(choices, steps, without)
        self.ground.lay(self.templates.of(act))
        world = World(self.ground, choices, faults, replicas=replicas)
        world.begin_at(act.begins_at)
        oracle = Oracle()
        outcome = Outcome(seed, act.name, 0, world.history, world.coverage, world.fired, frozenset(without))
        with self.ground.watching() as asking:
            watch = Watch(asking, Model())
            try:
                watch.look_everywhere()
                world.start()
                for number in range(1, chance.randint(2, 6) + 1):
                    client = Client(world, oracle, act, number, frozenset(without))
                    client.task = world.scheduler.spawn(f"client {number}", client.work, chance.choice((4, 8, 16)))
                self._chaos(world, watch, steps)
                self._rest(world, watch)
                Final(world, watch, oracle).check()
            except Violation as violation:
                outcome.violation = violation
            except StuckError as error:
                outcome.violation = Violation("stuck", str(error))
            finally:
                self._conclude(world, oracle, outcome)
        return outcome

    @staticmethod
    def _conclude(world: World, oracle: Oracle, outcome: Outcome) -> None:
        outcome.steps = world.scheduler.steps
        outcome.requests = [asked.name for asked in oracle.asked]
        for asked in oracle.asked:
            known = asked.accepted is not None or asked.erased or asked.heard
            outcome.answered["done" if known else asked.refused or "unknown"] += 1
        if outcome.violation is not None:
            world.note(f"VIOLATION {outcome.violation}", "oracle")
        world.end()

    def _chaos(self, world: World, watch: Watch, steps: int) -> None:
        while world.scheduler.steps < steps:
            world.step()
            self._look(world, watch)

    def _rest(self, world: World, watch: Watch) -> None:
        """Without faults: clients get their answers, loops end their steps, and what is under way arrives."""
        world.note("from here on nothing goes wrong", "world")
        world.calm()
        end = world.scheduler.steps + MOST_STEPS_TO_REST
        while any(task.name.startswith("client") for task in world.scheduler.tasks):
            self._still(world, watch, end)
        world.resting = True
        while world.scheduler.tasks:
            self._still(world, watch, end)
        settle(world)
        watch.look_everywhere()
        world.note(f"everything is at rest: {watch.digest()}", "world")

    def _still(self, world: World, watch: Watch, end: int) -> None:
        if world.scheduler.steps >= end:
            raise Violation(
                "no-rest", f"after {MOST_STEPS_TO_REST} steps without faults there is still something to do"
            )
        world.step()
        self._look(world, watch)

    @staticmethod
    def _look(world: World, watch: Watch) -> None:
        if world.stored:
            for service in sorted(world.stored):
                watch.look(service)
            world.stored.clear()

    def close(self) -> None:
        self.ground.close()
