"""Who takes part, as far as it is made up: SMEs, buyers' settings and demands, persons."""  # noqa: INP001 - scripts, not a package

import random

from assumptions import ASSUMED, LUNCH_AFTER, SLOTS, TABLES
from draws import rng_for
from release import REAL, Row
from vocabulary import BUYER_TOPICS, NAME_FIRST, NAME_SECOND, QUALIFIERS, REGIONS, TOPICS

BYCOM = "㈜바이컴"
BYCOM_TOPICS = ("automotive-parts", "water-environment")
SMES = 147


def _availability(rng: random.Random, full_share: float) -> list[int]:
    """All day, or late, early, one half of the day only, or with a hole."""
    every = list(range(1, SLOTS + 1))
    if rng.random() < full_share:
        return every
    kind = rng.choices(("late", "early", "morning", "afternoon", "hole"), (30, 20, 15, 15, 20))[0]
    if kind == "late":
        return every[rng.randint(1, SLOTS // 3) :]
    if kind == "early":
        return every[: -rng.randint(1, SLOTS // 3)]
    if kind == "morning":
        return every[:LUNCH_AFTER]
    if kind == "afternoon":
        return every[LUNCH_AFTER:]
    missing = rng.randint(2, SLOTS - 1)
    return [slot for slot in every if slot != missing]


def joined(values: object) -> str:
    return ";".join(str(value) for value in values)  # type: ignore[attr-defined]


def technology(rng: random.Random, topic: str) -> str:
    return f"{rng.choice(QUALIFIERS)} {rng.choice(TOPICS[topic])}"


def buyer_settings(buyers: list[Row]) -> list[Row]:
    rows = []
    for buyer in buyers:
        rng = rng_for("buyer", str(buyer["name"]))
        slots = _availability(rng, 0.80)
        rows.append(
            {
                "buyer": buyer["name"],
                "tables": rng.choices(*TABLES)[0],
                "available_slots": joined(slots),
                "topics": joined(BUYER_TOPICS[str(buyer["name"])]),
                **ASSUMED,
            }
        )
    return rows


def demands(buyers: list[Row]) -> list[Row]:
    rows: list[Row] = []
    for buyer in buyers:
        rng = rng_for("demand", str(buyer["name"]))
        for topic in BUYER_TOPICS[str(buyer["name"])]:
            rows.append(
                {
                    "external_id": f"d{len(rows) + 1:03d}",
                    "buyer": buyer["name"],
                    "title": f"{technology(rng, topic)} 협력 개발",
                    "topics": topic,
                    **ASSUMED,
                }
            )
    return rows


def smes() -> list[Row]:
    """Bycom, of which only the name is known, and 146 invented companies whose names say so."""
    rows: list[Row] = [
        {
            "external_id": "s001", "name": BYCOM, "business_number": "", "region": "", "max_meetings": "",
            "available_slots": "", "topics": "", **REAL,
        }
    ]  # fmt: skip
    rng = rng_for("smes")
    names = [first + second for first in NAME_FIRST for second in NAME_SECOND]
    for number, name in enumerate(rng.sample(names, SMES - 1), 1):
        rows.append(
            {
                "external_id": f"s{number + 1:03d}",
                "name": f"(가상) {name} {number:03d}",
                "business_number": "",
                "region": rng.choice(REGIONS),
                "max_meetings": rng.choice((2, 3, 4)) if rng.random() < 0.25 else "",  # noqa: PLR2004 - a quarter
                "available_slots": joined(_availability(rng, 0.52)),
                "topics": joined(rng.sample(list(TOPICS), rng.choice((1, 1, 2)))),
                **ASSUMED,
            }
        )
    return rows


def sme_topics(sme: Row) -> tuple[str, ...]:
    return tuple(str(sme["topics"]).split(";")) if sme["topics"] else BYCOM_TOPICS


def contacts(buyers: list[Row], companies: list[Row]) -> list[Row]:
    """A lead for everybody and a second person for some: numbered, so that nobody is taken for a real person."""
    rows: list[Row] = []
    for side, members in (("buyer", buyers), ("sme", companies)):
        for member in members:
            rng = rng_for("contacts", side, str(member["name"]))
            roles = ["lead", rng.choice(("technical", "purchasing", "other"))] if rng.random() < 0.25 else ["lead"]  # noqa: PLR2004 - a quarter
            for role in roles:
                number = len(rows) + 1
                rows.append(
                    {
                        "external_id": f"contact-{number:04d}",
                        "side": side,
                        "company": member["name"],
                        "role": role,
                        "name": f"(가상) 담당자 {number:04d}",
                        "phone": f"010-0000-{number:04d}",
                        "email": f"contact-{number:04d}@example.invalid",
                        **ASSUMED,
                    }
                )
    return rows
