"""The files of a folder in which exports are looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_DATABASES = (".db", ".db-wal", ".db-shm")


def walk(folder: Path, claimed: Callable[[Path], bool]) -> list[Path]:
    """Files of a folder and of those inside it, in order of name, each folder once.

    Hidden files, lock files of Office and databases of vocmine are left out. A link to a folder
    is followed unless the same folder is walked anyway.

    Args:
        folder: Where to begin.
        claimed: Whether a folder is one export (a Maildir): it is given as if it were a file.
    """
    walk = _Walk(claimed)
    walk.into(folder)
    # After everything else: what a link leads to may have been met under its own name.
    while walk.links:
        walk.into(walk.links.pop(0))
    return sorted(walk.found)


class _Walk:
    def __init__(self, claimed: Callable[[Path], bool]) -> None:
        self.claimed = claimed
        self.found: list[Path] = []
        self.links: list[Path] = []
        self.seen: set[Path] = set()

    def into(self, folder: Path) -> None:
        real = folder.resolve()
        if real in self.seen:
            return
        self.seen.add(real)
        if folder.is_symlink() and self.claimed(folder):
            self.found.append(folder)
            return
        for path in folder.iterdir():
            if path.name.startswith((".", "~$")):
                continue
            if not path.is_dir():
                if not path.name.endswith(_DATABASES):
                    self.found.append(path)
            elif path.is_symlink():
                self.links.append(path)
            elif self.claimed(path):
                self.seen.add(path.resolve())
                self.found.append(path)
            else:
                self.into(path)
