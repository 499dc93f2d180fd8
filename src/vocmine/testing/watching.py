"""What code does besides its work: printing, changing the environment, reaching for the network."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

_NETWORK = frozenset(
    "socket.connect socket.bind socket.sendto socket.getaddrinfo socket.gethostbyname".split()
)
_IGNORED = ("KMP_", "PYTEST_")
"""Variables that scikit-learn sets when it is imported, and pytest while it runs."""


@dataclass
class Seen:
    """What was done: `printed` text, `changed` variables, `reached` addresses."""

    printed: str = ""
    changed: list[str] = field(default_factory=list)
    reached: list[str] = field(default_factory=list)


_watching: list[Seen] = []
_lock = Lock()
_hooked = False


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if _watching and event in _NETWORK:
        # The address comes last, or first where a name is looked up.
        address = arguments[-1] if event.endswith(("connect", "bind", "sendto")) else arguments[0]
        for seen in _watching:
            seen.reached.append(f"{event.partition('.')[2]} {address!r:.80}")
        raise PermissionError("vocmine.testing: a plugin must not use the network")


@contextmanager
def watched() -> Iterator[Seen]:
    """Watch what happens meanwhile; the network is refused, variables are put back."""
    global _hooked
    with _lock:
        if not _hooked:  # a hook can never be removed
            sys.addaudithook(_audit)
            _hooked = True
    seen, before = Seen(), dict(os.environ)
    _watching.append(seen)
    try:
        with _standard_output() as printed:
            yield seen
    finally:
        _watching.remove(seen)
        seen.printed = printed[0]
        now = dict(os.environ)
        for name in sorted({*now, *before}):
            if now.get(name) != before.get(name) and not name.startswith(_IGNORED):
                seen.changed.append(name)
                os.environ.pop(name, None)
                if name in before:
                    os.environ[name] = before[name]


@contextmanager
def _standard_output() -> Iterator[list[str]]:
    """What goes to standard output, from Python or straight to its file."""
    text = [""]
    sys.stdout.flush()
    kept = os.dup(1)
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as file:
        os.dup2(file.fileno(), 1)
        try:
            with redirect_stdout(file):
                yield text
        finally:
            file.flush()
            os.dup2(kept, 1)
            os.close(kept)
            file.seek(0)
            text[0] = file.read()
