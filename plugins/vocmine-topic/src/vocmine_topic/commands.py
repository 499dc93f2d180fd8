"""`vocmine topics rename`, `merge`, `split` …: what people know better about topics."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vocmine.cli.options import db_option
from vocmine.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.store import Store
    from vocmine_topic.edits import Edit, Edits
    from vocmine_topic.model import TopicModel

NAME = "topic"
"""Name that the analyzer is registered by."""


@click.command(epilog='Example: vocmine topics rename 3 "Cobros dobles"')
@click.argument("topic", type=int)
@click.argument("name")
@db_option
def rename(topic: int, name: str, db: str) -> None:
    """Call a topic, or a sub-theme, by another name."""
    from vocmine_topic.edits import Edit

    if not name.strip():
        raise UsageError("The new name is empty.", 'Give one: vocmine topics rename 3 "Cobros".')
    _edit(db, Edit("rename", (topic,), name=name.strip()))


@click.command(epilog="Example: vocmine topics merge 3 7 12")
@click.argument("topic", type=int)
@click.argument("others", type=int, nargs=-1, required=True, metavar="OTHER...")
@db_option
def merge(topic: int, others: tuple[int, ...], db: str) -> None:
    """Join topics: what was in the OTHERs is in TOPIC from now on."""
    from vocmine_topic.edits import Edit

    _edit(db, Edit("merge", (topic, *others)))


@click.command(epilog="Example: vocmine topics split 3 --into 2")
@click.argument("topic", type=int)
@click.option("--into", "parts", type=int, default=2, show_default=True, help="How many topics.")
@db_option
def split(topic: int, parts: int, db: str) -> None:
    """Divide a topic; its largest part keeps its number."""
    from vocmine_topic.edits import Edit

    _edit(db, Edit("split", (topic,), parts=parts))


def _simple(action: str, text: str) -> click.Command:
    """A command that takes topics and nothing else."""

    @click.command(name=action, help=text, epilog=f"Example: vocmine topics {action} 3")
    @click.argument("topics", type=int, nargs=-1, required=True, metavar="TOPIC...")
    @db_option
    def command(topics: tuple[int, ...], db: str) -> None:
        from vocmine_topic.edits import Edit

        _edit(db, *(Edit(action, (topic,)) for topic in topics))

    return command


@click.command(
    epilog='Example: vocmine topics seed "cobro doble" "me cobraron dos veces" --name Cobros'
)
@click.argument("phrases", nargs=-1, required=True, metavar="PHRASE...")
@click.option("--name", default="", help="What to call it.  [default: a phrase of customers' own]")
@db_option
def seed(phrases: tuple[str, ...], name: str, db: str) -> None:
    """Make a topic of what customers say like these phrases."""
    from vocmine_topic.edits import Edit

    said = tuple(phrase.strip() for phrase in phrases if phrase.strip())
    if not said:
        raise UsageError("The phrases are empty.", "Write what customers say, each in quotes.")
    _edit(db, Edit("seed", name=name.strip(), phrases=said))


@click.command(name="export", epilog="Example: vocmine topics export temas.toml")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace FILE when it exists.")
@db_option
def export(file: Path, force: bool, db: str) -> None:
    """Write all edits of the store to a TOML file."""
    from vocmine.cli.output import note
    from vocmine.cli.selection import open_store
    from vocmine_topic.edit_file import to_toml

    if file.exists() and not force:
        raise UsageError(f"'{file}' exists.", "Give --force to replace it, or another name.")
    with open_store(db) as store:
        _, edits = _known(store)
    try:
        file.write_text(to_toml(edits.done + edits.waiting), "utf-8")
    except OSError as error:
        raise UsageError(
            f"'{file}' cannot be written: {error.strerror or error}.",
            "Check the folder, or give another name.",
        ) from error
    note(f"{len(edits.done + edits.waiting)} edits written to {file}.")


@click.command(name="import", epilog="Example: vocmine topics import temas.toml")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@db_option
def import_(file: Path, db: str) -> None:
    """Make the edits of a TOML file; those that the store has already are left out."""
    from vocmine.cli.output import note
    from vocmine.cli.selection import open_store
    from vocmine_topic.edit_file import found_in, read_edits

    lost = made = had = 0
    asked = read_edits(file)
    with open_store(db) as store:
        for edit in asked:
            model, edits = _known(store)
            found = found_in(edit, model)
            if edit in edits.done:
                had += 1
            elif found is None:
                lost += 1
                note(f"Left out: {edit.action} of {_called(edit)}, which the store does not have.")
            else:
                _make(store, model, edits, [found])
                made += 1
    note(f"{made} edits made, {had} were there already, {lost} left out.")
    if lost:
        sys.exit(1)


def _called(edit: Edit) -> str:
    return ", ".join(f"'{name}'" for name in edit.names) or ", ".join(map(str, edit.topics))


COMMANDS = (
    rename,
    merge,
    split,
    _simple("pin", "Keep topics as they are, whatever is learnt anew."),
    _simple("unpin", "Let topics change again when they are learnt anew."),
    _simple("hide", "Leave topics out of lists, reports and exports."),
    _simple("show", "Bring hidden topics back."),
    seed,
    export,
    import_,
)


def _edit(db: str, *edits: Edit) -> None:
    """Make edits in a store and tell it."""
    from vocmine.cli.output import note
    from vocmine.cli.selection import open_store

    with open_store(db) as store:
        model, known = _known(store)
        _make(store, model, known, edits)
        model, _ = _known(store)
    for edit in edits:
        note(_told(edit, model))


def _known(store: Store) -> tuple[TopicModel, Edits]:
    """The topics and the edits that a store keeps.

    Raises:
        UsageError: It has none.
    """
    from vocmine.store.memory import read_memory
    from vocmine_topic.edits import Edits
    from vocmine_topic.stored import from_bytes

    memory = read_memory(store.conn, NAME)
    model = from_bytes(memory.get("model", b""))
    if model is None:
        raise UsageError(
            f"The store '{store.path}' has no topics that can be edited.",
            "Run 'vocmine analyze FILE' first, or give the store with --db.",
        )
    return model, Edits.from_bytes(memory.get("edits", b""))


def _make(store: Store, model: TopicModel, known: Edits, edits: Sequence[Edit]) -> None:
    """Put edits into force, all or none; a new name needs no look at the messages."""
    from vocmine.reapply import reapply_corpus
    from vocmine_topic.edits import check

    for edit in edits:
        check(edit, model)
    named = tuple(
        edit._replace(names=tuple(model.topics[topic].name for topic in edit.topics))
        for edit in edits
    )
    if all(edit.action in ("rename", "pin", "unpin") for edit in named):
        _make_at_once(store, model, known._replace(done=known.done + named), named)
        return
    waiting = known._replace(waiting=known.waiting + named)
    reapply_corpus(store, NAME, edits={"edits": waiting.to_bytes()})


def _make_at_once(store: Store, model: TopicModel, kept: Edits, edits: Sequence[Edit]) -> None:
    from vocmine.store.memory import replace_memory
    from vocmine_topic.edits import apply
    from vocmine_topic.stored import to_bytes
    from vocmine_topic.text import Reader

    for edit in edits:
        apply(edit, model, Reader(), None)
    with store.transaction() as conn:
        replace_memory(conn, NAME, {"model": to_bytes(model), "edits": kept.to_bytes()})
        for edit in edits:
            if edit.action == "rename":
                values = [edit.name, edit.topics[0]]
                conn.execute("UPDATE topics SET name = ? WHERE topic = ?", values)
                conn.execute("UPDATE subtopics SET name = ? WHERE subtopic = ?", values)


def _told(edit: Edit, model: TopicModel) -> str:
    """What an edit did, in a sentence."""
    if edit.action == "seed":
        newest = max(model.main(), key=lambda topic: topic.id)
        return f"Topic {newest.id} '{newest.name}' is made of {len(edit.phrases)} phrases."
    topic = edit.topics[0]
    name = f"Topic {topic} '{model.topics[topic].name}'"
    if edit.action == "merge":
        return f"{name} holds {', '.join(map(str, edit.topics[1:]))} now."
    if edit.action == "split":
        parts = [c.topic for c in model.changes if c.change == "split" and c.related == (topic,)]
        new = parts[-(edit.parts - 1) :]
        return f"{name} was split; new: " + ", ".join(
            f"{part} '{model.topics[part].name}'" for part in new if part in model.topics
        )
    done = {
        "rename": "has its new name",
        "pin": "stays as it is",
        "unpin": "may change again",
        "hide": "is hidden",
        "show": "is shown again",
    }
    return f"{name} {done[edit.action]}."
