"""From Korean text to words: synonyms, abbreviations, two scripts, letters."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.matching.scoring import sound
from services.matching.scoring.jamo import grams, letters
from services.matching.scoring.letter_names import abbreviated
from services.matching.scoring.synonyms import SYNONYMS
from services.matching.scoring.words import terms, terms_without_synonyms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2차전지 진단", "배터리 진단"),
        ("이차 전지를 진단", "ＢＡＴＴＥＲＹ 진단"),
        ("OLED 봉지재료", "올레드 봉지 소재"),
        ("ESS 안전", "에너지저장장치의 안전"),
        ("에이아이 챗봇", "AI Chatbot"),
        ("아이오티 센서", "사물인터넷 감지기"),
        ("스마트팩토리용 드론", "지능형 공장 무인기"),
    ],
)
def test_different_writing_of_one_thing_gives_the_same_words(one, other):
    assert terms(one) == terms(other)
    assert terms_without_synonyms(one) != terms_without_synonyms(other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("수질을 자동으로 측정하는 방법", ("수질", "자동", "측정", "방법")),
        ("5G V2I 모뎀", ("5g", "v2i", "모뎀")),
        ("air said", ("air", "said")),
        ("!!! ...", ()),
        ("", ()),
        ("   ", ()),
    ],
)
def test_particles_endings_and_signs_are_no_words_and_latin_forms_count_as_whole_words(text, expected):
    assert terms(text) == expected


def test_a_particle_behind_a_known_word_is_not_taken_for_one():
    assert terms("열폭주를 감지") == terms("열폭주 감지")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("에이아이", "ai"), ("엘이디 조명", "led 조명"), ("알에프를", "rf 를"), ("피씨비", "pcb"),
        ("유지보수", "유지보수"), ("유지비", "유지비"), ("아이디어", "아이디어"), ("비디오", "비디오"),
        ("디지털", "디지털"),
    ],
)  # fmt: skip
def test_spelled_out_abbreviations_are_known_and_ordinary_words_are_not_taken_for_them(text, expected):
    assert abbreviated(text) == expected


@pytest.mark.parametrize(
    ("latin", "hangul"),
    [
        ("filter", "필터"), ("battery", "배터리"), ("connector", "커넥터"), ("software", "소프트웨어"),
        ("ceramic", "세라믹"), ("simulation", "시뮬레이션"), ("blockchain", "블록체인"),
        ("housing", "하우징"), ("hydrogel", "하이드로젤"),
        ("photoresist", "포토레지스트"), ("encapsulation", "인캡슐레이션"), ("vision", "비전"),
    ],
)  # fmt: skip
def test_a_loan_word_sounds_alike_in_both_scripts(latin, hangul):
    assert sound.of_latin(latin) == sound.of_hangul(hangul) != ""


@pytest.mark.parametrize(("latin", "hangul"), [("filter", "센서"), ("robot", "로켓"), ("ceramic", "카메라")])
def test_other_words_sound_otherwise(latin, hangul):
    assert sound.of_latin(latin) != sound.of_hangul(hangul)


def test_a_slip_of_one_letter_leaves_most_runs_of_letters():
    right, wrong = set(grams("콘크리트")), set(grams("콘크리드"))
    assert letters("컵") == "ㅋㅓㅂ"
    assert len(right & wrong) >= len(right) - 3
    assert not right & set(grams("태양광"))


def test_no_form_of_the_table_is_read_in_two_ways():
    read: dict[str, str] = {}
    for words, forms in SYNONYMS:
        for form in {words, *forms}:
            bare = "".join(form.split())
            assert read.setdefault(bare, words) == words, f"{form}: {words}, and {read[bare]} before"


def test_what_forms_are_read_as_is_read_as_itself():
    for words, _ in SYNONYMS:
        assert terms(words) == tuple(words.split())


@settings(deadline=None)
@given(st.text(max_size=60))
def test_every_text_gives_words_and_the_same_ones_each_time(text):
    found = terms(text)
    assert found == terms(text)
    assert all(word and word == word.strip() for word in found)
    assert abbreviated(abbreviated(text)) == abbreviated(text)
    assert len(grams(text)) >= bool(letters(text))
