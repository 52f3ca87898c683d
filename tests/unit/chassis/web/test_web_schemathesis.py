"""The sample service keeps what its OpenAPI document promises, whatever is sent: schemathesis, in process."""

import atexit
import tempfile
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.chassis.web import create_app
from tests.unit.chassis.web import web_sample as sample

# Made at import: there is one test of each operation, and they are counted when tests are collected.
_DIRECTORY = tempfile.TemporaryDirectory()
_APPLICATION = sample.opened(Path(_DIRECTORY.name))
atexit.register(lambda: (_APPLICATION.database.close(), _DIRECTORY.cleanup()))
_DOCUMENT = schemathesis.openapi.from_wsgi("/openapi.json", create_app(_APPLICATION, sample.settings()))

# Titles refuse more than JSON Schema can say (phone numbers, blanks at the ends), so a generated one may be refused.
BEYOND_SCHEMA = [schemathesis.checks.CHECKS.get_one("positive_data_acceptance")]


# Parametrised here and not by schemathesis: its tests of one function share a node id, and xdist runs one of them only.
OPERATIONS = {
    result.ok().label: result.ok() for result in _DOCUMENT.exclude(path_regex="explode$").get_all_operations()
}


@pytest.mark.parametrize("label", OPERATIONS)
def test_every_answer_is_as_documented(label):
    fitting = OPERATIONS[label].as_strategy(generation_mode=schemathesis.GenerationMode.POSITIVE)
    unfit = OPERATIONS[label].as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE)

    @given(case=st.one_of(fitting, unfit))
    @settings(max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    def tried(case):
        case.call_and_validate(headers=sample.ORGANISER, excluded_checks=BEYOND_SCHEMA)

    tried()
