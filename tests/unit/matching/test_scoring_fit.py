"""The score: its range, its sum, what raises it, and what it promises to be blind to."""

from dataclasses import FrozenInstanceError, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.matching.scoring import overlap
from services.matching.scoring.bm25 import Corpus, found
from services.matching.scoring.fit import Fair
from services.matching.scoring.likeness import Letters, cosine
from services.matching.scoring.pair import ANSWERS, OUTCOMES, Standing, Text
from services.matching.scoring.score import LEAST, MOST, WHOLE, Score, Term
from services.matching.scoring.weights import CURRENT, PUBLISHED, TERMS, Weight, Weights

WORDS = ("배터리", "진단", "장치", "센서", "filter", "필터", "로봇", "용접", "검사")
TOPICS = st.frozensets(st.sampled_from(["ai-data", "secondary-battery", "robotics-automation"]))


@st.composite
def texts(draw, prefix: str) -> list[Text]:
    split = draw(st.lists(st.lists(st.sampled_from(WORDS), max_size=5), max_size=6))
    return [
        Text(f"{prefix}{number}", " ".join(words), tuple(words), draw(TOPICS)) for number, words in enumerate(split)
    ]


STANDINGS = st.builds(
    Standing,
    st.booleans(),
    st.sampled_from([None, "accept", "must-meet", "declined", "expired", "unanswered"]),
    st.lists(st.sampled_from(list(OUTCOMES)), max_size=4),
)


@given(texts("d"), texts("o"), STANDINGS)
def test_every_score_is_in_range_and_its_terms_sum_up_to_it_exactly(demands, offers, standing):
    fair = Fair(demands, offers)
    for offer in [*offers, Text("x", "")]:
        score = fair.score(offer, demands, standing)
        assert LEAST <= score.total <= MOST
        assert LEAST + sum(term.weight * term.value // WHOLE for term in score.terms) == score.total
        assert [term.name for term in score.terms] == list(TERMS)
        assert sum(term.weight for term in score.terms) == MOST - LEAST
        assert all(isinstance(term.points, int) and 0 <= term.points <= term.weight for term in score.terms)
        assert (score.weights_version, score.weights_digest) == (CURRENT.version, CURRENT.digest)


@given(texts("d"), texts("o"))
def test_with_the_sides_changed_the_two_directions_change_places_and_no_more(demands, offers):
    one, other = Fair(demands, offers), Fair(offers, demands)
    for offer in offers:
        for demand in demands:
            there, back = one.fit(offer, demand).values, other.fit(demand, offer).values
            assert there["offer-in-demand"] == back["demand-in-offer"]
            assert there["demand-in-offer"] == back["offer-in-demand"]
            assert (there["letters"], there["field"]) == (back["letters"], back["field"])
            mine = one.score(offer, [demand], Standing())
            assert mine.total == other.score(demand, [offer], Standing()).total


@given(texts("d"), texts("o"), STANDINGS, st.randoms())
def test_order_does_not_matter_and_one_more_demand_never_lowers(demands, offers, standing, rng):
    mixed = rng.sample(demands, len(demands))
    one, other = Fair(demands, offers), Fair(mixed, rng.sample(offers, len(offers)))
    for offer in offers:
        assert one.score(offer, demands, standing) == other.score(offer, mixed, standing)
        found = [one.score(offer, demands[:many], standing).total for many in range(1, len(demands) + 1)]
        assert found == sorted(found)


@given(texts("d").filter(bool), texts("o").filter(bool), st.booleans(), st.sampled_from(list(OUTCOMES)))
def test_a_better_standing_never_scores_less(demands, offers, asked, outcome):
    fair = Fair(demands, offers)

    def total(**standing):
        return fair.score(offers[0], demands, Standing(**standing)).total

    assert total(asked=False) < total(asked=True)
    assert total(asked=asked) < total(asked=asked, answer="accept") < total(asked=asked, answer="must-meet")
    assert total(answer="declined") == total(answer="unanswered") == total()
    assert total(outcomes=["no-interest"]) < total() < total(outcomes=["development-commitment"])
    assert total(outcomes=["no-interest"]) <= total(outcomes=[outcome]) <= total(outcomes=["development-commitment"])
    assert total(outcomes=["no-interest", outcome]) == total(outcomes=[outcome, "no-interest"])


@given(texts("d").filter(bool), texts("o"))
def test_a_text_fits_itself_best(demands, offers):
    fair = Fair(demands, [*offers, *demands])
    for demand in demands:
        if demand.terms:
            own = fair.fit(demand, demand).values
            assert (own["offer-in-demand"], own["demand-in-offer"]) == (WHOLE, WHOLE)
            assert own["letters"] >= WHOLE - 1
            assert own["field"] == (WHOLE if demand.topics else None)


@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=6), max_size=6), st.sampled_from(WORDS))
def test_a_search_finds_no_less_in_a_text_that_says_one_of_its_words_instead_of_none(split, word):
    corpus = Corpus(split)
    asked = corpus.weighed([word, "용접"])
    assert found(asked, corpus.weighed([word, "다른"])) > found(asked, corpus.weighed(["또", "다른"])) == 0
    assert found(asked, asked) == 1
    assert found({}, asked) == 0


