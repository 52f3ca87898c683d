"""What a service may do at the brokers follows from its definition. Nothing connects here."""

import pytest
from kafka.admin import ACLOperation, ResourceType

from services.chassis.bus.kafka_access import KafkaUser
from services.chassis.service import Service
from services.kafka_users import auditor, user_of
from services.suite import SERVICES

SECRET = "4f1c9ae27b60d83519e2"


def rights(user: KafkaUser) -> set[tuple[str, ResourceType, ACLOperation, str]]:
    return {
        (right.principal, right.resource_pattern.resource_type, right.operation, right.resource_pattern.resource_name)
        for right in user.rights()
    }


def test_a_user_may_do_what_is_said_and_nothing_else() -> None:
    user = KafkaUser(name="badges", password=SECRET, writes=["own"], reads=["own", "other"], group="readers")
    assert rights(user) == {
        ("User:badges", ResourceType.TOPIC, ACLOperation.WRITE, "own"),
        ("User:badges", ResourceType.TOPIC, ACLOperation.READ, "own"),
        ("User:badges", ResourceType.TOPIC, ACLOperation.READ, "other"),
        ("User:badges", ResourceType.GROUP, ACLOperation.READ, "readers"),
    }
    assert SECRET not in repr(user)


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_a_service_writes_its_own_topic_only_and_reads_what_it_subscribes_to(service: Service) -> None:
    user = user_of(service, SECRET)
    assert user.name == service.name
    assert user.writes == (f"sangsaeng.{service.name}",)
    assert set(user.reads) == {f"sangsaeng.{name}" for name in (service.name, *service.subscriptions)}
    assert user.group == f"sangsaeng.{service.name}"


def test_an_auditor_reads_all_topics_joins_no_group_and_writes_nothing() -> None:
    assert rights(auditor(SECRET)) == {
        ("User:auditor", ResourceType.TOPIC, ACLOperation.READ, f"sangsaeng.{service.name}") for service in SERVICES
    }
