"""What scores cost: memory and computing of the Korean analyser, computing of all scores of a fair."""

import random
import subprocess
import sys
from collections.abc import Iterator
from time import process_time

from services.matching.scoring import words
from services.matching.scoring.fit import Fair
from services.matching.scoring.pair import Standing, Text
from tests.benchmarks import hidden_topics

FAIRS = {"2023 (40 x 147 x 924)": (40, 924), "ten times": (400, 9_240), "fifty times": (1_000, 46_200)}
"""Buyers and requests; every buyer publishes two demands."""
_LOADED = """
import time
from services.matching.scoring import words
import services.matching.definition
def resident():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) // 1024
before = resident()
started = time.process_time()
words.terms("배터리 진단 로봇")
seconds = time.process_time() - started
print(resident() - before, before, seconds)
"""


def lines() -> Iterator[str]:
    """Lines of a report; computing is seconds of this process, not of the wall."""
    done = subprocess.run([sys.executable, "-c", _LOADED], check=True, capture_output=True, text=True)
    added, before, seconds = done.stdout.split()
    yield f"the analyser: {float(seconds):.1f} s of computing and {added} MB once per process (before: {before} MB)"
    texts = [written.text for written in hidden_topics.write(1)[1]]
    split = words.terms.__wrapped__
    split(texts[0])
    started = process_time()
    for text in texts:
        split(text)
    yield f"words of a text: {(process_time() - started) / len(texts) * 1_000:.2f} ms"
    for name, (buyers, requests) in FAIRS.items():
        yield f"all scores of a fair, {name}: {_fair(buyers, requests):.2f} s"


def _fair(buyers: int, requests: int) -> float:
    """From words to scores; every other text of its own, as if no SME asked twice for one technology."""
    rng = random.Random(buyers)
    demands, offers = hidden_topics.write(1)
    vocabulary = sorted({word for written in (*demands, *offers) for word in words.terms(written.text)})

    def text(name: str) -> Text:
        chosen = tuple(rng.choices(vocabulary, k=6))
        return Text(name, " ".join(chosen), chosen, frozenset({rng.choice(demands).topic}))

    wanted = [[text(f"d{number}-{n}") for n in range(2)] for number in range(buyers)]
    asked = [(text(f"o{number}"), rng.randrange(buyers)) for number in range(requests)]
    started = process_time()
    fair = Fair([demand for of in wanted for demand in of], [offer for offer, _ in asked])
    for offer, buyer in asked:
        fair.score(offer, wanted[buyer], Standing(asked=True, answer="accept"))
    return process_time() - started
