"""Whom a participant did not think of: the best of the other side that it has nothing to do with yet."""

from collections.abc import Mapping
from typing import Final

from services.chassis.read_models import Row
from services.chassis.service import Reader
from services.matching.handlers.scores import Scores
from services.matching.projections.tables import departures, exclusions, on_site_requests, participants, requests
from services.matching.scoring.score import Score

MOST: Final = 10
SIDES: Final = {"buyer": "buyer_participation_id", "sme": "sme_participation_id"}


def suggested(reader: Reader, fair: Row, me: Row) -> tuple[list[tuple[Row, Score]], Mapping[str, Row]]:
    """At most ten of the other side, best first (of equal ones by id), and the fair's demands.

    Never one whom either side excluded, who was asked or asked before (also where that was taken back or declined), who
    is not admitted, or who has left. Nobody where the fair was cancelled or the participant is not admitted itself.
    """
    fair_id, who = fair["fair_id"], me["participation_id"]
    asked = reader.find(requests, fair_id=fair_id)
    scores = Scores(reader, fair, asked)
    gone = {row["participation_id"] for row in reader.find(departures, fair_id=fair_id)}
    if fair["status"] == "cancelled" or me["status"] != "approved" or who in gone:
        return [], scores.demands
    mine = SIDES[me["side"]]
    (theirs,) = set(SIDES.values()) - {mine}
    pairs = (*asked, *reader.find(on_site_requests, fair_id=fair_id), *reader.find(exclusions, fair_id=fair_id))
    out = gone | {row[theirs] for row in pairs if row[mine] == who}
    found = []
    for other in reader.find(participants, fair_id=fair_id, status="approved"):
        if other["side"] != me["side"] and other["participation_id"] not in out:
            buyer, sme = (me, other) if me["side"] == "buyer" else (other, me)
            score = scores.of_pair(buyer, sme)
            if score is not None:
                found.append((other, score))
    found.sort(key=lambda pair: (-pair[1].total, pair[0]["participation_id"]))
    return found[:MOST], scores.demands
