"""Scores of a fair's pairs, from what both sides wrote and answered, and from what came of earlier fairs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from services.chassis.read_models import Row
from services.chassis.service import Reader
from services.matching.projections.tables import demands, fairs, meetings, outcomes
from services.matching.scoring.fit import Fair
from services.matching.scoring.pair import Standing, Text
from services.matching.scoring.score import Score


class Scores:
    """The scores of one fair as things stand now: demands and active requests say which words are rare in it.

    An SME offers what it named in its active requests, to whomever they go: it tells the fair nothing else.
    """

    def __init__(self, reader: Reader, fair: Row, requests: Iterable[Row]) -> None:
        self._reader, self._row = reader, fair
        self.demands: Mapping[str, Row] = {
            row["demand_id"]: row for row in reader.find(demands, fair_id=fair["fair_id"])
        }
        self._wanted: defaultdict[str, list[Text]] = defaultdict(list)
        for row in self.demands.values():
            self._wanted[row["participation_id"]].append(_text(row["demand_id"], row["title"], row))
        self._offered: defaultdict[str, dict[str, Text]] = defaultdict(dict)
        for row in requests:
            if row["status"] == "active":
                self._offered[row["sme_participation_id"]].setdefault(row["technology"], _offer(row))
        wanted = [text for texts in self._wanted.values() for text in texts]
        self._fair = Fair(wanted, [text for texts in self._offered.values() for text in texts.values()])

    def of_request(self, request: Row, answer: str | None) -> Score:
        """The score of a request. `answer` is where the buyer stands: must-meet, accept, or anything else."""
        past = self._past[request["buyer_company_id"], request["sme_company_id"]]
        standing = Standing(asked=True, answer=answer, outcomes=past)
        return self._fair.score(_offer(request), self._wanted[request["buyer_participation_id"]], standing)

    def of_pair(self, buyer: Row, sme: Row) -> Score | None:
        """The score of a pair that did not ask, by the offer that fits best; None where nothing written speaks for it:
        one of them wrote nothing, or they share no word, no letters and no kind of technology.
        """
        wanted, offered = self._wanted[buyer["participation_id"]], self._offered[sme["participation_id"]]
        standing = Standing(outcomes=self._past[buyer["company_id"], sme["company_id"]])
        found = [self._fair.score(offered[name], wanted, standing) for name in sorted(offered)] if wanted else []
        best = max(found, key=lambda score: score.total, default=None)
        return best if best is not None and best.founded else None

    @cached_property
    def _past(self) -> Mapping[tuple[str, str], Sequence[str]]:
        """(buyer's company, SME's company) -> outcomes of their talks at fairs before this one."""
        past: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for fair in self._reader.find(fairs):
            if fair["date"] < self._row["date"]:
                came_to = {
                    row["meeting_id"]: row["outcome"] for row in self._reader.find(outcomes, fair_id=fair["fair_id"])
                }
                for row in self._reader.find(meetings, fair_id=fair["fair_id"]) if came_to else ():
                    if row["meeting_id"] in came_to:
                        past[row["buyer_company_id"], row["sme_company_id"]].append(came_to[row["meeting_id"]])
        return past


def _offer(request: Row) -> Text:
    return _text(request["technology"], request["technology"], request)


def _text(name: str, written: str, row: Row) -> Text:
    return Text(name, written, tuple(row["terms"]), frozenset(row["topics"]))
