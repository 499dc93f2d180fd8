"""Options that plugins declare: types, limits, defaults, and what is refused."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from vocmine.errors import UsageError
from vocmine.options import Option, checked_options, declared_options, did_you_mean

TOPICS = Option("topics", "integer", "how many topics to look for", minimum=2, maximum=100)


class TestAValue:
    @pytest.mark.parametrize(
        ("option", "value"),
        [
            (TOPICS, 2),
            (TOPICS, 100),
            (Option("share", "real"), 0.5),
            (Option("quick", "boolean"), False),
            (Option("sign"), "R$"),
            (Option("sign"), ""),
            (Option("lang", choices=("es", "pt")), "pt"),
        ],
    )
    def test_of_the_type_and_within_the_limits_is_taken_as_it_is(
        self, option: Option, value: object
    ) -> None:
        assert option.check(value) == value
        assert type(option.check(value)) is type(value)

    @pytest.mark.parametrize(
        ("option", "value", "sentence"),
        [
            (TOPICS, 1, "is 1, and must be a whole number from 2 to 100"),
            (TOPICS, 101, "is 101, and must be a whole number from 2 to 100"),
            (TOPICS, 2.0, "is 2.0, and must be a whole number"),
            (TOPICS, "20", "is '20', and must be a whole number"),
            (TOPICS, True, "is True, and must be a whole number"),
            (Option("n", "integer", minimum=1), 0, "must be a whole number of at least 1"),
            (Option("n", "real", maximum=0.5), 1, "must be a number of at most 0.5"),
            (Option("n", "real"), float("nan"), "is nan, and must be a number"),
            (Option("n", "real"), float("inf"), "is inf, and must be a number"),
            (Option("b", "boolean"), 1, "is 1, and must be true or false"),
            (Option("t"), 3, "is 3, and must be text"),
            (Option("t"), None, "is None, and must be text"),
            (Option("c", choices=("es", "pt")), "fr", "is 'fr', and must be one of es, pt"),
            (Option("m", many=True), "ab", "is 'ab', and must be a list of texts"),
            (
                Option("m", "integer", many=True),
                [1, "x"],
                "is [1, 'x'], and must be a list of whole",
            ),
            (Option("t", choices=("a",)), "x" * 500, "x…, and must be one of a"),
        ],
    )
    def test_of_another_type_or_out_of_the_limits_is_refused_with_what_it_must_be(
        self, option: Option, value: object, sentence: str
    ) -> None:
        with pytest.raises(ValueError) as caught:
            option.check(value)
        assert sentence in str(caught.value)
        assert len(str(caught.value)) < 120

    def test_a_whole_number_is_a_number(self) -> None:
        found = Option("share", "real").check(1)
        assert (found, type(found)) == (1.0, float)

    def test_a_list_reaches_the_plugin_as_a_tuple(self) -> None:
        assert Option("words", many=True).check(["a", "b"]) == ("a", "b")


class TestAText:
    @pytest.mark.parametrize(
        ("option", "text", "value"),
        [
            (TOPICS, "20", 20),
            (TOPICS, " 20 ", 20),
            (Option("share", "real"), "0.5", 0.5),
            (Option("share", "real"), "1e-3", 0.001),
            (Option("b", "boolean"), "True", True),
            (Option("b", "boolean"), "no", False),
            (Option("b", "boolean"), "0", False),
            (Option("t"), "20", "20"),
            (Option("t"), "[a]", "[a]"),
            (Option("m", many=True), "a, b,,", ("a", "b")),
            (Option("m", many=True), '["a, b", "c"]', ("a, b", "c")),
            (Option("m", "integer", many=True), "1,2", (1, 2)),
            (Option("m", "integer", many=True), "[1, 2]", (1, 2)),
        ],
    )
    def test_stands_for_a_value(self, option: Option, text: str, value: object) -> None:
        assert option.read(text) == value

    @pytest.mark.parametrize(
        ("option", "text"),
        [
            (TOPICS, "many"),
            (TOPICS, "2.5"),
            (TOPICS, ""),
            (Option("share", "real"), "nan"),
            (Option("b", "boolean"), "quizás"),
            (Option("m", many=True), "[a"),
            (Option("m", "integer", many=True), "1,x"),
        ],
    )
    def test_that_is_none_is_refused(self, option: Option, text: str) -> None:
        with pytest.raises(ValueError, match="and must be"):
            option.read(text)


class TestADeclaration:
    @pytest.mark.parametrize(
        ("made", "sentence"),
        [
            ({"name": "con espacio"}, "a name has letters"),
            ({"name": "a.b"}, "a name has letters"),
            ({"name": "n", "type": "int"}, "type 'int' is none of text, integer, real, boolean"),
            ({"name": "n", "type": "integer", "default": "x"}, "'n': its default is 'x', and must"),
            ({"name": "n", "default": "b", "choices": ("a",)}, "its default is 'b', and must"),
        ],
    )
    def test_that_makes_no_sense_fails_where_it_is_made(
        self, made: dict[str, Any], sentence: str
    ) -> None:
        with pytest.raises(ValueError, match=sentence):
            Option(**made)

    def test_may_be_a_mapping_of_texts_as_of_old(self) -> None:
        old = SimpleNamespace(options={"sign": "what stands before an amount"})
        assert declared_options(old) == (Option("sign", help="what stands before an amount"),)

    def test_may_be_left_out(self) -> None:
        assert declared_options(SimpleNamespace()) == ()

    @pytest.mark.parametrize(
        ("options", "sentence"),
        [
            ("topics", "must be a tuple of Option, and is str"),
            (3, "must be a tuple of Option, and is int"),
            (("topics",), "must be a tuple of Option, and holds 'topics'"),
            ((TOPICS, TOPICS), "option 'topics' is declared twice"),
        ],
    )
    def test_that_is_none_is_told(self, options: object, sentence: str) -> None:
        with pytest.raises(ValueError, match=sentence):
            declared_options(SimpleNamespace(options=options))


class TestWhatAnAnalyzerGets:
    declared = (TOPICS, Option("sign", default="$"), Option("quick", "boolean", default=False))

    def test_texts_become_values_and_defaults_are_filled_in(self) -> None:
        found = checked_options("topic", self.declared, {"topics": "20"})
        assert found == {"sign": "$", "quick": False, "topics": 20}

    def test_values_are_taken_too(self) -> None:
        assert checked_options("topic", self.declared, {"topics": 20})["topics"] == 20

    def test_an_option_without_default_that_nobody_set_is_not_there(self) -> None:
        assert "topics" not in checked_options("topic", self.declared, {})

    def test_a_wrong_value_names_analyzer_and_option_and_says_what_it_is(self) -> None:
        with pytest.raises(UsageError) as caught:
            checked_options("topic", self.declared, {"topics": "many"})
        assert str(caught.value) == (
            "topic.topics is 'many', and must be a whole number from 2 to 100. "
            "It is: how many topics to look for."
        )

    def test_an_unknown_option_names_the_nearest_and_lists_all(self) -> None:
        with pytest.raises(UsageError, match="'topic' has no option 'topcis'") as caught:
            checked_options("topic", self.declared, {"topcis": "2"})
        assert caught.value.hint.startswith("Did you mean 'topics'? Its options are: topics (how")

    def test_an_analyzer_without_options_says_so(self) -> None:
        with pytest.raises(UsageError, match=r"'pqrs' has no option 'x'\. It takes none"):
            checked_options("pqrs", (), {"x": "1"})


def test_nothing_is_suggested_where_nothing_is_near() -> None:
    assert did_you_mean("contry", ["country", "lang"]) == "Did you mean 'country'?"
    assert did_you_mean("zzz", ["country", "lang"]) == ""
