"""vocmine as a component of a spaCy pipeline: `nlp.add_pipe("vocmine")`.

spaCy finds the component through the entry point `spacy_factories`; importing vocmine does not
import this module.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span

from vocmine.engine import Engine

KEY = "vocmine"
"""Of `Doc.user_data` and of `Doc.spans`."""
ANALYZERS = ("sentiment", "emotion", "friction", "pqrs")
"""Those that read one message at a time; topics need a whole corpus and are left out."""
DOC_LABELS = ("pqrs", "sentiment", "emotions", "effort", "churn", "recommend", "urgent")
"""Extensions of `Doc`, as the output contract names them; None where a text was not analysed."""
SPAN_LABELS = ("polarity", "friction", "stage", "pyramid", "touchpoint", "confidence")
"""Extensions of a `Span` that is an insight; None for any other span."""


class VocmineComponent:
    """Sets what vocmine reads on each `Doc`; the text and the tokens are left as they are.

    `doc._.insights` and `span._.insights` are tuples of spans, in the order of the text, each with
    the labels of `SPAN_LABELS`; `doc.spans["vocmine"]` holds the same spans. Everything is kept as
    plain values in `doc.user_data["vocmine"]`, so that it travels in a `DocBin` with
    `store_user_data=True`.

    Args:
        model: `voc`, `voc-fast`, or an own model.
        country: ISO code of the customers' country, or empty.
        analyzers: Names of analyzers that read message by message.
    """

    def __init__(self, model: str, country: str, analyzers: Sequence[str]) -> None:
        self._settings: dict[str, Any] = {
            "model": model,
            "country": country,
            "analyzers": tuple(analyzers),
        }
        self._engine: tuple[int, Engine] | None = None
        _set_extensions()

    def __call__(self, doc: Doc) -> Doc:
        """Read one text. `nlp.pipe(texts)` is many times faster."""
        self._read([doc])
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 64) -> Iterator[Doc]:
        """Read a stream of texts, `batch_size` at a time."""
        texts = iter(stream)
        while docs := list(islice(texts, batch_size)):
            self._read(docs)
            yield from docs

    def __getstate__(self) -> dict[str, Any]:
        return {"_settings": self._settings, "_engine": None}

    def _read(self, docs: Sequence[Doc]) -> None:
        records = [{"id": str(place), "text": doc.text} for place, doc in enumerate(docs)]
        found = {item["external_id"]: item for item in self._ready().analyze(records).objects}
        for place, doc in enumerate(docs):
            _annotate(doc, found.get(str(place)))

    def _ready(self) -> Engine:
        # A forked worker must not use the threads of its parent.
        if self._engine is None or self._engine[0] != os.getpid():
            self._engine = os.getpid(), Engine(**self._settings)
        return self._engine[1]


@Language.factory(
    KEY,
    default_config={"model": "voc", "country": "", "analyzers": list(ANALYZERS)},
    assigns=["doc._.insights", "doc.spans", *(f"doc._.{label}" for label in DOC_LABELS)],
)
def make_vocmine(
    nlp: Language, name: str, model: str, country: str, analyzers: list[str]
) -> VocmineComponent:
    """Make the component; `nlp.add_pipe("vocmine", config={"country": "CO"})` calls it."""
    return VocmineComponent(model, country, analyzers)


def _annotate(doc: Doc, item: dict[str, Any] | None) -> None:
    """Keep what was read of a text; nothing when it was skipped."""
    kept: dict[str, Any] = {label: item[label] if item else None for label in DOC_LABELS}
    names = ("start", "end", *SPAN_LABELS)
    kept["insights"] = [
        {name: insight[name] for name in names} for insight in (item["insights"] if item else ())
    ]
    doc.user_data[KEY] = kept
    doc.spans[KEY] = [span for span, _ in _insights(doc)]


def _insights(doc: Doc) -> Iterator[tuple[Span, dict[str, Any]]]:
    for insight in (doc.user_data.get(KEY) or {}).get("insights", ()):
        span = doc.char_span(
            insight["start"],
            insight["end"],
            label=insight["friction"] or "",
            # The words may end inside a token, which is then of the insight.
            alignment_mode="expand",
        )
        if span is not None:
            yield span, insight


def _of_doc(doc: Doc) -> tuple[Span, ...]:
    return tuple(span for span, _ in _insights(doc))


def _of_span(given: Span) -> tuple[Span, ...]:
    """Insights that share a token with the span: `for sent in doc.sents: sent._.insights`."""
    return tuple(
        span
        for span, _ in _insights(given.doc)
        if span.start < given.end and given.start < span.end
    )


def _doc_label(label: str) -> Callable[[Doc], Any]:
    return lambda doc: (doc.user_data.get(KEY) or {}).get(label)


def _span_label(label: str) -> Callable[[Span], Any]:
    def read(given: Span) -> Any:
        place = (given.start, given.end)
        found = (i[label] for span, i in _insights(given.doc) if (span.start, span.end) == place)
        return next(found, None)

    return read


def _set_extensions() -> None:
    """Set every extension once.

    Raises:
        ValueError: Another component has one of the names.
    """
    of_doc: dict[str, Any] = {label: _doc_label(label) for label in DOC_LABELS}
    of_span: dict[str, Any] = {label: _span_label(label) for label in SPAN_LABELS}
    owners: list[tuple[Any, dict[str, Any]]] = [
        (Doc, of_doc | {"insights": _of_doc}),
        (Span, of_span | {"insights": _of_span}),
    ]
    for owner, getters in owners:
        for name, getter in getters.items():
            if not owner.has_extension(name):
                owner.set_extension(name, getter=getter)
            elif getattr(owner.get_extension(name)[2], "__module__", "") != __name__:
                raise ValueError(
                    f"{owner.__name__}._.{name} is set by another component already: "
                    f"remove that extension before vocmine is added."
                )
