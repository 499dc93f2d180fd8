"""The suite of checks that a source passes."""

from __future__ import annotations

import gc
import gzip
import hashlib
import io
import os
import random
import sqlite3
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import ClassVar

import pytest

from vocmine.errors import VocmineError
from vocmine.message import Record, fault_of
from vocmine.plugin import Detection, ReadOptions
from vocmine.readers.xlsx_reader import forget_workbook
from vocmine.testing.base import CheckFailedError, PluginSuite, check, explained, failing_as

SAMPLES = 60
"""Files of random bytes that `detect` is asked about."""


class SourceSuite(PluginSuite):
    """Subclass it, name the class in `target`, and write some exports of yours in `exports`.

    Attributes:
        options: Options with which the exports are read.
    """

    options: ClassVar[ReadOptions] = ReadOptions()
    folder: Path
    """Where `exports` writes; one for each test."""

    @pytest.fixture(autouse=True)
    def _own_folder(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        self.folder = tmp_path_factory.mktemp("exports")

    def exports(self, folder: Path) -> Mapping[Path, int]:
        """Write small exports of this source into a folder; each with how many records it holds.

        Count every record: what is skipped or cannot be read is one too.
        """
        raise CheckFailedError(
            explained(
                f"{type(self).__name__} has no method 'exports'.",
                "The suite does not know what the source reads.",
                "Write 'def exports(self, folder)': it writes files into the folder and returns "
                "{path: number of records}.",
            )
        )

    def foreign(self, folder: Path) -> list[Path]:
        """Files of no source: override it and add to them what yours must not claim."""
        return [_written(folder / name, content) for name, content in _foreign().items()] + [folder]

    def records(self, path: Path) -> list[Record]:
        """Everything that the source reads of a file."""
        with failing_as(f"Reading '{path.name}' failed", *_READ):
            return list(self.create().read(path, self.options))

    def work_once(self) -> None:
        """Detect and read every export."""
        source = self.create()
        for path in self._written_exports():
            source.detect(path, self.options)
            list(source.read(path, self.options))

    def _written_exports(self) -> Mapping[Path, int]:
        written = self.exports(self.folder)
        check(
            bool(written),
            "'exports' wrote nothing.",
            "Nothing would be checked.",
            "Return {path: number of records} with at least one export.",
        )
        return written

    def detected(self, path: Path) -> Detection:
        """What `detect` says of a file, checked as the host does."""
        found: Detection = self.create().detect(path, self.options)
        check(
            isinstance(found, Detection) and 0 <= found.score <= 1,
            f"'detect' returned {found!r:.100} for '{path.name}'.",
            "The host cannot compare it with other sources, and reports the plugin.",
            "Return Detection(score, format), with a score from 0.0 to 1.0.",
        )
        return found

    # What it claims.

    def test_it_recognises_its_own_exports(self) -> None:
        """By content: a file is often renamed."""
        for path in self._written_exports():
            with failing_as(f"'detect' failed on '{path.name}'", *_DETECT):
                found = self.detected(path)
            check(
                found.score > 0,
                f"It does not recognise '{path.name}': the score is 0.",
                "Users must name the source with --source for every file.",
                "Look at the first lines of the file, and give 0.8 or more when they are yours.",
            )
            check(
                bool(found.format),
                f"The detection of '{path.name}' has no format.",
                "'vocmine preview' cannot say how the file would be read.",
                "Detection(0.9, 'WhatsApp chat').",
            )

    def test_it_leaves_foreign_files_to_others(self, tmp_path: Path) -> None:
        """Pictures, archives, programs, databases, empty files and folders are not its own."""
        for path in self.foreign(tmp_path):
            with failing_as(f"'detect' failed on '{path.name}'", *_DETECT):
                try:
                    score = self.detected(path).score
                except VocmineError as error:
                    _complain(path, error)
                    continue
            check(
                score == 0,
                f"It claims '{path.name}', which is none of its exports, with {score}.",
                "It takes files away from the source that can read them.",
                "Return Detection(0.0) unless the content itself tells that it is yours.",
            )

    def test_random_bytes_never_make_it_fail(self, tmp_path: Path) -> None:
        """Whatever the bytes, it reads them, says that they are not its own, or says why not."""
        path = tmp_path / "random.bin"

        def ask(content: bytes) -> None:
            path.write_bytes(content)
            self._try(path)

        _for_random_bytes(ask)

    def test_damaged_exports_never_make_it_fail(self, tmp_path: Path) -> None:
        """Half a download, a flipped byte: what can be read is read, or one sentence says why."""
        dice = random.Random(7)  # noqa: S311 - the same damage every time
        for path in (p for p in self._written_exports() if p.is_file()):
            content = path.read_bytes()
            damaged = tmp_path / path.name
            for _ in range(12):
                hurt = bytearray(content[: dice.randrange(len(content) + 1)])
                for _ in range(min(3, len(hurt))):
                    hurt[dice.randrange(len(hurt))] = dice.randrange(256)
                damaged.write_bytes(bytes(hurt))
                self._try(damaged)

    def _try(self, path: Path) -> None:
        with failing_as(f"It failed on {path.read_bytes()[:60]!r}…", *_READ):
            try:
                if self.detected(path).score > 0:
                    for record in self.create().read(path, self.options):
                        _check_record(record)
            except VocmineError:
                pass  # on purpose: a sentence for the user
            finally:
                forget_workbook()

    # What it reads.

    def test_it_streams(self) -> None:
        """An export may be larger than memory."""
        for path in self._written_exports():
            records = self.create().read(path, self.options)
            check(
                isinstance(records, Iterator),
                f"'read' returned a {type(records).__name__}.",
                "The whole export is held in memory before the first message is analysed.",
                "Let 'read' be a generator: 'yield' each record as it is read.",
            )

    def test_every_record_is_accounted_for(self) -> None:
        """A message, or why it is none: nothing is dropped."""
        for path, wanted in self._written_exports().items():
            records = self.records(path)
            check(
                len(records) == wanted,
                f"'{path.name}' holds {wanted} records and 'read' gave {len(records)}.",
                "Figures are wrong and nobody notices: what is dropped leaves no trace.",
                "Yield Skipped(reason, locator) for a record with nothing to analyse, and "
                "Unreadable(error, locator, raw) for one that cannot be read.",
            )
            for record in records:
                _check_record(record)

    def test_every_record_says_where_it_stands(self) -> None:
        """`locator` is how people find a record again."""
        for path in self._written_exports():
            places = [record.locator for record in self.records(path)]
            check(
                all(places) and len(set(places)) == len(places),
                f"Records of '{path.name}' have the locators {places[:5]}.",
                "A failure cannot be found in the export.",
                "Give each its own: locator=f'row {number}'.",
            )

    def test_it_reads_the_same_every_time(self) -> None:
        """In the order of the file."""
        for path in self._written_exports():
            first, second = self.records(path), self.records(path)
            check(
                first == second,
                f"Reading '{path.name}' twice gave other records, or another order.",
                "Messages are taken for new ones in every run.",
                "Walk through the file from its beginning; take no time, no set order, no "
                "random identifier into a record.",
            )

    # What it leaves behind.

    def test_it_leaves_the_files_as_they_were(self) -> None:
        """Exports belong to the user."""
        for path in self._written_exports():
            before = _state(path)
            self.detected(path)
            self.records(path)
            check(
                _state(path) == before,
                f"'{path.name}', or what stands beside it, is not as it was before.",
                "An export may be on a shared or read-only disk, and it is evidence.",
                "Open files for reading only; write what you must into a temporary folder.",
            )

    def test_it_leaves_no_file_open(self) -> None:
        """Neither at the end nor when the host stops half-way, as with --limit."""
        if not Path("/proc/self/fd").is_dir():
            pytest.skip("only Linux tells which files are open")
        for path in self._written_exports():
            for what, use in (
                ("'detect'", lambda p: self.detected(p)),
                ("reading to the end", lambda p: self.records(p)),
                ("reading one record", self._read_one),
            ):
                use(path)
                forget_workbook()
                left = _open_below(path)
                check(
                    not left,
                    f"After {what} of '{path.name}' it is still open.",
                    "Windows refuses to move or delete the export, and long runs end with too "
                    "many open files.",
                    "Open files with 'with', inside the generator.",
                )

    def _read_one(self, path: Path) -> None:
        records = iter(self.create().read(path, self.options))
        next(records, None)
        close: Callable[[], None] | None = getattr(records, "close", None)
        if close is not None:
            close()


def _complain(path: Path, error: VocmineError) -> None:
    """A source may say that a file is its own and unreadable: of an empty or binary one, say."""
    check(
        path.name in str(error),
        f"Of '{path.name}' it says {str(error)!r:.100}, which does not name the file.",
        "The user cannot tell which of a hundred exports is meant.",
        "SourceError(f\"'{path.name}' is …\", 'What to do next.')",
    )


def _check_record(record: object) -> None:
    fault = fault_of(record)
    check(
        not fault,
        f"A record breaks the contract: {fault}.",
        "The host counts it as unreadable and blames the plugin.",
        "See vocmine.message for what each field holds.",
    )


def _for_random_bytes(ask: Callable[[bytes], None]) -> None:
    try:
        from hypothesis import given, settings
        from hypothesis import strategies as st
    except ImportError:
        dice = random.Random(7)  # noqa: S311 - the same bytes every time
        for size in range(SAMPLES):
            ask(dice.randbytes(size * 7))
        return

    @settings(max_examples=SAMPLES, deadline=None, database=None, derandomize=True)
    @given(st.binary(max_size=2000) | st.text(max_size=500).map(_encoded))
    def each(content: bytes) -> None:
        ask(content)

    each()


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _foreign() -> dict[str, bytes]:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.bin", bytes(range(256)))
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE t (a)")
    noise = random.Random(7).randbytes(4000)  # noqa: S311 - the same bytes every time
    return {
        "empty.dat": b"",
        "picture.png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + noise,
        "document.pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + noise,
        "archive.zip": packed.getvalue(),
        "packed.gz": gzip.compress(noise, mtime=0),
        "program.so": b"\x7fELF\x02\x01\x01" + bytes(9) + noise,
        "store.db": database.serialize(),
        "sound.mp3": b"ID3\x04\x00\x00\x00\x00\x00\x00" + noise,
    }


def _state(path: Path) -> list[tuple[str, int, str]]:
    """Name, time and content of a file, or of all in a folder, and what stands beside it."""
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
    return [
        *(
            (f.name, f.stat().st_mtime_ns, hashlib.sha256(f.read_bytes()).hexdigest())
            for f in files
        ),
        *((beside.name, 0, "") for beside in sorted(path.parent.iterdir())),
    ]


def _open_below(path: Path) -> list[str]:
    """Files of this process that are open at or below a path."""
    gc.collect()  # generators inside generators are closed when the last one goes
    found = []
    for link in Path("/proc/self/fd").iterdir():
        try:
            target = str(link.readlink())
        except OSError:  # closed meanwhile: it was that of the listing itself
            continue
        if target == str(path) or target.startswith(f"{path}{os.sep}"):
            found.append(target)
    return found


_DETECT = (
    "The host asks the other sources, and records a failure of this one for every such file.",
    "Return Detection(0.0) for what is not yours; read bytes, or text with errors='replace'.",
)
_READ = (
    "What comes after it in the export is lost, and the run ends with a failure.",
    "Yield Unreadable for a record that cannot be read; raise SourceError, with a sentence that "
    "names the file and what to do next, when the whole file is hopeless.",
)
