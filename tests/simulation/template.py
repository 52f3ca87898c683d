"""The states in which acts begin: told once a process, without faults, then copied for each run."""

from datetime import datetime

from contracts.identity import derived_id
from services.chassis import replay
from services.chassis.bus.local import LocalBus
from services.chassis.effects import DirectEffects
from services.chassis.migration import migrate
from services.chassis.relay import topic
from services.consultation.projections.tables import consultations
from services.grants.domain.commands import SetBudget
from services.grants.tables import applications, programmes
from services.suite import SERVICES
from tests.simulation.act_floor import FLOOR
from tests.simulation.act_grants import GRANTS, held, signed
from tests.simulation.act_registration import REGISTRATION
from tests.simulation.cast import AGENCY, BUDGET
from tests.simulation.choices import Choices
from tests.simulation.clients import execute
from tests.simulation.faults import Faults
from tests.simulation.grounds import FileGround
from tests.simulation.oracle import Asked
from tests.simulation.requests import Act, Request
from tests.simulation.world import Violation, World

ACTS = {act.name: act for act in (REGISTRATION, FLOOR, GRANTS)}
FROM_ROWS = {"held": ("consultation", consultations, held), "signed": ("grants", applications, signed)}
PARTITIONS = 3
LARGE = 200
MOST_ROUNDS = 500


class Templates:
    """The states by act, kept by the ground they were made on."""

    def __init__(self, ground: FileGround) -> None:
        self._ground = ground
        self._made: set[str] = set()

    def of(self, act: Act) -> str:
        """The name of the template in which the act begins."""
        if act.name not in self._made:
            self._tell(act, self.of(ACTS[act.after]) if act.after is not None else self._nothing())
            self._made.add(act.name)
        return act.name

    def _nothing(self) -> str:
        """Migrated databases and empty topics."""
        self._ground.lay(None)
        world = self._world("nothing")
        for service in SERVICES:
            process = world.any_of(service.name)
            migrate(process.database)
            replay.ensure_current(process.application)
        bus = LocalBus(self._ground.bus, clock=world.clock, effects=DirectEffects(), ids=world.ids)
        bus.ensure_topics([topic(service.name) for service in SERVICES], partitions=PARTITIONS)
        bus.close()
        world.end()
        self._ground.keep("nothing")
        return "nothing"

    def _tell(self, act: Act, before: str) -> None:
        self._ground.lay(before)
        world = self._world(act.name)
        world.clock.at = datetime.fromisoformat(ACTS[act.after].begins_at if act.after else act.begins_at)
        for number, item in enumerate(act.prologue()):
            if isinstance(item, str) and item in FROM_ROWS:
                service, table, requests_of = FROM_ROWS[item]
                world.clock.at = datetime.fromisoformat(act.begins_at)
                with world.any_of(service).application.reading() as queries:
                    requests = requests_of(queries.find(table))
                for part, request in enumerate(requests):
                    self._do(world, request, f"{act.name}/{number}/{part}")
            elif item == "budget":
                with world.any_of("grants").application.reading() as queries:
                    (row,) = queries.find(programmes)
                command = SetBudget(programme_id=row["programme_id"], budget_krw=BUDGET)
                self._do(world, Request("grants", command, AGENCY), f"{act.name}/{number}")
            elif item == "settle":
                settle(world)
            else:
                self._do(world, item, f"{act.name}/{number}")
        settle(world)
        world.any_of("registration").bus.forget_members()
        world.end()
        self._ground.keep(act.name)

    def _world(self, name: str) -> World:
        choices = Choices(f"template/{name}")
        world = World(self._ground, choices, Faults(choices, 100), replicas={})
        world.batches = dict.fromkeys(world.batches, 100)
        world.start(loops=False)
        return world

    @staticmethod
    def _do(world: World, request: Request, name: str) -> None:
        execute(world.any_of(request.service), Asked(name, request, derived_id(name), derived_id("cause", name)))


def settle(world: World) -> None:
    """Outside of all tasks: until nothing moves. Members that are dead have lost their leases by then."""
    world.any_of("registration").bus.forget_members()
    for process in world.processes.values():
        process.relay._batch = process.consumer._batch = LARGE
    steps = [step for process in world.processes.values() for step in process.steps().values()]
    quiet, number = 0, 0
    while quiet < len(steps):
        quiet = 0 if steps[number % len(steps)]() else quiet + 1
        number += 1
        if number > MOST_ROUNDS * len(steps):
            raise Violation("no-rest", "events go round in circles")
