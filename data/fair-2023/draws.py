"""Seeded chance: the same purpose always draws the same."""  # noqa: INP001 - scripts, not a package

import math
import random

SEED = "fair-2023/1"


def rng_for(*purpose: str) -> random.Random:
    """A generator of its own for each purpose, so that one record does not change because another one did."""
    return random.Random("/".join((SEED, *purpose)))  # noqa: S311 - made-up data, reproducible by design


def drawn(rng: random.Random, shares: dict) -> object:
    return rng.choices(list(shares), list(shares.values()))[0]


def sample(rng: random.Random, weights: list[float], count: int) -> list[int]:
    """Without replacement (Efraimidis and Spirakis 2006)."""
    keys = sorted(((math.log(1.0 - rng.random()) / weight, n) for n, weight in enumerate(weights)), reverse=True)
    return [n for _, n in keys[:count]]
