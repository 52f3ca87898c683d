"""Group commit: writes that arrive while another is being committed share the next transaction."""

import threading
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

from contracts.envelope import Envelope
from services.chassis.effects import Lock
from services.chassis.store import ConcurrencyError, Head

MOST_TOGETHER: Final = 64
LARGE: Final = 100
"""A write with more events than this goes alone."""


class NothingStoredError(Exception):
    """The transaction failed before its commit; `__cause__` says why."""


class Groupable(Protocol):
    """What a write shows, so that it can be told which others it may share a transaction with."""

    @property
    def events(self) -> Sequence[Envelope]: ...
    @property
    def guards(self) -> Sequence[tuple[str, Head]]: ...
    @property
    def also(self) -> Sequence[Any]: ...


class _Ticket:
    """One waiting write. `turn` opens when it is done, or when its thread is to lead the next group."""

    __slots__ = ("error", "leads", "turn", "where", "write")

    def __init__(self, write: Any, where: str, turn: Lock) -> None:
        self.write, self.where = write, where
        self.error: BaseException | None = None
        self.leads = False
        self.turn = turn
        self.turn.acquire()


class GroupCommit:
    """A queue with a leader: the first writer commits at once and alone; who comes meanwhile waits, and one of them
    then commits for all. Nobody waits for company, so a single writer pays nothing.

    A group that fails before its commit is tried again one by one, so that each write gets its own error and a refused
    one takes nobody down. `run` stores the given writes in one transaction, in this order; it raises NothingStoredError
    from whatever went wrong before the commit, and what the commit itself raises as it is.
    """

    def __init__(self, run: Callable[[Sequence[Any], str], None], lock: Callable[[], Lock]) -> None:
        self._run: Final = run
        self._new_lock: Final = lock
        self._lock: Final = threading.Lock()
        self._waiting: list[_Ticket] = []
        self._busy = False

    def commit(self, write: Groupable, where: str) -> None:
        """Returns when the write is committed; raises what its own transaction raised."""
        ticket = _Ticket(write, where, self._new_lock())
        with self._lock:
            ticket.leads = not self._busy
            if self._busy:
                self._waiting.append(ticket)
            self._busy = True
        if not ticket.leads:
            self._wait(ticket)
        if ticket.leads:
            self._lead(ticket)
        if ticket.error is not None:
            raise ticket.error

    def _wait(self, ticket: _Ticket) -> None:
        try:
            ticket.turn.acquire()
        except BaseException:
            # Interrupted. Who is to lead must, or everybody behind would wait for ever.
            with self._lock:
                if ticket in self._waiting:
                    self._waiting.remove(ticket)
            if ticket.leads:
                self._lead(ticket)
            raise

    def _lead(self, leader: _Ticket) -> None:
        with self._lock:
            group = self._group(leader)
        try:
            self._carry_out(group)
        finally:
            with self._lock:
                late = self._outdated(group)
                following = self._waiting.pop(0) if self._waiting else None
                self._busy = following is not None
                if following is not None:
                    following.leads = True
            if following is not None:
                following.turn.release()
            for ticket in [*group[1:], *late]:
                ticket.turn.release()

    def _group(self, leader: _Ticket) -> list[_Ticket]:
        """The leader and those behind it that may go along: in order, as if one transaction came after the other."""
        group, written = [leader], _streams(leader.write)
        if not _may_share(leader.write):
            return group
        left: list[_Ticket] = []
        for ticket in self._waiting:
            streams = _streams(ticket.write)
            # Decided on a stream as it stood before a write of this group: it would fail, and the group with it.
            outdated = bool(written & (streams | {stream_id for stream_id, _ in ticket.write.guards}))
            if len(group) < MOST_TOGETHER and _may_share(ticket.write) and not outdated:
                group.append(ticket)
                written |= streams
            else:
                left.append(ticket)
        self._waiting = left
        return group

    def _outdated(self, group: Sequence[_Ticket]) -> list[_Ticket]:
        """Those waiting that the group has overtaken: they need no transaction to find out."""
        last: dict[str, int] = {}
        for ticket in group:
            if ticket.error is None:
                last |= {event.stream_id: event.version for event in ticket.write.events}
        late = [
            ticket for ticket in self._waiting if any(last.get(at, 0) > version for at, version in _rests_on(ticket))
        ]
        self._waiting = [ticket for ticket in self._waiting if ticket not in late]
        for ticket in late:
            ticket.error = ConcurrencyError("a command that came before moved the stream")
        return late

    def _carry_out(self, group: Sequence[_Ticket]) -> None:
        if len(group) > 1:
            try:
                self._run([ticket.write for ticket in group], group[0].where)
            except NothingStoredError:
                pass
            except BaseException as error:  # noqa: BLE001 - whatever it was, each writer has to know
                for ticket in group:
                    ticket.error = error
                return
            else:
                return
        for ticket in group:
            try:
                self._run([ticket.write], ticket.where)
            except NothingStoredError as error:
                ticket.error = error.__cause__
            except BaseException as error:  # noqa: BLE001 - raised again in the thread of the write
                ticket.error = error


def _may_share(write: Groupable) -> bool:
    return len(write.events) <= LARGE and not write.also


def _streams(write: Groupable) -> set[str]:
    return {event.stream_id for event in write.events}


def _rests_on(ticket: _Ticket) -> list[tuple[str, int]]:
    """Streams and versions without which the write cannot be stored."""
    guards = [(stream_id, head.version) for stream_id, head in ticket.write.guards]
    first = {event.stream_id: event.version - 1 for event in reversed(ticket.write.events)}
    return [*guards, *first.items()]
