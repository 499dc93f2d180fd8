"""A virtual environment as a reader has it: vocmine from its wheel, and nothing of this checkout.

What vocmine depends on is taken from the environment that runs the tests, so that no test needs
a network.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parent.parent
OURS = ("vocmine", "_editable_impl_vocmine", "__editable__")
"""This checkout, however it is installed: it is not lent."""
NOT_ASKED_FOR = ("hypothesis", "_hypothesis")
"""What `pip install vocmine pytest` does not bring and tests would use if it were there."""


@dataclass(frozen=True)
class Fresh:
    """A virtual environment, and the folder with the wheel of this checkout."""

    folder: Path
    wheels: Path

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    def run(
        self, *command: str | Path, cwd: Path | None = None, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Run a command with the environment active; its output is text."""
        done = subprocess.run(
            [str(part) for part in command],
            cwd=cwd or self.folder,
            env=self.variables(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert not check or done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done

    def variables(self) -> dict[str, str]:
        """Those of this process, less what leads to the checkout and to the network."""
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        return kept | {
            "PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "VIRTUAL_ENV": str(self.folder),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_FIND_LINKS": str(self.wheels),
            "PIP_NO_BUILD_ISOLATION": "0",  # as pip reads it: no isolation
            "PIP_NO_COMPILE": "1",
            "PIP_NO_INDEX": "1",
        }

    def install(self, *what: str | Path) -> None:
        """`pip install` of folders or names, in one go."""
        self.run("pip", "install", "--quiet", *what)


def build_wheel(folder: Path, into: Path) -> Path:
    """Build a distribution's wheel with the tool it names."""
    code = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", code, str(into)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return into / done.stdout.split()[-1]


def make_fresh(folder: Path, wheels: Path) -> Fresh:
    """An environment with pip, pytest and what vocmine needs, but not vocmine."""
    venv.create(folder / "venv", symlinks=True)
    made = Fresh(folder / "venv", wheels)
    lent = folder / "lent"
    lent.mkdir()
    for path in map(Path, _site_packages()):
        for entry in path.iterdir():
            target = lent / entry.name
            if (
                not entry.name.startswith(OURS + NOT_ASKED_FOR)
                and entry.suffix != ".pth"
                and not target.exists()
            ):
                target.symlink_to(entry)
    own = sysconfig.get_path("purelib", vars={"base": str(made.folder)})
    (Path(own) / "lent.pth").write_text(f"{lent}\n", "utf-8")
    for script in ("pip", "pytest"):
        path = made.folder / "bin" / script
        path.write_text(f'#!/bin/sh\nexec "{made.python}" -m {script} "$@"\n', "utf-8")
        path.chmod(0o755)
    return made


def _site_packages() -> Sequence[str]:
    return list(dict.fromkeys([sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]))
