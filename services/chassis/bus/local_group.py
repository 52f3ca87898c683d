"""Consumer groups of the local bus: who is a member, who holds which partition, and in which generation.

Every function works inside the caller's write transaction. Each change of membership starts a new generation and deals
the partitions anew; what a member of an older generation commits is refused.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import orjson

from services.chassis.bus.local_log import Partition, partitions_of

Id = TypeVar("Id")


@dataclass(frozen=True, slots=True)
class Standing:
    """What a member is told about its group: None where there is no group, no such member or no other member."""

    generation: int | None
    lease_ends_ms: int | None
    first_other_lease_ends_ms: int | None


def share(partitions: Mapping[str, Sequence[Id]], members: Mapping[str, Sequence[str]]) -> dict[Id, str]:
    """Who holds which partition: topic by topic, in turn among the members that want the topic."""
    dealt: dict[Id, str] = {}
    for topic, ids in partitions.items():
        wanting = sorted(member for member, topics in members.items() if topic in topics)
        if wanting:
            dealt.update({key: wanting[index % len(wanting)] for index, key in enumerate(ids)})
    return dealt


def standing(connection: sqlite3.Connection, group: str, member: str) -> Standing:
    """Where the group and this member stand; reads only."""
    row = connection.execute(
        "SELECT (SELECT generation FROM consumer_groups WHERE name = :group),"
        " (SELECT lease_ends_ms FROM members WHERE group_name = :group AND member = :member),"
        " (SELECT min(lease_ends_ms) FROM members WHERE group_name = :group AND member <> :member)",
        {"group": group, "member": member},
    ).fetchone()
    return Standing(*row)


def join(connection: sqlite3.Connection, group: str, member: str, topics: Sequence[str], lease_ends_ms: int) -> None:
    """Take the member in and deal anew."""
    connection.execute(
        "INSERT OR REPLACE INTO members VALUES (?, ?, ?, ?)",
        (group, member, orjson.dumps(sorted(topics)).decode(), lease_ends_ms),
    )
    rebalance(connection, group)


def leave(connection: sqlite3.Connection, group: str, member: str) -> None:
    """Let the member go and deal anew; nothing happens when it is no member."""
    gone = connection.execute("DELETE FROM members WHERE group_name = ? AND member = ?", (group, member))
    if gone.rowcount:
        rebalance(connection, group)


def renew(connection: sqlite3.Connection, group: str, member: str, lease_ends_ms: int) -> None:
    """The member is alive."""
    connection.execute(
        "UPDATE members SET lease_ends_ms = ? WHERE group_name = ? AND member = ?", (lease_ends_ms, group, member)
    )


def evict(connection: sqlite3.Connection, group: str, now_ms: int, *, spare: str) -> None:
    """Put out the members whose lease has ended, all but `spare`, and deal anew if there were any."""
    gone = connection.execute(
        "DELETE FROM members WHERE group_name = ? AND lease_ends_ms <= ? AND member <> ?", (group, now_ms, spare)
    )
    if gone.rowcount:
        rebalance(connection, group)


def rebalance(connection: sqlite3.Connection, group: str) -> None:
    """Start a new generation and deal the partitions among the present members."""
    connection.execute(
        "INSERT INTO consumer_groups VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET generation = generation + 1",
        (group,),
    )
    members: dict[str, list[str]] = {
        member: orjson.loads(topics)
        for member, topics in connection.execute(
            "SELECT member, topics FROM members WHERE group_name = ?", (group,)
        ).fetchall()
    }
    partitions: dict[str, list[int]] = {}
    for partition in partitions_of(connection, sorted({topic for topics in members.values() for topic in topics})):
        partitions.setdefault(partition.at.topic, []).append(partition.id)
    connection.execute("DELETE FROM assignments WHERE group_name = ?", (group,))
    connection.executemany(
        "INSERT INTO assignments VALUES (?, ?, ?)",
        [(group, partition_id, member) for partition_id, member in share(partitions, members).items()],
    )


def rebalance_followers(connection: sqlite3.Connection, topic: str) -> None:
    """Deal anew in every group that wants a topic whose partitions have changed."""
    wanted = connection.execute("SELECT group_name, topics FROM members").fetchall()
    for group in sorted({group for group, topics in wanted if topic in orjson.loads(topics)}):
        rebalance(connection, group)


def holding(connection: sqlite3.Connection, group: str, member: str, topics: Sequence[str]) -> dict[Partition, int]:
    """The partitions dealt to the member, each with the group's committed offset."""
    rows = dict(
        connection.execute(
            "SELECT a.partition_id, coalesce(c.next_offset, 0) FROM assignments a"
            " LEFT JOIN committed_offsets c ON c.group_name = a.group_name AND c.partition_id = a.partition_id"
            " WHERE a.group_name = ? AND a.member = ?",
            (group, member),
        ).fetchall()
    )
    return {partition: rows[partition.id] for partition in partitions_of(connection, topics) if partition.id in rows}


def commit(connection: sqlite3.Connection, group: str, offsets: Mapping[int, int]) -> None:
    """Note the next offset to read, per partition."""
    connection.executemany(
        "INSERT INTO committed_offsets VALUES (?, ?, ?)"
        " ON CONFLICT (group_name, partition_id) DO UPDATE SET next_offset = excluded.next_offset",
        [(group, partition_id, offset) for partition_id, offset in offsets.items()],
    )
