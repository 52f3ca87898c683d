"""The command `kafka-users`: one user for each service at the brokers, with the rights that its definition asks for,
and one for auditors.
"""

import os
from pathlib import Path
from typing import Final

import click

from services.chassis.bus.kafka_access import KafkaUser, let_in
from services.chassis.configuration import BusSettings, ConfigurationError
from services.chassis.consumer import group
from services.chassis.relay import topic
from services.chassis.service import Service
from services.chassis.setting_kinds import password
from services.rehearsal.terminal import clearly
from services.suite import SERVICES

AUDITOR: Final = "auditor"


@click.command("kafka-users", help="Give each service its user at the brokers of BUS_URL, and the rights it needs.")
@click.option(
    "--passwords", type=click.Path(path_type=Path, file_okay=False, exists=True), required=True,
    help="Directory with a file <user>_kafka_password for each service, and for the auditor.",
)  # fmt: skip
@clearly
def kafka_users_command(passwords: Path) -> None:
    """One line per user with what it may do."""
    settings = BusSettings.from_environment(os.environ)
    scheme, _, servers = settings.bus_url.partition("://")
    if scheme != "kafka":
        raise ConfigurationError(["BUS_URL: must name Kafka: only there are users"])
    users = [user_of(service, _password(passwords, service.name)) for service in SERVICES]
    users.append(auditor(_password(passwords, AUDITOR)))
    let_in(servers, settings.kafka_options(), users)
    for user in users:
        click.echo(f"{user.name}: writes {', '.join(user.writes) or 'nothing'}; reads {', '.join(user.reads)}")


def user_of(service: Service, secret: str) -> KafkaUser:
    """The user of a service: it writes its own topic only, and reads that again when it restores its events."""
    own = topic(service.name)
    return KafkaUser(
        name=service.name,
        password=secret,
        writes=(own,),
        reads=(own, *(topic(name) for name in service.subscriptions)),
        group=group(service.name),
    )


def auditor(secret: str) -> KafkaUser:
    """Reads everything that services tell each other; disturbs no group, and writes nothing."""
    return KafkaUser(name=AUDITOR, password=secret, writes=(), reads=tuple(topic(one.name) for one in SERVICES))


def _password(directory: Path, user: str) -> str:
    file = directory / f"{user}_kafka_password"
    try:
        return password(file.read_text(encoding="utf-8").strip())
    except ValueError as error:
        raise ConfigurationError([f"{file}: {error}"]) from None
