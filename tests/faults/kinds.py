"""The kinds of faults: what each does to the stack, and how it is lifted where it does not end by itself."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from services.suite import SERVICES
from tests.faults.machine import processors
from tests.faults.stack import Stack, until

PATIENCE_SECONDS: Final = 30.0
MID_BATCH: Final = 2
"""So many events at least are on their way when the relay's leader is killed."""
SLOW_CPUS: Final = 0.1


@dataclass(frozen=True)
class Struck:
    """A fault that was done: to what, and how to lift it (nothing to do where the stack has to help itself)."""

    target: str
    lift: Callable[[], None] = lambda: None


@dataclass(frozen=True)
class Kind:
    """`strike` chooses its target by the random numbers given. `lasts` seconds later it is lifted; 0: a kill."""

    name: str
    strike: Callable[[Stack, random.Random], Struck]
    lasts: float = 0.0

    @property
    def kill(self) -> bool:
        return self.lasts == 0.0


def kill_one(*roles: str) -> Callable[[Stack, random.Random], Struck]:
    """Kill a container of one of these compose services."""

    def strike(stack: Stack, chance: random.Random) -> Struck:
        chosen = chance.choice(stack.machine.containers(*roles))
        name = stack.machine.name(chosen)
        stack.machine.kill(chosen)
        return Struck(name)

    return strike


def kill_leader(stack: Stack, chance: random.Random) -> Struck:
    """The leading relay of some service, while events of it are on their way."""
    service = chance.choice([service.name for service in SERVICES])
    until(f"the relay of {service} to be led", lambda: stack.leader(service) is not None, PATIENCE_SECONDS)
    leader = stack.leader(service)
    if leader is None:
        raise RuntimeError(f"the relay of {service} has lost its leader by itself")
    name = stack.machine.name(leader)
    until(f"events of {service} on their way", lambda: stack.pending(service) >= MID_BATCH, PATIENCE_SECONDS, 0.0)
    stack.machine.kill(leader)
    return Struck(name)


def zombie(stack: Stack, chance: random.Random) -> Struck:
    """A worker stands still for longer than its session lasts, and then goes on as if nothing had happened."""
    worker = chance.choice(stack.machine.containers("matching-worker"))
    stack.machine.pause(worker)
    return Struck(stack.machine.name(worker), lambda: stack.machine.unpause(worker))


def cut(roles: tuple[str, ...], other: str) -> Callable[[Stack, random.Random], Struck]:
    """The network between one of these and another compose service."""

    def strike(stack: Stack, chance: random.Random) -> Struck:
        chosen = chance.choice(stack.machine.containers(*roles))
        done = stack.machine.cut(chosen, stack.machine.one(other))
        return Struck(f"{stack.machine.name(chosen)} ({done.how})", done.mend)

    return strike


def disk_full(stack: Stack, _: random.Random) -> Struck:
    """No block is left where PostgreSQL keeps its files."""
    stack.fill_disk()
    return Struck("postgres", stack.clear_disk)


def slow_broker(stack: Stack, _: random.Random) -> Struck:
    """The broker gets a tenth of a processor."""
    broker = stack.machine.one("kafka")
    stack.machine.throttle(broker, SLOW_CPUS)
    return Struck("kafka", lambda: stack.machine.throttle(broker, processors()))


def silent_broker(stack: Stack, _: random.Random) -> Struck:
    """The broker stands still: connections stay, nobody answers."""
    broker = stack.machine.one("kafka")
    stack.machine.pause(broker)
    return Struck("kafka", lambda: stack.machine.unpause(broker))


APIS: Final = tuple(f"{service.name}-api" for service in SERVICES)
WORKERS: Final = tuple(f"{service.name}-worker" for service in SERVICES)
READERS: Final = tuple(f"{service.name}-worker" for service in SERVICES if service.subscriptions)

KILL_API: Final = Kind("kill an api", kill_one(*APIS))
KILL_WORKER: Final = Kind("kill a worker", kill_one(*WORKERS))
KILL_LEADER: Final = Kind("kill the relay's leader in mid-batch", kill_leader)
KILL_POSTGRES: Final = Kind("kill PostgreSQL", kill_one("postgres"))
KILL_KAFKA: Final = Kind("kill Kafka", kill_one("kafka"))
KILL_GATEWAY: Final = Kind("kill the gateway", kill_one("gateway"))
CUT_KAFKA: Final = Kind("cut a worker from Kafka", cut(READERS, "kafka"), 15.0)
CUT_POSTGRES: Final = Kind("cut an api from PostgreSQL", cut(APIS, "postgres"), 12.0)
DISK_FULL: Final = Kind("fill PostgreSQL's disk", disk_full, 8.0)
ZOMBIE: Final = Kind("freeze a worker beyond its session", zombie, 15.0)
SLOW_KAFKA: Final = Kind("slow Kafka", slow_broker, 15.0)
SILENT_KAFKA: Final = Kind("freeze Kafka", silent_broker, 20.0)
