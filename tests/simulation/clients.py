"""Clients: each asks for one thing after the other, and asks again, with the same key, when no answer comes."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.exc import DBAPIError

from contracts.identity import derived_id
from contracts.rejection import Rejection
from services.chassis import bulk
from services.chassis.access import ForbiddenError
from services.chassis.clock import instant
from services.chassis.history import History
from services.chassis.outcomes import ConflictError, Idempotency, IdempotencyMismatchError, PreconditionFailedError
from services.chassis.service import NotFoundError
from services.chassis.vault import ErasedError
from services.chassis.writing import KeyTakenError
from tests.simulation.oracle import Asked, Oracle
from tests.simulation.processes import Process
from tests.simulation.requests import Act, Asking, Request
from tests.simulation.scheduler import Killed
from tests.simulation.world import Violation, World

REFUSALS = (ForbiddenError, NotFoundError, IdempotencyMismatchError, PreconditionFailedError, ErasedError)
MOST_ATTEMPTS = 12
PAUSE_INSTEAD = 60


class Client:
    """One client. Its requests are numbered; `without` names those that are left out when a failure is shrunk."""

    def __init__(self, world: World, oracle: Oracle, act: Act, number: int, without: frozenset[str]) -> None:
        self._world, self._oracle, self._act, self._number, self._without = world, oracle, act, number, without
        self._chance = world.choices.stream("client", number)
        self.task: Any = None

    def work(self) -> None:
        world, count = self._world, 0
        while not world.faults.quiet:
            count += 1
            name = f"client-{self._number}.{count}"
            chance = world.choices.stream("request", self._number, count)
            world.scheduler.sleep(chance.randint(0, 8), "thinking")
            asking = Asking(chance, self._look, instant(world.clock.at), name)
            request = self._act.next(asking)
            if name in self._without:
                # About as long as it would have taken: leaving a request out is not to make room for others.
                world.scheduler.sleep(PAUSE_INSTEAD, "leaving a request out")
                continue
            if request is None or world.faults.quiet:
                continue
            impatient, twice = chance.random() < 0.06, chance.random() < 0.08
            doubt = chance.randint(1, 7) if chance.random() < 0.03 else None
            asked = Asked(
                name, request, derived_id("key", name), derived_id("cause", str(world.choices.seed), name), doubt
            )
            self._oracle.asks(asked)
            if twice:
                self._send_and_forget(asked, chance)
            self._ask(asked, chance)
            if impatient and asked.accepted is not None:
                world.note(f"{name} did not hear the answer and asks again")
                self._ask(asked, chance)

    def _send_and_forget(self, asked: Asked, chance) -> None:
        """The first attempt is given up, but goes on at the server while the client asks again."""
        process = self._anybody(asked.request.service, chance)
        if process is None:
            return
        asked.attempts += 1
        asked.given_up = True

        def attempt() -> None:
            try:
                execute(process, asked)
            except (Killed, DBAPIError, ConflictError, Rejection, *REFUSALS) as error:
                self._world.note(f"{asked.name}: nobody hears {type(error).__name__}")
            else:
                self._world.note(f"{asked.name}: nobody hears that it is done")

        self._world.note(f"asks {process.name}: {asked.request} ({asked.name}, attempt {asked.attempts}, given up)")
        self._world.scheduler.spawn(f"client given-up {asked.name}", attempt, 4).process = process
        self._world.scheduler.sleep(chance.randint(1, 30), "waiting in vain")

    def _look(self, service: str, table: Table, **equals: Any) -> list[Any]:
        process = self._anybody(service, self._chance)
        if process is None:
            return []
        self.task.process = process
        try:
            with process.application.reading() as queries:
                return list(queries.find(table, **equals))
        except (Killed, DBAPIError):
            return []
        finally:
            self.task.process = None

    def _anybody(self, service: str, chance) -> Process | None:
        alive = self._world.alive(service)
        return chance.choice(alive) if alive else None

    def _ask(self, asked: Asked, chance) -> None:
        """Until there is an answer, or patience ends. It does not end when nothing goes wrong any more."""
        calm = 0
        while asked.attempts < MOST_ATTEMPTS or self._world.faults.quiet:
            process = self._anybody(asked.request.service, chance)
            if process is not None:
                asked.attempts += 1
                self._world.note(f"asks {process.name}: {asked.request} ({asked.name}, attempt {asked.attempts})")
                if self._attempt(asked, process):
                    return
            calm += self._world.faults.quiet
            if calm == MOST_ATTEMPTS:
                raise Violation("no-answer", f"{asked.name} gets none although nothing goes wrong: {asked.request}")
            self._world.scheduler.sleep(chance.randint(2, 20), "waiting to ask again")

    def _attempt(self, asked: Asked, process: Process) -> bool:
        self.task.process = process
        try:
            done = execute(process, asked)
        except Rejection as error:
            answer = error.rule
        except REFUSALS as error:
            answer = f"http {type(error).__name__}"
        except (Killed, DBAPIError, ConflictError) as error:
            self.task.process = None
            self._world.note(f"{asked.name}: no answer ({type(error).__name__})")
            return False
        except Exception as error:
            if not process.alive:
                self.task.process = None
                return False
            raise Violation("unexpected", f"{asked.request} raised {type(error).__name__}: {error}") from error
        else:
            self.task.process = None
            self._world.note(f"{asked.name}: {'done again' if getattr(done, 'replayed', False) else 'done'}")
            if asked.request.command is not None:
                self._oracle.accepted(asked, done)
            elif asked.request.erases is not None:
                asked.erased = True
            else:
                asked.counted, asked.heard = done, True
            return True
        self.task.process = None
        self._world.note(f"{asked.name}: refused, {answer}")
        self._oracle.refused(asked, answer)
        return True


def execute(process: Process, asked: Asked) -> Any:
    """What the HTTP layer does with a request."""
    request: Request = asked.request
    application = process.application
    if request.erases is not None:
        return History(application).erase(request.erases, request.actor, address="-")
    if request.reads is not None:
        History(application).read_vault(request.reads, request.actor, purpose=asked.key, address="-")
        return None
    fingerprint = application.fingerprint(f"{request.service}/{request.command}/{request.imports}".encode())
    idempotency = Idempotency(asked.key, fingerprint)
    if request.imports:
        return _import(process, asked, idempotency)
    return application.execute(
        request.command, request.actor, idempotency=idempotency,
        expected_version=asked.expected_version, occurred_at=request.occurred_at, correlation_id=asked.correlation_id,
    )  # fmt: skip


def _import(process: Process, asked: Asked, idempotency: Idempotency) -> int:
    """As the route of imports does it; the number of events is the answer, the same for every attempt."""
    application, actor = process.application, asked.request.actor
    answer = bulk.Answer(idempotency, lambda done: {"events": done.events})
    known = bulk.stored_answer(application, actor, idempotency)
    if known is None:
        try:
            return bulk.execute_all(
                application, asked.request.imports, actor, accept_valid=True, answer=answer,
                correlation_id=asked.correlation_id,
            ).events  # fmt: skip
        except KeyTakenError:
            known = bulk.stored_answer(application, actor, idempotency)
    return int(known["events"])
