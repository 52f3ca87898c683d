"""Who asks whom for what: the pre-registered requests, those of the day, and the buyers' answers."""  # noqa: INP001 - scripts, not a package

import math
import random

from assumptions import ANSWER_SHARES, ASSUMED, ON_SITE_REQUESTS, REQUEST_QUOTA
from draws import drawn, rng_for, sample
from participants import SMES, sme_topics, technology
from release import Row
from vocabulary import BUYER_TOPICS

REQUESTS = 924
SECOND_TECHNOLOGY_SHARE = 0.06


def _requests_per_sme(rng: random.Random) -> list[int]:
    counts = [min(REQUEST_QUOTA, max(1, round(rng.lognormvariate(math.log(5.4), 0.65)))) for _ in range(SMES)]
    while difference := REQUESTS - sum(counts):
        step = 1 if difference > 0 else -1
        sme = rng.randrange(SMES)
        if 1 <= counts[sme] + step <= REQUEST_QUOTA:
            counts[sme] += step
    return counts


def weights(buyers: list[Row], topics: tuple[str, ...]) -> list[float]:
    """Popularity (Zipf-Mandelbrot in a random order: the first draws about 15 times as much as the last) x fit."""
    ranks = list(range(1, len(buyers) + 1))
    rng_for("popularity").shuffle(ranks)
    weights = []
    for rank, buyer in zip(ranks, buyers, strict=True):
        wanted = BUYER_TOPICS[str(buyer["name"])]
        fit = len(set(wanted) & set(topics)) / math.sqrt(len(wanted) * len(topics))
        weights.append((rank + 0.1 * len(buyers)) ** -1.3 * math.exp(2.5 * fit))
    return weights


def requests(buyers: list[Row], companies: list[Row]) -> list[Row]:
    """An SME offers two to four technologies; 6 % of its requests are a second one to a buyer already asked."""
    rng = rng_for("requests")
    raw: list[tuple[Row, Row, str, str]] = []
    for sme, wanted in zip(companies, _requests_per_sme(rng), strict=True):
        topics = sme_topics(sme)
        portfolio: dict[str, str] = {}
        for topic in [*topics, *rng.choices(topics, k=4)]:
            if len(portfolio) < 4:  # noqa: PLR2004 - see the docstring
                portfolio.setdefault(technology(rng, topic), topic)
        second = sum(rng.random() < SECOND_TECHNOLOGY_SHARE for _ in range(wanted - 1))
        chosen = sample(rng, weights(buyers, topics), wanted - second)
        asked: set[tuple[int, str]] = set()
        for buyer in chosen + [rng.choice(chosen) for _ in range(second)]:
            offers = [name for name in portfolio if (buyer, name) not in asked]
            fitting = [name for name in offers if portfolio[name] in BUYER_TOPICS[str(buyers[buyer]["name"])]]
            name = rng.choice(fitting or offers)
            asked.add((buyer, name))
            raw.append((sme, buyers[buyer], name, portfolio[name]))
    rng.shuffle(raw)
    return [
        {
            "external_id": f"r{n:04d}", "sme": sme["name"], "buyer": buyer["name"], "technology": name, "topics": topic,
            **ASSUMED,
        }
        for n, (sme, buyer, name, topic) in enumerate(raw, 1)
    ]  # fmt: skip


def answers(asked: list[Row]) -> list[Row]:
    return [
        {
            "request": row["external_id"],
            "answer": drawn(rng_for("answer", str(row["external_id"])), ANSWER_SHARES),
            **ASSUMED,
        }
        for row in asked
    ]


def on_site(buyers: list[Row], companies: list[Row], asked: list[Row]) -> list[Row]:
    """Asked during the day, between the doors' opening and the last slot, for pairs that did not ask before."""
    rng = rng_for("on-site")
    taken = {(row["sme"], row["buyer"]) for row in asked}
    raw: list[tuple[int, Row, Row, str, str]] = []
    while len(raw) < ON_SITE_REQUESTS:
        sme = rng.choice(companies)
        topics = sme_topics(sme)
        buyer = buyers[sample(rng, weights(buyers, topics), 1)[0]]
        if (sme["name"], buyer["name"]) in taken:
            continue
        taken.add((sme["name"], buyer["name"]))
        topic = rng.choice(topics)
        raw.append((rng.randrange(10 * 60 + 40, 14 * 60 + 25), sme, buyer, technology(rng, topic), topic))
    raw.sort(key=lambda entry: entry[0])
    return [
        {
            "external_id": f"o{n:03d}", "asked_at": f"2023-11-21T{minute // 60:02d}:{minute % 60:02d}:00+09:00",
            "sme": sme["name"], "buyer": buyer["name"], "technology": name, "topics": topic, **ASSUMED,
        }
        for n, (minute, sme, buyer, name, topic) in enumerate(raw, 1)
    ]  # fmt: skip
