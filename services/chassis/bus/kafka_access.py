"""Users of a Kafka cluster and what each may do: who writes which topic, reads which, and in which group."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
    UserScramCredentialUpsertion,
)

from services.chassis.bus.abstract import BusError
from services.chassis.bus.kafka_clients import KafkaClients, Kept

MECHANISM: Final = "SCRAM-SHA-512"
ANY_HOST: Final = "*"


@dataclass(frozen=True, kw_only=True)
class KafkaUser:
    """One user with everything it may do; all else is refused. Without a group it reads what it asks for by itself."""

    name: str
    password: str = field(repr=False)
    writes: Sequence[str]
    reads: Sequence[str]
    group: str | None = None

    @property
    def principal(self) -> str:
        return f"User:{self.name}"

    def rights(self) -> set[ACL]:
        """To read or write implies to describe."""
        writes = {self._may(ACLOperation.WRITE, ResourceType.TOPIC, topic) for topic in self.writes}
        reads = {self._may(ACLOperation.READ, ResourceType.TOPIC, topic) for topic in self.reads}
        joins = {self._may(ACLOperation.READ, ResourceType.GROUP, self.group)} if self.group else set()
        return writes | reads | joins

    def _may(self, operation: ACLOperation, kind: ResourceType, name: str) -> ACL:
        return ACL(self.principal, ANY_HOST, operation, ACLPermissionType.ALLOW, ResourcePattern(kind, name))


def let_in(bootstrap_servers: str, options: Mapping[str, Any], users: Sequence[KafkaUser]) -> None:
    """Give each user its password and exactly its rights; what it could do beyond them is taken away. May be repeated.

    Raises:
        BusError: the cluster cannot be reached, or does not let us.
    """
    clients = Kept(KafkaClients(bootstrap_servers, options).admin)
    try:
        clients.use(lambda admin: _let_in(admin, users))
    finally:
        clients.close()


def _let_in(admin: Any, users: Sequence[KafkaUser]) -> None:
    wanted = {right for user in users for right in user.rights()}
    present = {right for user in users for right in admin.describe_acls(_all_of(user))[0]}
    if missing := list(wanted - present):
        failed = admin.create_acls(missing)["failed"]
        if failed:
            raise BusError(f"Kafka does not give rights: {failed[0].__name__}")
    if surplus := [_exactly(right) for right in present - wanted]:
        errors = [error for *_, error in admin.delete_acls(surplus) if error.errno]
        if errors:
            raise BusError(f"Kafka does not take rights away: {errors[0].__name__}")
    changes = [UserScramCredentialUpsertion(user.name, MECHANISM, user.password) for user in users]
    refused = {name: why for name, why in admin.alter_user_scram_credentials(changes).items() if why is not None}
    if refused:
        raise BusError("; ".join(f"Kafka does not take the password of {name}: {why}" for name, why in refused.items()))


def _all_of(user: KafkaUser) -> ACLFilter:
    anything = ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY)
    return ACLFilter(user.principal, None, ACLOperation.ANY, ACLPermissionType.ANY, anything)


def _exactly(right: ACL) -> ACLFilter:
    at = right.resource_pattern
    pattern = ResourcePatternFilter(at.resource_type, at.resource_name, at.pattern_type)
    return ACLFilter(right.principal, right.host, right.operation, right.permission_type, pattern)
