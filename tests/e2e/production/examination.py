"""Runs in the container `checker`, when all has settled: everything that is not as promised, as JSON."""

import json
from pathlib import Path
from typing import Final

from services.chassis.application import Application, Keys
from services.chassis.database import Database
from services.suite import SERVICES
from tests.e2e.production.inside import BROKERS, as_administrator, bus, key, secured_database_url
from tests.e2e.production.replicas import replicas
from tests.faults.checker.evidence import Evidence
from tests.faults.checker.verdict import findings
from tests.load.record import read

RECORD: Final = Path("/record.jsonl")


def main() -> None:
    applications = {
        service.name: Application(
            service,
            Database(secured_database_url(service.name), connections=2),
            Keys(vault=key(f"{service.name}_vault_key"), fingerprint=key("fingerprint_key")),
        )
        for service in SERVICES
    }
    evidence = Evidence(read(RECORD), applications, bus(BROKERS, **as_administrator()))
    print(json.dumps({"findings": [str(found) for found in findings(evidence)], "replicas": replicas()}))


if __name__ == "__main__":
    main()
