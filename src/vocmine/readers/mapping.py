"""Which column of a table holds which field of a message."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vocmine.readers import wording
from vocmine.readers.aliases import (
    ALIASES,
    ALSO_OF_AGENTS,
    CONTEXT_NAMES,
    NOT_TEXT_WORDS,
    TEXT_STEMS,
    last_part,
    plain,
)
from vocmine.readers.column_content import Columns
from vocmine.readers.content import distinct, is_mangled
from vocmine.readers.declared import Declared, answers, declare
from vocmine.readers.evidence import case_columns
from vocmine.readers.layouts import find_layout
from vocmine.readers.overrides import resolve_overrides
from vocmine.readers.scores import tells_ends
from vocmine.readers.surveys_questions import customers_answers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from vocmine.readers.layouts import Layout

FIELDS = tuple(ALIASES)
"""Fields of `Message` that a column can be mapped to."""
_RANKS = {
    field: {name: rank for rank, name in reversed(list(enumerate(names)))}
    for field, names in ALIASES.items()
}


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Field to column, the columns of the company's own words, and what to be careful about."""

    fields: Mapping[str, str]
    context: tuple[str, ...]
    warnings: tuple[str, ...]
    text_by: str
    """How the text was found: `user`, `header`, `content`, `title` (only a subject), or empty."""
    layout: Layout | None = None
    """The vendor whose export it is, when its columns tell."""
    substitutes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Field to the columns that stand in for its column in rows where that one is blank."""
    metrics: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Common name (`closed_at`) to the columns it is taken from, best first."""
    conversation: bool = False
    """Whether the text is the customer's turns of a conversation, where a row has one."""
    joined: tuple[str, ...] = ()
    """Columns of the text's name (`X (2)`) whose cells go on with it, in the table's order."""

    def details(self) -> dict[str, str]:
        """What the fields do not tell, for people.

        `context` and `joined` are columns; of the vendor's layout there are `vendor`,
        `conversation` and `kept as`.
        """
        columns = {"context": self.context, "joined": self.joined}
        found = {name: " | ".join(names) for name, names in columns.items() if names}
        if self.layout is None:
            return found
        found["vendor"] = self.layout.name
        if self.conversation:
            found["conversation"] = "the customer's turns are the text, the others are context"
        kept = (f"{name} <- {', '.join(columns)}" for name, columns in self.metrics.items())
        return found | ({"kept as": "; ".join(kept)} if self.metrics else {})


def map_columns(
    columns: Sequence[str], sample: Sequence[Sequence[str]], overrides: Mapping[str, str]
) -> ColumnMapping:
    """Map columns by what the user says, by the vendor's layout, by header and by content.

    Args:
        columns: Names of the table's columns.
        sample: Rows of the table, as text, each as long as `columns`.
        overrides: Field to column; an empty column leaves the field unmapped.

    Raises:
        UsageError: An override names a field or a column that does not exist, or a layout of
            the user's is not valid.
    """
    chosen = resolve_overrides(columns, overrides)
    return _Mapper(columns, sample, chosen, find_layout(columns)).run()


