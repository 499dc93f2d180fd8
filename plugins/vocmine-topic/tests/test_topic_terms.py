"""The words shown of a topic: typical of it, and said together."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocmine_topic.terms import Together, shown_words, typical_words

SEGMENTS = st.lists(st.lists(st.sampled_from("abcd"), max_size=4), max_size=12)


def together(*messages: str) -> Together:
    """How well words go together where each message is one segment of words."""
    said = [message.split() for message in messages]
    words = sorted({word for segment in said for word in segment})
    return Together.of(words, said, np.arange(len(said)))


class TestTypicalWords:
    def test_words_only_lent_by_neighbours_are_not_typical(self):
        heavy = {"tarjeta": 1.0, "hijo": 0.6, "bloqueo": 0.3}
        said = {("tarjeta",): 20, ("bloqueo",): 6}
        everywhere = {("tarjeta",): 25, ("bloqueo",): 7, ("hijo",): 9}
        assert set(typical_words(heavy, said, everywhere)) == {"tarjeta", "bloqueo"}

    def test_words_of_other_topics_are_less_typical_than_those_of_this_one(self):
        heavy = {"tarjeta": 1.0, "descuento": 0.4, "plástico": 0.3}
        said = {("tarjeta",): 20, ("descuento",): 2, ("plástico",): 8}
        everywhere = {("tarjeta",): 25, ("descuento",): 30, ("plástico",): 9}
        found = typical_words(heavy, said, everywhere)
        assert sorted(found, key=found.__getitem__) == ["descuento", "plástico", "tarjeta"]


class TestTogether:
    def test_words_always_said_together_have_one_and_words_never_said_so_minus_one(self):
        found = together("cobro doble", "cobro doble", "pedido tarde", "nada")
        assert found.with_others("cobro", ["doble"]) == pytest.approx(1.0)
        assert found.with_others("cobro", ["tarde"]) == -1.0

    def test_words_that_meet_as_often_as_chance_has_it_have_nothing(self):
        found = together("cobro tarde", "cobro", "tarde", "nada")
        assert found.with_others("cobro", ["tarde"]) == pytest.approx(0.0)

    def test_a_mean_is_taken_over_the_others(self):
        found = together("cobro doble", "cobro doble", "pedido tarde", "nada")
        assert found.with_others("cobro", ["doble", "tarde"]) == pytest.approx(0.0)

    def test_what_one_message_says_in_two_segments_is_said_together(self):
        said = [["cobro"], ["doble"], ["pedido"]]
        found = Together.of(["cobro", "doble", "pedido"], said, np.array([4, 4, 9]))
        assert found.with_others("cobro", ["doble"]) == pytest.approx(1.0)
        assert found.with_others("cobro", ["pedido"]) == -1.0

    def test_a_word_of_every_message_tells_nothing(self):
        assert together("cobro doble", "cobro doble").with_others("cobro", ["doble"]) == 0.0

    def test_without_words_there_is_nothing_to_go_together(self):
        assert Together.of([], [["cobro"]], np.array([0])).scores.shape == (0, 0)

    @given(SEGMENTS, st.integers(1, 4))
    def test_scores_are_those_of_the_formula(self, said, size):
        owner = np.arange(len(said)) // size
        messages = [
            {word for at, segment in enumerate(said) if owner[at] == message for word in segment}
            for message in range(owner[-1] + 1 if len(said) else 0)
        ]
        found = Together.of(list("abcd"), said, owner)
        for left in "abcd":
            for right in "abcd":
                one, other = (sum(w in m for m in messages) for w in (left, right))
                both = sum({left, right} <= m for m in messages)
                if not both:
                    expected = -1.0
                elif both == len(messages):
                    expected = 0.0
                else:
                    n = len(messages)
                    expected = math.log(both * n / (one * other)) / -math.log(both / n)
                assert found.with_others(left, [right]) == pytest.approx(expected)


class TestShownWords:
    MESSAGES = (
        *["tarjeta bloqueo clave"] * 6,
        *["tarjeta clave cajero"] * 6,
        *["tarjeta bloqueo cajero"] * 6,
        *["seguro"] * 5,
        *["otra cosa"] * 20,
    )

    def test_the_most_typical_word_comes_first(self):
        typical = {"clave": 2.0, "tarjeta": 3.0, "bloqueo": 1.0}
        assert shown_words(typical, together(*self.MESSAGES), 8)[0] == "tarjeta"

    def test_of_two_as_typical_the_one_said_with_those_before_it_is_shown(self):
        typical = {"tarjeta": 3.0, "seguro": 1.0, "clave": 1.0}
        assert shown_words(typical, together(*self.MESSAGES), 2) == ["tarjeta", "clave"]

    def test_a_word_never_said_with_the_others_is_left_out(self):
        typical = {"tarjeta": 3.0, "bloqueo": 2.0, "clave": 2.0, "cajero": 2.0, "seguro": 1.9}
        found = shown_words(typical, together(*self.MESSAGES), 8)
        assert sorted(found) == ["bloqueo", "cajero", "clave", "tarjeta"]

    def test_few_words_are_shown_even_if_they_are_never_said_together(self):
        typical = {"seguro": 2.0, "tarjeta": 1.0, "otra": 0.5}
        assert len(shown_words(typical, together(*self.MESSAGES), 8)) == 3

    def test_no_more_than_were_asked_for(self):
        typical = {"tarjeta": 3.0, "bloqueo": 2.0, "clave": 1.0}
        assert len(shown_words(typical, together(*self.MESSAGES), 2)) == 2

    def test_a_topic_without_typical_words_shows_none(self):
        assert shown_words({}, together("cobro"), 8) == []
