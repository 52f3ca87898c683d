"""What people type about people stays in the vaults: not in events, on the bus, in refusals, answers, logs, metrics."""

import io
import itertools
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, fields

import pytest

from services.chassis import logs
from services.chassis.access import Actor
from services.chassis.chain import verify
from services.chassis.tables import rejected_commands, vault_entries
from services.suite import SERVICES
from tests.e2e.suite_fair import Fair
from tests.e2e.suite_orders import Order, orders
from tests.e2e.suite_search import assert_nowhere, everywhere
from tests.e2e.suite_season import after_the_fair
from tests.e2e.suite_stage import AGENCY, AUDITOR, EVALUATOR, ORGANISER, Stage

PERSONAL = {
    (service.name, definition.command.__name__): [
        field.name for field in fields(definition.command) if field.metadata.get("personal")
    ]
    for service in SERVICES
    for definition in service.commands
}


@dataclass
class Typist:
    """Types something unmistakable into every field for personal data and free text, and keeps all answers."""

    stage: Stage
    numbers: Iterator[int] = field(default_factory=itertools.count)
    answers: list[str] = field(default_factory=list)

    def text(self, name: str) -> str:
        number = next(self.numbers)
        if name == "phone":
            return f"0107531{number:04}"
        return f"hidden.person{number}@example.com" if name == "email" else f"은밀한내용 {number}"

    def typed(self, order: Order) -> dict:
        return {name: self.text(name) for name in PERSONAL[order.service, order.command]}

    def call(self, actor: Actor, method: str, path: str, body=None, **more):
        answer = self.stage.call(actor, method, path, body, **more)
        self.answers += [answer.get_data(as_text=True), str(answer.headers)]
        return answer

    def send(self, actor: Actor, order: Order, extra: dict, **more):
        return self.call(actor, order.method, order.path("A"), {**order.body("A"), **extra}, **more)


@pytest.fixture
def log():
    """Everything that any library logs, at the most talkative level."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    stream = io.StringIO()
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


def listen(stream: io.StringIO) -> None:
    logs.configure("test", logging.DEBUG, stream)


def speaker(order: Order) -> Actor:
    if order.command == "EvaluateApplication":
        return EVALUATOR
    return AGENCY if order.service == "grants" else ORGANISER


def with_texts(fair: Fair) -> list[Order]:
    return [order for order in orders(fair) if PERSONAL[order.service, order.command]]


def test_every_command_with_text_is_covered():
    """A new command with personal fields has to come into the orders, or this says so."""
    named = {command for (_, command), personal in PERSONAL.items() if personal}
    assert len(named) >= 16
    assert {"AddRepresentative", "WriteNote", "AnswerFollowUp", "EvaluateApplication", "WithdrawSme"} <= named


def test_nothing_typed_is_found_outside_the_vaults(tmp_path, log):
    with after_the_fair(tmp_path) as (stage, fair):
        listen(log)
        typist = Typist(stage)
        kept = stage.counts(vault_entries)
        for order in with_texts(fair):
            go_wrong(typist, order)
        import_badly(typist, fair)
        assert stage.counts(vault_entries) == kept, "what failed left a text behind"
        go_right(typist, fair)
        assert sum(stage.counts(vault_entries).values()) >= sum(kept.values()) + 8
        stage.settle()
        assert {row["rule"] for row in stage.rows("registration", rejected_commands)} > {"access"}
        for name in stage.stations:
            shown = stage.call(AUDITOR, "GET", f"/{name}/events?limit=1000").get_data(as_text=True)
            typist.answers += [shown, stage.call(AUDITOR, "GET", f"/{name}/rejected-commands").get_data(as_text=True)]
        said = {
            "answers": "\n".join(typist.answers).encode(),
            "log": log.getvalue().encode(),
            **{f"metrics of {name}": station.metrics.exposed() for name, station in stage.stations.items()},
        }
        assert log.getvalue().count("\n") > 100
        stored = everywhere(stage)
        assert any("수전해 촉매".encode() in content for content in stored.values()), (
            "what is public is found like this"
        )
        assert_nowhere(said | stored)
        for name in stage.stations:
            assert not verify(stage.application(name)).faults


def go_wrong(typist: Typist, order: Order) -> None:
    """All ways in which a request may fail with such a text in it."""
    actor, typed = speaker(order), typist.typed(order)
    secret = next(iter(typed.values()))
    assert typist.send(Actor("nosy", "operator"), order, typed).status_code == 403
    assert typist.send(actor, order, {**typed, "unknown": secret}).status_code == 422
    assert typist.send(actor, order, {name: text * 3_000 for name, text in typed.items()}).status_code in {413, 422}
    assert typist.send(actor, order, {name: [text] for name, text in typed.items()}).status_code == 422
    assert typist.send(actor, order, {name: f"{text}\x00" for name, text in typed.items()}).status_code == 422
    path = order.path("A")
    for content in (
        f'{{"a": "{secret}", "a": 1}}'.encode(),
        f'{{"{secret}'.encode(),
        secret.encode("cp949", "replace"),
    ):
        assert typist.call(actor, order.method, path, content=content).status_code == 400
    assert typist.call(actor, order.method, path, content=secret.encode() * 400_000).status_code == 413
    plain = {"Content-Type": "text/plain"}
    assert typist.call(actor, order.method, path, content=secret.encode(), headers=plain).status_code == 415
    assert typist.call(actor, order.method, f"{path}/{secret}", {}).status_code == 404
    assert typist.call(ORGANISER, "GET", f"/{order.service}/events?limit={secret}").status_code == 422
    assert typist.call(ORGANISER, "GET", f"/{order.service}/vault/{secret}?purpose=x").status_code == 404


def import_badly(typist: Typist, fair: Fair) -> None:
    """A table whose cells, headings and name hold what nobody may see again: the report says where, never what."""
    client = typist.stage.stations["registration"].client
    path = f"{fair.registration}/imports".split("/", 2)[2]
    for content in (
        "중소기업,수요기업,기술명\n은밀한내용,은밀한내용,밸브\n",
        "중소기업,은밀한내용,수요기업\n0107531,hidden.person,은밀한내용\n",
        "은밀한내용\n\x00은밀한내용",
    ):
        form = {"kind": "requests", "file": (io.BytesIO(content.encode()), "은밀한내용.csv")}
        headers = typist.stage.headers(ORGANISER, **{"Idempotency-Key": fair.id(content)})
        answer = client.post(f"/{path}", data=form, headers=headers)
        assert answer.status_code == 422
        typist.answers.append(answer.get_data(as_text=True))


def go_right(typist: Typist, fair: Fair) -> None:
    """Each command with its texts, twice under one key; what the rules refuse now is an attempt with a text in it."""
    done = 0
    for order in with_texts(fair):
        typed, key = typist.typed(order), fair.id("typed", order.command)
        first = typist.send(speaker(order), order, typed, key=key)
        again = typist.send(speaker(order), order, typed, key=key)
        assert again.status_code == first.status_code
        assert first.status_code in {200, 201, 409}, (order.command, first.json)
        done += first.status_code != 409
        other = typist.send(speaker(order), order, typist.typed(order), key=key)
        assert other.status_code == 422
    assert done >= 8
