"""Every service keeps what its OpenAPI document promises, whatever is sent: schemathesis on a held fair, in process."""

import atexit
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode

from tests.e2e.suite_fair import buyer, sme
from tests.e2e.suite_season import after_the_fair
from tests.e2e.suite_stage import AGENCY, AUDITOR, EVALUATOR, ORGANISER

# Made at import: there is one test of each operation, and they are counted when tests are collected.
_OPEN = ExitStack()
atexit.register(_OPEN.close)
_DIRECTORY = Path(_OPEN.enter_context(tempfile.TemporaryDirectory()))
STAGE, FAIR = _OPEN.enter_context(after_the_fair(_DIRECTORY))
CALLERS = (ORGANISER, AGENCY, EVALUATOR, AUDITOR, buyer("A"), sme("x"))
BOUNDED = settings(
    max_examples=3, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
)  # fmt: skip


def known_ids() -> dict[str, str]:
    """What path variables stand for on the held fair, so that requests reach the rules behind the addresses."""
    met = FAIR.meeting("x", "A")
    (agreement,) = STAGE.items(AGENCY, "/grants/agreements")
    (timetable,) = STAGE.items(ORGANISER, f"{FAIR.matching}/timetables")
    (follow,) = STAGE.items(ORGANISER, f"{FAIR.consultation}/commitments")
    return {
        "fair_id": FAIR.fair_id, "participation_id": FAIR.who("A"), "request_id": FAIR.request("x", "A"),
        "meeting_id": met["meeting_id"], "timetable_id": timetable["timetable_id"],
        "commitment_id": follow["commitment_id"], "programme_id": agreement["programme_id"],
        "application_id": agreement["application_id"], "agreement_id": agreement["agreement_id"],
        "briefing_id": FAIR.id("briefing"), "challenge_id": FAIR.id("challenge"), "contact_id": FAIR.id("contact", "x"),
        "seat_id": FAIR.id("seat", "x"), "match_id": met["meeting_id"],
    }  # fmt: skip


IDS = known_ids()
SERVICES = ("registration", "matching", "consultation", "grants")
DOCUMENTS = {name: schemathesis.openapi.from_wsgi("/openapi.json", STAGE.stations[name].app) for name in SERVICES}
# Parametrised here and not by schemathesis: its tests of one function share a node id, and xdist runs one of them only.
OPERATIONS = {
    f"{name} {result.ok().label}": result.ok()
    for name, document in DOCUMENTS.items()
    for result in document.get_all_operations()
}
FITTING, UNFIT = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
CASES = [
    *(pytest.param(operation, FITTING, id=f"{label} fitting") for label, operation in OPERATIONS.items()),
    # The addresses for machines take nothing, so that nothing can be wrong with a request.
    *(
        pytest.param(operation, UNFIT, id=f"{label} unfit")
        for label, operation in OPERATIONS.items()
        if operation.path not in {"/healthz", "/readyz", "/metrics"}
    ),
]
# Names refuse more than JSON Schema can say (phone numbers, blanks at the ends), and ids of a fair in the address
# rarely exist, so that a well-formed request may be refused.
BEYOND_SCHEMA = [schemathesis.checks.CHECKS.get_one("positive_data_acceptance")]
# A request that was wrong by an id in its address alone is right with one that exists.
WRONG_NO_MORE = [schemathesis.checks.CHECKS.get_one("negative_data_rejection")]


def answered_as_documented(case, number: int) -> None:
    """The case as it was generated, then with ids that exist, each time as another caller."""
    headers = STAGE.headers(CALLERS[number % len(CALLERS)])
    case.call_and_validate(headers=headers, excluded_checks=BEYOND_SCHEMA)
    known = {name: IDS[name] for name in case.path_parameters or {} if name in IDS}
    if known:
        case.path_parameters.update(known)
        case.call_and_validate(headers=STAGE.headers(ORGANISER), excluded_checks=[*BEYOND_SCHEMA, *WRONG_NO_MORE])


class Counter:
    """Hands out callers in turn."""

    def __init__(self) -> None:
        self.number = 0

    def next(self) -> int:
        self.number += 1
        return self.number


TURN = Counter()


@pytest.mark.parametrize(("operation", "mode"), CASES)
def test_every_answer_is_as_documented(operation, mode):
    @given(case=operation.as_strategy(generation_mode=mode))
    @BOUNDED
    def tried(case):
        answered_as_documented(case, TURN.next())

    tried()


@pytest.mark.parametrize("name", SERVICES)
def test_documents_say_what_a_reader_needs(name):
    document = STAGE.stations[name].client.get("/openapi.json").json
    assert document["openapi"].startswith("3.1")
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if method in {"get", "post", "put"}:
                assert operation["summary"], (path, method)
                assert operation["responses"], (path, method)
    page = STAGE.stations[name].client.get("/docs").get_data(as_text=True)
    assert "https://" not in page.replace("https://json-schema.org", "")