def test_what_is_unknown_counts_as_the_weights_say():
    nothing = Fair([], []).score(Text("o", ""), [], Standing())
    assert {term.name: (term.value, term.known) for term in nothing.terms} == {
        "offer-in-demand": (250, False), "demand-in-offer": (250, False), "letters": (250, False),
        "field": (500, False), "asked": (0, True), "answer": (0, False), "past": (500, False),
    }  # fmt: skip
    assert (nothing.demand, nothing.words, nothing.founded) == (None, (), False)


def test_a_latin_word_meets_the_hangul_word_that_sounds_like_it():
    demand, other = Text("d1", "filter", ("filter",)), Text("d2", "로봇", ("로봇",))
    fair = Fair([demand, other], [offer := Text("o", "필터", ("필터",))])
    assert fair.fit(offer, demand).values["offer-in-demand"] == WHOLE
    assert fair.score(offer, [demand, other], Standing()).words == ("필터",)
    assert fair.fit(offer, other).values["offer-in-demand"] == 0


def test_letters_find_a_mistyped_word_and_only_that():
    right, wrong, far = "콘크리트 균열 보수재", "콘크리드 균열 보수제", "태양광 모듈"
    known = Letters([right, wrong, far])
    assert cosine(known.vector(right), known.vector(wrong)) > 0.4
    assert cosine(known.vector(right), known.vector(far)) < 0.1
    assert known.vector("") == {}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (["ai", "robot"], ["robot", "ai"], 1000),
        (["ai"], ["robot"], 0),
        (["ai"], ["ai", "robot"], 500),
        ([], ["ai"], None),
        (["ai"], [], None),
    ],
)
def test_the_kind_is_the_share_of_common_codes(one, other, expected):
    assert overlap.shared(one, other) == overlap.shared(other, one) == expected


def test_terms_and_scores_do_not_change_once_made():
    score = Score((Term("asked", 1000, 49),), 1, "0" * 64)
    with pytest.raises(FrozenInstanceError):
        score.demand = "x"
    with pytest.raises(FrozenInstanceError):
        score.terms[0].value = 0


def test_the_digest_names_the_figures():
    more = {**CURRENT.terms, "asked": Weight(48, 0), "answer": Weight(121, 0)}
    assert replace(CURRENT, terms=more).digest != CURRENT.digest
    assert Weights(CURRENT.version, dict(reversed(CURRENT.terms.items()))).digest == CURRENT.digest
    assert {version: weights.version for version, weights in PUBLISHED.items()} == {v: v for v in PUBLISHED}
    # What was published is never changed: change this line only by adding another one.
    assert PUBLISHED[1].digest == "8a2ce379a4bfb466f017d8f6857c7a330225225c0810d525d366c3a6184677a6"
    assert max(ANSWERS.values()) == WHOLE


@pytest.mark.parametrize(
    "change",
    [{"asked": Weight(50, 0)}, {"asked": Weight(-1, 0), "answer": Weight(170, 0)}, {"past": Weight(80, 1001)}],
)
def test_weights_that_do_not_make_up_a_score_are_refused(change):
    with pytest.raises(ValueError, match=r"points|unknown"):
        Weights(9, {**CURRENT.terms, **change})
    with pytest.raises(ValueError, match="exactly these terms"):
        Weights(9, {name: weight for name, weight in CURRENT.terms.items() if name != "past"})