class _Mapper(Columns):
    def __init__(
        self,
        columns: Sequence[str],
        sample: Sequence[Sequence[str]],
        chosen: dict[str, str],
        layout: Layout | None = None,
    ) -> None:
        super().__init__(columns, sample)
        self.chosen = chosen
        self.layout = layout
        self.taken = {column for column in chosen.values() if column}
        self.warnings: list[str] = []
        self.told = frozenset(self.taken)
        self.joined: list[str] = []
        self.answers: list[str] = []

    def run(self) -> ColumnMapping:
        text_by = "user" if self.chosen.get("text") else ""
        declared = self._declare()
        text_by = text_by or ("layout" if self.chosen.get("text") else "")
        context = {column for column in self._free() if plain(column) in CONTEXT_NAMES}
        if "text" not in self.chosen:
            free = {column: self.cells[column] for column in self._free()}
            self.answers = customers_answers(free, context, self.columns)
            context -= set(self.answers)
        context |= declared.context
        self.taken |= context
        self._map("score", self.is_score)
        self._map_worded("score", wording.rates, self.is_small_score)
        self._map_worded("score", tells_ends, self.is_small_score)
        self._map_date(answers=bool(self.chosen.get("score")) and not context)
        self._map("external_id", self.is_identifier)
        self._map_worded("external_id", wording.numbers_filing, self.is_number)
        self._warn_about_identifier()
        self._map("title", self.is_wordy)
        if "text" not in self.chosen:
            text_by = self._map_text()
            context |= self._leave_notes()
            self.taken |= context
        if not declared.conversation:
            self._join_text(text_by)
        self._map("country", self.is_short)
        self._map("channel", self.is_short)
        self._map("author", self.is_short)
        context |= {column for column in self._free() if self.is_companys(column)}
        self.taken |= context
        if text_by in {"header", "content"}:
            self._warn_about_rival(self.chosen["text"])
        fields = {field: self.chosen[field] for field in FIELDS if self.chosen.get(field)}
        ordered = tuple(column for column in self.columns if column in context)
        if self.layout and self.layout.warning:
            self.warnings.append(self.layout.warning)
        return ColumnMapping(
            fields,
            ordered,
            tuple(self.warnings),
            "header" if text_by == "layout" else text_by,
            self.layout,
            declared.substitutes,
            answers(self.columns) | {**declared.metrics},
            declared.conversation,
            tuple(self.joined),
        )

    def _declare(self) -> Declared:
        """Take what the layout of the vendor says."""
        if self.layout is None:
            return Declared()
        filled = {column for column, cells in self.cells.items() if cells}
        declared = declare(self.layout, self.columns, filled, self.chosen)
        self.chosen |= declared.fields
        self.taken |= declared.taken
        return declared

    def _free(self) -> list[str]:
        return [column for column in self.columns if column not in self.taken]

    def _take(self, field: str, column: str) -> None:
        self.chosen[field] = column
        self.taken.add(column)

    def _map(self, field: str, fits: Callable[[str], bool]) -> None:
        """Take the column with the best known name whose content fits the field."""
        if field not in self.chosen:
            self._take_first(field, self._named(field), fits)

    def _map_worded(
        self, field: str, says: Callable[[str], bool], fits: Callable[[str], bool]
    ) -> None:
        """Take the first column whose header says the field in other words and whose cells fit."""
        if field not in self.chosen:
            self._take_first(field, filter(says, self._free()), fits)

    def _take_first(self, field: str, found: Iterable[str], fits: Callable[[str], bool]) -> None:
        column = next(filter(fits, found), "")
        if column:
            self._take(field, column)

    def _named(self, field: str) -> list[str]:
        """Free columns with a known name of the field, best first."""
        ranks = _RANKS[field]
        found: list[tuple[int, int, int]] = []
        for position, column in enumerate(self.columns):
            if column in self.taken:
                continue
            # `author.name.label` of a feed is the author's name.
            rank, nested = ranks.get(plain(column.removesuffix(".label"))), 0
            if rank is None and field == "text":
                rank = ranks.get(wording.without_customer(column))
            if rank is None and re.search(r"\.\S", column):
                rank, nested = ranks.get(last_part(column)), column.count(".")
            if rank is not None:
                found.append((nested, rank, position))
        return [self.columns[position] for _, _, position in sorted(found)]

    def _map_text(self) -> str:
        named = [*self._named("text"), *self.answers]
        candidates = self._without_catalogue(self._text_candidates(named))
        # Words first: a `Queja` of file numbers is no text, but emoji are better than nothing.
        for fits in (self.speaks, self.is_said):
            for column in filter(fits, candidates):
                self._take("text", column)
                return "header"
        title = self.chosen.get("title", "")
        column = self._wordiest()
        if column and self.words[column] > 1.5 * self.words.get(title, 0.0):
            self._take("text", column)
            self.warnings.append(
                f"No column is named like a text; '{column}' was taken for its content. "
                "If that is wrong, choose another with --map text=COLUMN."
            )
            return "content"
        blank = [column for column in named if not self.cells[column]]
        if title and self.words[title]:
            self.warnings.append(
                f"There is no column with the body of the messages: only '{title}' is analysed."
            )
        if blank:
            self._take("text", blank[0])
            return "title" if title else "header"
        if title:
            self._take("text", title)
            del self.chosen["title"]
            return "title"
        return ""

    def _leave_notes(self) -> set[str]:
        """Take the title for the text when the text beside it is the notes of agents."""
        text, title = self.chosen.get("text", ""), self.chosen.get("title", "")
        if title in self.told or not self._may_be_notes(text) or self.words.get(title, 0.0) < 3:
            return set()
        if not wording.reads_like_agents(self.cells[text]):
            return set()
        self.chosen["text"] = self.chosen.pop("title")
        self.warnings.append(
            f"'{text}' reads like notes of agents, so '{title}' was taken for the customers' "
            f"words; if that is wrong, say {_to_map('text', text)}."
        )
        return {text}

    def _may_be_notes(self, text: str) -> bool:
        """Whether the text's name is one that agents use too, in a table of cases."""
        return plain(text) in ALSO_OF_AGENTS and bool(case_columns(self.columns))

    def _join_text(self, text_by: str) -> None:
        """Columns of the text's own name go on with it; one that the user named stands alone."""
        family = self.family(self.chosen.get("text", ""))
        if not family or (text_by == "user" and self.chosen["text"] != family[0]):
            return
        free = set(self._free())
        others = [
            column
            for column in family
            if column == self.chosen["text"] or (column in free and self.is_wordy(column))
        ]
        self.chosen["text"], *self.joined = others
        self.taken.update(others)

    def _text_candidates(self, named: list[str]) -> list[str]:
        """Columns named as the text, then those whose header hints at it, the wordiest first."""
        shared = {column for column in named if plain(column) in ALSO_OF_AGENTS}
        hinted = [column for column in self._free() if column not in named and self._hints(column)]
        loose = [*hinted, *(column for column in named if column in shared)]
        loose.sort(key=lambda column: -self.words[column] / (2 if column in shared else 1))
        return [*(column for column in named if column not in shared), *loose]

    def _hints(self, column: str) -> bool:
        """Whether a longer header, and words below it, make a column a candidate for the text."""
        if wording.speaker(column) == "company":
            return False
        if "por que" in plain(column) and wording.asks(column):
            return self.words[column] > 1.2
        words = set(wording.without_customer(column).split())
        if NOT_TEXT_WORDS & words:
            return False
        if words.intersection(TEXT_STEMS):
            return self.words[column] > 1.2
        return wording.speaker(column) == "customer" and self.words[column] >= 3

    def _without_catalogue(self, candidates: list[str]) -> list[str]:
        """Candidates, those that repeat their cells last if another one does not.

        Beside a `Comentario`, a `Descripción` of few values describes the product.
        """
        shares = {column: distinct(self.cells[column]) for column in candidates}
        if max(shares.values(), default=0.0) <= 0.8:
            return candidates
        return sorted(candidates, key=lambda column: shares[column] < 0.5)

    def _wordiest(self) -> str:
        """The free column that reads most like people writing, or nothing."""
        readable = [column for column in self._free() if self.words[column] >= 3]
        return max(
            readable,
            key=lambda column: (wording.speaker(column) != "company", self.words[column]),
            default="",
        )

    def _warn_about_rival(self, text: str) -> None:
        """Say so when another column could as well be the customers' words."""
        enough = max(5.0, 0.6 * self.words[text])
        title = self.chosen.get("title", "")
        # A subject of three words may be all that the customer wrote.
        beside = [title] if self._may_be_notes(text) and self.words.get(title, 0.0) >= 3 else []
        rivals = beside + [
            column
            for column in self._free()
            if self.words[column] >= enough
            and not NOT_TEXT_WORDS.intersection(wording.without_customer(column).split())
        ]
        if rivals:
            rival = max(rivals, key=lambda column: self.words[column])
            self.warnings.append(
                f"'{text}' was taken for the customers' words, and '{rival}' reads like them too; "
                f"if that is the one, say {_to_map('text', rival)}."
            )

    def _map_date(self, *, answers: bool) -> None:
        """The date of writing: by a known name, by what the header says, and never a later one.

        Args:
            answers: Whether the answers of this table are the customers', as in a survey.
        """
        if "created_at" in self.chosen:
            return
        self._map("created_at", self.is_date)
        self._map_worded("created_at", wording.dates_filing, self.is_dated)
        if answers:
            self._map_worded("created_at", wording.dates_answer, self.is_dated)
        if "created_at" in self.chosen:
            return
        dated = [column for column in self._free() if self.is_dated(column)]
        dates = [column for column in dated if not wording.dates_something_later(column)]
        named = [column for column in dates if wording.names_date(column)]
        if named:
            self._take("created_at", named[0])
            self.warnings.append(
                f"No column is named like the date of the messages; '{named[0]}' was taken. "
                "If that is wrong, choose another with --map created_at=COLUMN."
            )
        elif dated:
            column = (dates or dated)[0]
            self.warnings.append(
                f"No column is the date on which customers wrote, so messages have none; "
                f"if '{column}' will do, say {_to_map('created_at', column)}."
            )
        else:
            self._warn_about_unread_date()

    def _warn_about_unread_date(self) -> None:
        for column in self._named("created_at"):
            if {"fecha", "date", "created", "timestamp"} & set(plain(column).split()):
                self.warnings.append(
                    f"The cells of '{column}' do not read like dates, so messages have none."
                )
                return

    def _warn_about_identifier(self) -> None:
        column = self.chosen.get("external_id", "")
        mangled = next(filter(is_mangled, self.cells.get(column, ())), "")
        if mangled:
            self.warnings.append(
                f"'{column}' has numbers that a spreadsheet rounded, such as '{mangled}', which "
                "are not used as identifiers; format the column as text and export it again."
            )
        if self.repeating and not column:
            self.warnings.append(
                f"Column '{self.repeating[0]}' repeats its values, so it was not taken as the "
                "identifier. If it is, say --map external_id=COLUMN."
            )


def _to_map(field: str, column: str) -> str:
    return f'--map "{field}={column}"'
