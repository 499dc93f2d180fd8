"""The analyzer `health-risk`: cues of risk in complaints about health care, each with its quote."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING

from vocmine.plugin import Batch, Column, Context, Table, TableColumns
from vocmine_health_risk.rules import read_rules

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span

_NOT_SO = re.compile(
    r"(?:\b(?:sin|niego|niega)|\bno (?:tengo|tiene|tuve|tuvo|hay|hubo|siento|presenta|presento"
    r"|(?:he|ha) tenido))(?: \w+)?\s*$"
)
"""Before a symptom, it says that there is none: "no tengo dolor", "sin fiebre ni"."""
READ = 20_000
"""Characters of a message that are read."""
_MARKS = re.compile(r"(?<=[^\w\s]{3})[^\w\s]+")
"""Marks after three: spaCy peels them off one by one."""
_BEFORE = 40
"""Characters before a symptom that are looked at."""


class HealthRiskAnalyzer:
    """Fills `health_risks`: zero or more rows for each message, in the order of the text."""

    version = "1"
    requires = ("texts", "langs")
    outputs = (
        Table(
            "health_risks",
            per="message",
            many=True,
            columns=(
                Column("kind"),
                Column("cue"),
                Column("quote"),
                Column("start", type="integer"),
                Column("end", type="integer"),
            ),
        ),
    )

    def open(self, context: Context) -> None:
        """Compile the rules; spaCy's tokenizer for Spanish needs no model."""
        import spacy
        from spacy.matcher import Matcher

        self._spanish = spacy.blank("es")
        self._kinds: dict[str, str] = {}
        self._alone = Lock()
        self._matcher = Matcher(self._spanish.vocab)
        for rule in read_rules():
            self._kinds[rule.code] = rule.kind
            self._matcher.add(rule.code, list(rule.patterns))

    def analyze(self, batch: Batch) -> TableColumns:
        """Columns of `health_risks`; texts that are not in Spanish give no row."""
        columns: dict[str, list[object]] = {
            name: [] for name in ("row", "kind", "cue", "quote", "start", "end")
        }
        spanish = [row for row, lang in enumerate(batch.langs) if lang in ("es", "")]
        # spaCy's vocabulary is not for several threads at once, and forgets the words of a zone.
        with self._alone, self._spanish.memory_zone():
            self._fill(columns, [(row, batch.texts[row]) for row in spanish])
        return {"health_risks": columns}

    def _fill(self, columns: dict[str, list[object]], texts: Sequence[tuple[int, str]]) -> None:
        for row, text in texts:
            for span in self._found(self._spanish.make_doc(plain(text[:READ]))):
                columns["row"].append(row)
                columns["kind"].append(self._kinds[span.label_])
                columns["cue"].append(span.label_)
                columns["quote"].append(text[span.start_char : span.end_char])
                columns["start"].append(span.start_char)
                columns["end"].append(span.end_char)

    def _found(self, doc: Doc) -> list[Span]:
        """Spans of the cues, labelled; of those of one cue that overlap, the longest."""
        from spacy.util import filter_spans

        by_cue: dict[str, list[Span]] = {}
        for span in self._matcher(doc, as_spans=True):
            if self._kinds[span.label_] != "urgent_symptom" or not _denied(doc.text, span):
                by_cue.setdefault(span.label_, []).append(span)
        found = [span for spans in by_cue.values() for span in filter_spans(spans)]
        return sorted(found, key=lambda span: (span.start, span.end, span.label_))


def plain(text: str) -> str:
    """The text in small letters without accents, with every character in its place."""
    plainer = "".join(_plain_character(character) for character in text)
    return _MARKS.sub(lambda run: " " * len(run[0]), plainer)


def _plain_character(character: str) -> str:
    if "\ud800" <= character <= "\udfff":  # half a character, which spaCy cannot store
        return "\ufffd"
    lower = unicodedata.normalize("NFD", character)[0].lower()
    return lower if len(lower) == 1 else character


def _denied(text: str, span: Span) -> bool:
    return _NOT_SO.search(text[max(0, span.start_char - _BEFORE) : span.start_char]) is not None
