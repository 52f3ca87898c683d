"""Writes the files of the 2023 fair (Python standard library only); the same script always gives the same bytes.

    python generate.py [FOLDER]      FOLDER: where to write, by default the folder of this script

What is real comes from `press-release.txt` and `release.py`, what is assumed from `assumptions.py`, what is made up
from the other modules. README.md describes every file.
"""  # noqa: INP001 - scripts, not a package

import csv
import io
import json
import sys
from pathlib import Path

from asking import answers, on_site, requests
from assumptions import BRIEFING_SETTINGS, FAIR, PROGRAMMES
from outcomes import applications, day
from participants import buyer_settings, contacts, demands, smes
from release import AWARDS, BRIEFINGS, CHALLENGES, CLAIMS, FACTS, SHOWCASES, Row, listed_buyers


def files() -> dict[str, bytes]:
    """Every generated file's name and content."""
    buyers, companies = listed_buyers(), smes()
    asked = requests(buyers, companies)
    asked_on_site = on_site(buyers, companies, asked)
    fates = day([*asked, *asked_on_site])
    tables = {
        "buyers": buyers,
        "buyer_settings": buyer_settings(buyers),
        "smes": companies,
        "contacts": contacts(buyers, companies),
        "demands": demands(buyers),
        "requests": asked,
        "answers": answers(asked),
        "onsite": asked_on_site,
        "day": fates,
        "applications": applications(fates, PROGRAMMES),
        "claims": CLAIMS,
        "challenges": CHALLENGES,
        "awards": AWARDS,
        "showcases": SHOWCASES,
        "briefings": BRIEFINGS,
        "briefing_settings": BRIEFING_SETTINGS,
        "programmes": PROGRAMMES,
    }
    fair = {"external_id": "fair-2023", "facts": FACTS, "assumptions": FAIR}
    contents = {f"{name}.csv": _csv(rows) for name, rows in tables.items()}
    contents["fair.json"] = (json.dumps(fair, ensure_ascii=False, indent=2) + "\n").encode()
    return contents


def _csv(rows: list[Row]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0]) if arguments else Path(__file__).parent
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files().items():
        (folder / name).write_bytes(content)
        sys.stdout.write(f"{name}: {len(content)} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
