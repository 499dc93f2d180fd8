"""Copy what is new in an IMAP folder to the end of an mbox file.

What was copied is written down beside the file, in `.NAME.fetch.json`: never a password. The
file grows batch by batch, and a run that is interrupted loses at most its last batch.
"""

from __future__ import annotations

import json
import os
import re
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, BinaryIO

from vocmine.errors import SourceError, UsageError
from vocmine_email import headers, mailbox
from vocmine_email.mime import Part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from vocmine_email.imap import Fetched, Folder

_FROM = re.compile(rb"(?m)^(>*From )")


@dataclass(frozen=True, slots=True)
class State:
    """What a file holds of which folder.

    Args:
        folder: Address of the folder.
        since: First day that was asked for (`2025-03-01`), or empty.
        validity: The folder's UIDVALIDITY: when it changes, UIDs mean other messages.
        last_uid: Everything up to this UID has been copied.
        size: Bytes of the file after the last whole batch.
        writing: Whether a batch was being written: what follows `size` is then not whole.
        comparing: Whether the server renumbered its messages, and not all were compared yet.
    """

    folder: str
    since: str = ""
    validity: int = 0
    last_uid: int = 0
    size: int = 0
    writing: bool = False
    comparing: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """Messages copied, those the file had already, and whether the server had renumbered all."""

    new: int = 0
    known: int = 0
    renumbered: bool = False


def prepare(target: Path, folder: str, since: date | None) -> State:
    """Where an earlier run stopped; mends what it left half written.

    Raises:
        UsageError: When the file was not made from this folder, or for a later day on.
        SourceError: When something else has changed the file.
    """
    path, wanted = _state_path(target), since.isoformat() if since else ""
    size = target.stat().st_size if target.exists() else 0
    if not size:
        return State(folder, since=wanted)
    another = f"Give another file with --to, or remove '{target.name}' to begin anew."
    try:
        state = State(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        raise UsageError(
            f"'{target.name}' exists and is not the work of 'vocmine fetch'.", another
        ) from None
    if state.folder != folder:
        raise UsageError(f"'{target.name}' holds mail of {state.folder}.", another)
    if state.since and (not wanted or wanted < state.since):
        raise UsageError(
            f"'{target.name}' was begun with --since {state.since}, which leaves older mail out.",
            f"Give '--since {state.since}' again. {another}",
        )
    if size > state.size and state.writing:
        os.truncate(target, state.size)
    elif size != state.size:
        raise SourceError(f"'{target.name}' has changed since the last fetch.", another)
    return replace(state, writing=False)


def copy(
    folder: Folder,
    target: Path,
    state: State,
    *,
    since: date | None = None,
    limit: int = 0,
    on_batch: Callable[[int], None] = lambda _: None,
) -> Outcome:
    """Append the messages that `state` does not cover, oldest first.

    Args:
        folder: Open folder of the server.
        target: The mbox file, as `prepare` left it.
        since: First day of arrival.
        limit: How many messages to copy at most; 0 for all. The next run goes on from there.
        on_batch: Called with the number of messages copied so far.
    """
    renumbered = bool(state.validity) and state.validity != folder.validity
    comparing = renumbered or state.comparing
    known = identifiers_in(target) if comparing else set()
    last = 0 if renumbered else state.last_uid
    state = replace(state, validity=folder.validity, last_uid=last, comparing=comparing)
    new = seen = 0
    with _written(target) as stream:
        for uids in folder.uids(state.last_uid, since):
            fresh = _unknown(folder, uids, known) if known else uids
            seen += len(uids) - len(fresh)
            fresh = fresh[: limit - new] if limit else fresh
            for batch in folder.messages(fresh):
                state = _append(stream, target, state, batch)
                new += len(batch)
                on_batch(new)
            if limit and new >= limit:
                break
            state = _save(target, replace(state, last_uid=max(state.last_uid, uids[-1])))
        else:
            if comparing:
                _save(target, replace(state, comparing=False))
    return Outcome(new, seen, renumbered)


def _append(stream: BinaryIO, target: Path, state: State, batch: list[Fetched]) -> State:
    state = _save(target, replace(state, writing=True))
    for fetched in batch:
        stream.write(as_mbox(fetched))
    stream.flush()
    os.fsync(stream.fileno())
    last = max((fetched.uid for fetched in batch), default=state.last_uid)
    return _save(target, replace(state, last_uid=last, size=stream.tell(), writing=False))


def as_mbox(fetched: Fetched) -> bytes:
    """A message with its separator, its own lines that look like one escaped (mboxrd)."""
    raw = fetched.raw.replace(b"\r\n", b"\n").strip(b"\n")
    moment = time.asctime(time.gmtime(fetched.arrived)).encode()
    return b"From MAILER-DAEMON " + moment + b"\n" + _FROM.sub(rb">\1", raw) + b"\n\n"


def identifiers_in(target: Path) -> set[int]:
    """Hashes of the Message-IDs in a file."""
    with target.open("rb") as stream:
        mails = (Part(message.raw) for message in mailbox.split_mbox(stream))
        return {hash(headers.identifier(mail["message-id"])) for mail in mails}


def _unknown(folder: Folder, uids: list[int], known: set[int]) -> list[int]:
    named = folder.identifiers(uids)
    return [uid for uid in uids if uid not in named or hash(named[uid]) not in known]


def _save(target: Path, state: State) -> State:
    path = _state_path(target)
    partial = path.with_name(path.name + ".part")
    partial.write_text(json.dumps(asdict(state), indent=1), "utf-8")
    partial.replace(path)
    return state


def _state_path(target: Path) -> Path:
    # Hidden, so that a folder of exports can be analysed whole.
    return target.with_name(f".{target.name}.fetch.json")


@contextmanager
def _written(target: Path) -> Iterator[BinaryIO]:
    """The open file; what the disk refuses is told as that, not as a lost connection."""
    try:
        stream = _open_private(target)
    except OSError as error:
        raise SourceError(
            f"'{target}' cannot be written: {error.strerror or error}.",
            "Give a file in a folder that exists and has room, with --to.",
        ) from None
    with stream:
        yield stream


def _open_private(target: Path) -> BinaryIO:
    """The file, to append to; others on this machine cannot read a new one."""
    return os.fdopen(os.open(target, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab")


def progress_words(folder: str, outcome: Outcome, name: str) -> Iterator[str]:
    """What to tell when a run is over, one sentence at a time."""
    if outcome.renumbered:
        yield (
            f"The server has renumbered {folder}: everything was compared by Message-ID, and "
            f"{outcome.known} messages were in '{name}' already."
        )
    yield f"{outcome.new} new messages in '{name}'."
