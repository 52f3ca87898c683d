"""The sample service keeps what its OpenAPI document promises, whatever is sent: schemathesis, in process."""

import atexit
import tempfile
from pathlib import Path

import schemathesis
from hypothesis import HealthCheck, settings

from services.chassis.web import create_app
from tests.unit.chassis.web import web_sample as sample

# Made at import: schemathesis makes one test of each operation when tests are collected.
_DIRECTORY = tempfile.TemporaryDirectory()
_APPLICATION = sample.opened(Path(_DIRECTORY.name))
atexit.register(lambda: (_APPLICATION.database.close(), _DIRECTORY.cleanup()))
_DOCUMENT = schemathesis.openapi.from_wsgi("/openapi.json", create_app(_APPLICATION, sample.settings()))

# Titles refuse more than JSON Schema can say (phone numbers, blanks at the ends), so a generated one may be refused.
BEYOND_SCHEMA = [schemathesis.checks.CHECKS.get_one("positive_data_acceptance")]


@_DOCUMENT.exclude(path_regex="explode$").parametrize()
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_documented(case):
    case.call_and_validate(headers=sample.ORGANISER, excluded_checks=BEYOND_SCHEMA)
