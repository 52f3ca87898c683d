"""`python -m tests.load --url http://127.0.0.1:8000 --token-key-file secrets/token_key --rate 100 --seconds 60`."""

import base64
import json
import time
from pathlib import Path

import click

from tests.load.figures import figures
from tests.load.generator import SHARES, USERS, Load
from tests.load.record import now


@click.command(help="Send commands to a gateway and record each with its answer. Only for stacks of your own.")
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="The gateway.")
@click.option(
    "--token-key-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    required=True,
    help="The key that tokens are signed with, in base64; or the keys.json of an embedded suite.",
)
@click.option("--rate", type=float, help="Commands per second  [default: as fast as they are answered]")
@click.option("--seconds", type=float, default=60.0, show_default=True)
@click.option("--users", type=int, default=USERS, show_default=True, help="Clients for each service.")
@click.option("--service", "services", multiple=True, type=click.Choice(tuple(SHARES)), help="Only these.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--record", type=click.Path(path_type=Path), default=Path("var/load.jsonl"), show_default=True)
def main(
    url: str, token_key_file: Path, rate: float | None, seconds: float, users: int, services: tuple[str, ...],
    seed: int, record: Path,
) -> None:  # fmt: skip
    load = Load(
        url, token_key(token_key_file), record, rate=rate, users=users, services=services or tuple(SHARES), seed=seed
    )
    load.prepare()
    began = now()
    load.start()
    time.sleep(seconds)
    load.stop()
    ended = now()
    for name in services or tuple(SHARES):
        found = figures((command for command in load.commands() if command.service == name), began, ended)
        click.echo(f"{name:13} {found}")
    click.echo(f"{'all':13} {figures(load.commands(), began, ended)}")
    click.echo(f"stories that ended early: {load.failures() or 'none'}")


def token_key(path: Path) -> bytes:
    """The key in a secret file, or in the keys.json of an embedded suite."""
    text = path.read_text(encoding="utf-8").strip()
    return base64.b64decode(json.loads(text)["token_key"] if text.startswith("{") else text)


if __name__ == "__main__":
    main()
