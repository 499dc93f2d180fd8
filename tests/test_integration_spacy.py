"""`nlp.add_pipe("vocmine")`: what vocmine reads, as extensions of spaCy's objects."""

from __future__ import annotations

import subprocess
import sys
from importlib import metadata
from typing import TYPE_CHECKING

import pytest
import spacy
from spacy.tokens import Doc, DocBin, Span

from vocmine import Engine
from vocmine.integrations import spacy as component

if TYPE_CHECKING:
    from spacy.language import Language

TEXT = "Me cobraron dos veces la cuota. La asesora fue muy amable, pero nadie responde"
TEXTS = [TEXT, "👍👍", "", "これは日本語の文章です。", "La app no sirve, se cierra sola"]


@pytest.fixture(scope="module")
def nlp() -> Language:
    made = spacy.blank("es")
    made.add_pipe("sentencizer")
    made.add_pipe("vocmine", config={"country": "CO"})
    return made


@pytest.fixture(scope="module")
def doc(nlp: Language) -> Doc:
    return nlp(TEXT)


def test_spacy_finds_it_through_an_entry_point() -> None:
    (entry,) = metadata.entry_points(group="spacy_factories", name="vocmine")
    assert entry.load() is component.make_vocmine


def test_importing_vocmine_does_not_import_spacy_or_scikit_learn() -> None:
    code = "import sys, vocmine; print([m for m in ('spacy', 'sklearn') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_labels_and_insights_are_those_of_the_engine(doc: Doc) -> None:
    engine = Engine(country="CO", analyzers=component.ANALYZERS)
    (expected,) = engine.analyze([TEXT]).to_dicts()
    assert {label: getattr(doc._, label) for label in component.DOC_LABELS} == {
        label: expected[label] for label in component.DOC_LABELS
    }
    assert [span.text for span in doc._.insights] == [i["quote"] for i in expected["insights"]]
    assert len(expected["insights"]) == 3
    for span, insight in zip(doc._.insights, expected["insights"], strict=True):
        for label in component.SPAN_LABELS:
            assert getattr(span._, label) == insight[label]


def test_the_spans_of_the_document_are_labelled_with_their_friction(doc: Doc) -> None:
    assert [(s.text, s.label_) for s in doc.spans["vocmine"]] == [
        (span.text, span._.friction) for span in doc._.insights
    ]
    assert doc.spans["vocmine"][0].label_ == "billing"


def test_a_sentence_has_the_insights_inside_it(doc: Doc) -> None:
    first, second = doc.sents
    assert [span.text for span in first._.insights] == ["Me cobraron dos veces la cuota"]
    assert len(second._.insights) == 2


def test_a_span_that_is_no_insight_has_no_label(doc: Doc) -> None:
    assert doc[0:1]._.friction is None
    assert doc[0:1]._.insights[0].text.startswith("Me cobraron")


@pytest.mark.parametrize("batch_size", [1, 2, 64])
def test_texts_keep_their_order_and_labels_whatever_the_batch(
    nlp: Language, batch_size: int
) -> None:
    docs = list(nlp.pipe(TEXTS, batch_size=batch_size))
    assert [doc.text for doc in docs] == TEXTS
    assert [doc._.pqrs is None for doc in docs] == [False, True, True, True, False]
    assert [len(doc._.insights) > 0 for doc in docs] == [True, False, False, False, True]
    assert docs[0]._.insights[0]._.polarity == -2


def test_no_texts_give_no_documents(nlp: Language) -> None:
    assert list(nlp.pipe([])) == []


def test_two_equal_texts_are_both_labelled(nlp: Language) -> None:
    first, second = nlp.pipe([TEXT, TEXT])
    assert first._.pqrs == second._.pqrs is not None
    assert len(first._.insights) == len(second._.insights) == 3


def test_what_was_read_travels_in_a_docbin(doc: Doc, nlp: Language) -> None:
    packed = DocBin(store_user_data=True, docs=[doc]).to_bytes()
    (back,) = DocBin().from_bytes(packed).get_docs(nlp.vocab)
    assert back._.pqrs == doc._.pqrs
    assert [(s.text, s._.friction) for s in back._.insights] == [
        (s.text, s._.friction) for s in doc._.insights
    ]


def test_a_document_that_was_not_read_has_nothing() -> None:
    plain = spacy.blank("es")(TEXT)
    assert (plain._.pqrs, plain._.insights) == (None, ())


def test_a_model_of_the_pipeline_is_saved_as_its_settings(nlp: Language, tmp_path) -> None:
    nlp.to_disk(tmp_path / "model")
    again = spacy.load(tmp_path / "model")
    assert again.config["components"]["vocmine"]["country"] == "CO"
    assert again(TEXT)._.pqrs == "claim"


def test_a_copy_for_another_process_brings_no_model(nlp: Language) -> None:
    # What a worker process is sent: an open model could neither travel nor work there.
    assert nlp.get_pipe("vocmine").__getstate__()["_engine"] is None


def test_an_unknown_analyzer_is_refused() -> None:
    from vocmine.errors import UsageError

    wrong = spacy.blank("es")
    wrong.add_pipe("vocmine", config={"analyzers": ["nadie"]})
    with pytest.raises(UsageError, match="no analyzer named 'nadie'"):
        wrong(TEXT)


def test_an_extension_of_somebody_else_is_not_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Span.get_extension("stage")
    Span.set_extension("stage", default="theirs", force=True)
    try:
        with pytest.raises(ValueError, match=r"Span\._\.stage is set by another component"):
            spacy.blank("es").add_pipe("vocmine")
    finally:
        Span.set_extension("stage", getter=before[2], force=True)
