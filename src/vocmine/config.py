"""Settings of a project and of a user: TOML files and the environment, and which of them holds.

This module knows where values come from, not what they mean: a command asks for a key.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from vocmine.errors import UsageError
from vocmine.folders import config_folder
from vocmine.options import Option
from vocmine.toml_files import read_toml

PROJECT_FILE = "vocmine.toml"
USER_FILE = "config.toml"
USER_VARIABLE = "VOCMINE_CONFIG"
"""Names a file to read instead of the user's own."""
DEFAULTS = "defaults"
PLUGINS = "plugins"
EXAMPLE = 'Write keys below the name of a table: lang = "es" below [defaults].'

LayerName = Literal["environment", "user", "project"]
Keys = tuple[str, ...]
"""Where a value is in a file: table, tables in it, key."""

_TABLE = re.compile(r"\s*\[\[?([^\[\]]+)\]")
_KEY = re.compile(r"\s*((?:[\w.-]|\"[^\"]*\"|'[^']*'|[ \t])+?)\s*=")


@dataclass(frozen=True, slots=True)
class Given:
    """One value as somebody gave it.

    Args:
        keys: Where it is in a file, or would be.
        value: As TOML has it; a text where it comes from the environment.
        layer: Which of the places it comes from.
        origin: The place in words: a variable, or a file and its line.
        folder: What relative paths in it start from; None: where the command is run.
    """

    keys: Keys
    value: object
    layer: LayerName
    origin: str
    folder: Path | None = None

    def fault(self, message: str, hint: str = "") -> UsageError:
        """An error that begins with where the value is."""
        return UsageError(f"{self.origin}: {dotted(self.keys)} {message}.", hint)

    def typed(self, option: Option) -> Any:
        """The value as its option has it.

        Raises:
            UsageError: It is of another type, or out of its limits; names file and line.
        """
        value = self.value.isoformat() if hasattr(self.value, "isoformat") else self.value
        try:
            if self.layer == "environment":
                return option.read(str(value))
            return option.check(value)
        except ValueError as error:
            is_text = option.type == "text" and not (option.many or option.choices)
            number = is_text and isinstance(value, int | float)
            hint = f'Write it in quotes: "{value}".' if number else ""
            raise self.fault(str(error), hint) from error


@dataclass(frozen=True, slots=True)
class Layer:
    """A file of settings."""

    name: LayerName
    path: Path
    tables: Mapping[str, Any] = field(default_factory=dict)

    def get(self, keys: Keys) -> object:
        """What the file has there; None for nothing."""
        found: object = self.tables
        for key in keys:
            if not isinstance(found, Mapping) or key not in found:
                return None
            found = found[key]
        return found

    def given(self, keys: Keys) -> Given | None:
        """The value there, with its place."""
        value = self.get(keys)
        if value is None:
            return None
        return Given(keys, value, self.name, self.origin(keys), self.path.parent)

    def table(self, *keys: str) -> Mapping[str, Any]:
        """A table of the file; an empty one where there is none."""
        found = self.get(keys)
        return found if isinstance(found, Mapping) else {}

    def origin(self, keys: Keys = ()) -> str:
        """The file, and the line where the keys are."""
        line = _line_of(self.path, keys) if keys else 0
        return f"'{self.path}', line {line}" if line else f"'{self.path}'"


@dataclass(frozen=True, slots=True)
class Config:
    """Every place that settings come from.

    Args:
        layers: Files, strongest first; those that are not there are left out.
        environ: Variables, which are stronger than files.
        searched: The user's file, whether it is there or not.
    """

    layers: tuple[Layer, ...]
    environ: Mapping[str, str]
    searched: Path

    def given(self, places: Sequence[Keys], name: str = "") -> list[Given]:
        """Every value of one setting, the strongest first.

        Args:
            places: Keys that set it, the more particular first.
            name: Its environment variable; empty: named after the last of the places.
        """
        name = name or variable(places[-1])
        found = []
        if self.environ.get(name, ""):
            found.append(Given(places[-1], self.environ[name], "environment", name))
        for layer in self.layers:
            found += [given for keys in places if (given := layer.given(keys)) is not None]
        return found


def variable(keys: Keys) -> str:
    """The environment variable of a setting: `VOCMINE_LANG`, `VOCMINE_PLUGINS_TOPIC_TOPICS`."""
    named = keys[1:] if keys[0] == DEFAULTS else keys
    return "_".join(("VOCMINE", *named)).upper().replace("-", "_").replace(".", "_")


def dotted(keys: Keys) -> str:
    """Keys as one name: `plugins.topic.topics`."""
    return ".".join(keys)


def load_config(start: Path | None = None, environ: Mapping[str, str] | None = None) -> Config:
    """Read the files that hold for a folder.

    Args:
        start: Folder that the project's file is looked for in, and above; None: the current one.
        environ: Variables; None: those of the process.

    Raises:
        UsageError: A file that cannot be read or is no TOML, or `VOCMINE_CONFIG` names none.
    """
    environ = os.environ if environ is None else environ
    user = user_file(environ)
    layers: list[Layer] = []
    if environ.get(USER_VARIABLE) or user.is_file():
        layers.append(read_layer("user", user))
    project = find_project_file(start or Path.cwd())
    if project is not None and not (layers and project.samefile(user)):
        layers.append(read_layer("project", project))
    return Config(tuple(layers), environ, user)


def load_file(path: Path) -> Config:
    """One file alone, as a project's, or as the user's where it is that.

    Raises:
        UsageError: It cannot be read, or is no TOML.
    """
    own = user_file(os.environ)
    is_own = own.is_file() and path.is_file() and own.samefile(path)
    return Config((read_layer("user" if is_own else "project", path),), {}, path)


def user_file(environ: Mapping[str, str]) -> Path:
    """The user's own file, which need not exist."""
    named = environ.get(USER_VARIABLE, "")
    return Path(named).expanduser() if named else config_folder() / USER_FILE


def read_layer(name: LayerName, path: Path) -> Layer:
    """Read one file.

    Raises:
        UsageError: It cannot be read, or is no TOML; names the file, the line and what to do.
    """
    missing = f"Check {USER_VARIABLE}." if name == "user" else "Check its path."
    return Layer(name, path, read_toml(path, EXAMPLE, missing))


def find_project_file(start: Path) -> Path | None:
    """The nearest `vocmine.toml` in a folder or above it.

    The folder of a git checkout, the home and the root are the last that are looked at: what lies
    above them is of other projects, or of other people.
    """
    home = Path.home()
    for folder in _upwards(start.absolute()):
        found = folder / PROJECT_FILE
        if found.is_file():
            return found
        if folder == home or (folder / ".git").exists():
            return None
    return None


def _upwards(folder: Path) -> Iterator[Path]:
    yield folder
    yield from folder.parents


def _line_of(path: Path, keys: Keys) -> int:
    """The line that sets the keys, or the nearest table above them; 0 where neither is found.

    `tomllib` tells lines of what is no TOML only. This looks at lines as people write them; in
    texts of several lines it may be misled, which costs the right number only.
    """
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, ValueError):
        return 0
    table: Keys = ()
    nearest = 0
    for number, line in enumerate(lines, 1):
        if header := _TABLE.match(line):
            table = _split(header[1])
            if table == keys[: len(table)]:
                nearest = number
                if table == keys:
                    return number
        elif (pair := _KEY.match(line)) and not line.lstrip().startswith("#"):
            full = (*table, *_split(pair[1]))
            if full == keys[: len(full)]:
                return number
    return nearest


def _split(name: str) -> Keys:
    return tuple(part.strip().strip("\"'") for part in name.split("."))
