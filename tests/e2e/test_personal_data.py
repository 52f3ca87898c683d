"""What people type about people stays in the vaults: not in events, on the bus, in refusals, answers, logs, metrics."""

import io
import itertools
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, fields

import pytest

from services.chassis import logs, replay
from services.chassis.access import Actor
from services.chassis.chain import verify
from services.chassis.tables import rejected_commands, vault_entries, vault_log
from services.suite import SERVICES
from tests.e2e.suite_fair import Fair, buyer, sme
from tests.e2e.suite_orders import Order, orders
from tests.e2e.suite_season import after_the_fair, before_the_doors_open
from tests.e2e.suite_stage import AGENCY, AUDITOR, EVALUATOR, ORGANISER, Stage

SECRETS = ("은밀한내용", "0107531", "hidden.person")
"""Every text that is typed below holds one of these; nothing else in the suite does."""
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


def everywhere(stage: Stage) -> dict[str, bytes]:
    """All that is on disk: databases, the bus, and whatever lies beside them."""
    return {str(path): path.read_bytes() for path in stage.directory.rglob("*") if path.is_file()}


def assert_nowhere(content: dict[str, bytes]) -> None:
    needles = [form for secret in SECRETS for form in (secret.encode(), ascii(secret)[1:-1].encode())]
    for place, found in content.items():
        for needle in needles:
            assert needle not in found, f"{needle.decode()} in {place}"


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


@pytest.fixture
def open_fair(tmp_path):
    with before_the_doors_open(tmp_path) as (stage, fair):
        yield stage, fair


def person(fair: Fair, stage: Stage) -> str:
    """A representative of A with everything that identifies a person; the contact's id."""
    place = f"{fair.registration}/participations/{fair.who('A')}/representatives"
    body = {"role": "lead", "name": "은밀한내용", "phone": "010-7531-9864", "email": "hidden.person@example.com"}
    return str(stage.do(buyer("A"), place, {**body, "contact_id": fair.id("contact")})["contact_id"])


def references(stage: Stage, fair: Fair) -> list[str]:
    rows = stage.items(ORGANISER, f"{fair.registration}/representatives")
    return [row["contact_reference"] for row in rows]


def reads(stage: Stage, name: str) -> list[tuple]:
    return [
        (row["actor"], row["role"], row["subject_id"], row["reference"], row["purpose"], row["address"])
        for row in stage.rows(name, vault_log)
        if row["action"] == "read"
    ]


def test_every_read_of_a_vault_is_logged_and_others_may_not_read(open_fair):
    stage, fair = open_fair
    contact = person(fair, stage)
    (reference,) = references(stage, fair)
    path = f"/registration/vault/{reference}"
    for stranger in (buyer("B"), sme("x"), EVALUATOR, Actor("operator-1", "operator")):
        assert stage.call(stranger, "GET", f"{path}?purpose=look").status_code == 403
    assert stage.call(ORGANISER, "GET", path).status_code == 422, "without a purpose nothing is read"
    assert reads(stage, "registration") == []
    expected = []
    for actor in (ORGANISER, AUDITOR, buyer("A")):
        found = stage.get(actor, f"{path}?purpose=call-back")
        assert found["content"] == {
            "name": "은밀한내용", "phone": "010-7531-9864", "email": "hidden.person@example.com",
        }  # fmt: skip
        expected.append((actor.sub, actor.role, contact, reference, "call-back", "127.0.0.1"))
    assert reads(stage, "registration") == expected
    shown = stage.items(AUDITOR, "/registration/vault-log")
    assert [row["actor"] for row in shown if row["action"] == "read"] == [actor for actor, *_ in expected]


def test_a_note_is_its_authors(open_fair):
    stage, fair = open_fair
    met = fair.meeting("x", "A")
    stage.clock.set(met["ends_at"])
    fair.say(ORGANISER, met["meeting_id"], "held")
    fair.say(sme("x"), met["meeting_id"], "notes", {"text": "은밀한내용"})
    (note,) = stage.items(sme("x"), f"{fair.consultation}/notes")
    path = f"/consultation/vault/{note['reference']}?purpose=mine"
    assert stage.get(sme("x"), path)["content"] == "은밀한내용"
    assert stage.call(buyer("A"), "GET", path).status_code == 403
    assert stage.items(buyer("A"), f"{fair.consultation}/notes") == []
    assert len(reads(stage, "consultation")) == 1


def test_erasure_leaves_every_hash_valid(open_fair):
    stage, fair = open_fair
    contact = person(fair, stage)
    (reference,) = references(stage, fair)
    stored = stage.counts()
    body = {"subject_id": contact}
    for nobody in (buyer("A"), sme("x"), AUDITOR, EVALUATOR):
        assert stage.call(nobody, "POST", "/registration/vault/erasures", body).status_code == 403
    assert stage.get(ORGANISER, f"/registration/vault/{reference}?purpose=before")["content"]["name"]
    for _ in range(2):
        done = stage.do(ORGANISER, "/registration/vault/erasures", body)
        assert done == {"subject_id": contact, "erased": True}
    for actor in (ORGANISER, buyer("A")):
        gone = stage.call(actor, "GET", f"/registration/vault/{reference}?purpose=after")
        assert gone.status_code in {403, 404, 409}
        assert "은밀한내용" not in gone.get_data(as_text=True)
    assert stage.counts() == stored
    application = stage.application("registration")
    assert not verify(application).faults
    assert replay.compare(application).differences == ()
    assert references(stage, fair) == [reference], "the event still says that there was somebody"
    log = [row["action"] for row in stage.rows("registration", vault_log) if row["subject_id"] == contact]
    assert log == ["write", "read", "erase", "erase"]
    # Adding the same contact again is a repeat, and brings nothing back.
    again = {"role": "lead", "name": "은밀한내용", "contact_id": contact}
    repeated = stage.do(buyer("A"), f"{fair.registration}/participations/{fair.who('A')}/representatives", again)
    assert repeated["events"] == []
    assert contact not in {row["subject_id"] for row in stage.rows("registration", vault_entries)}
    assert_nowhere(everywhere(stage))


def test_of_an_erased_subject_nothing_new_is_kept(open_fair):
    stage, fair = open_fair
    met = fair.meeting("x", "A")
    stage.clock.set(met["ends_at"])
    fair.say(ORGANISER, met["meeting_id"], "held")
    stage.do(ORGANISER, "/consultation/vault/erasures", {"subject_id": fair.who("x")})
    stored = stage.counts()
    path = f"{fair.consultation}/consultations/{met['meeting_id']}/notes"
    answer = stage.call(sme("x"), "POST", path, {"text": "은밀한내용"})
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/subject-erased")
    assert stage.counts() == stored
    assert_nowhere(everywhere(stage))
