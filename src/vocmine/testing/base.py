"""What all suites share: finding the class, saying what a failure means, and checks of any kind."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from vocmine.testing.elsewhere import HEAVY, imported_by
from vocmine.testing.watching import watched

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")


class CheckFailedError(AssertionError):
    """A check that failed, and no `assert` of the plugin's own."""


def check(holds: bool, problem: str, means: str, mend: str) -> None:
    """Fail with what is wrong, what it means for a run, and how to mend it."""
    __tracebackhide__ = True
    if not holds:
        raise CheckFailedError(explained(problem, means, mend))


def explained(problem: str, means: str, mend: str) -> str:
    """The message of a failed check."""
    return f"{problem}\n\n  What it means: {means}\n  How to mend it: {mend}"


@contextmanager
def failing_as(problem: str, means: str, mend: str) -> Iterator[None]:
    """Turn whatever the plugin raises into a failed check; its traceback stays below."""
    __tracebackhide__ = True
    try:
        yield
    except CheckFailedError:
        raise
    except (Exception, SystemExit) as error:
        text = f"{problem}: {type(error).__name__}: {error}"
        raise CheckFailedError(explained(text, means, mend)) from error


def within(seconds: float, work: Callable[[], T], problem: str, means: str, mend: str) -> T:
    """Do some work in a thread, and fail when it takes longer than this."""
    __tracebackhide__ = True
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:
            errors.append(error)

    thread = Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    check(not thread.is_alive(), f"{problem} after {seconds:g} seconds.", means, mend)
    if errors:
        raise errors[0]
    return results[0]


class PluginSuite:
    """Checks of anything that a plugin registers.

    Attributes:
        target: The class, as it is registered: `"my_package.module:Class"`.
        plugin: Module of the plugin's entry point; empty means the package of `target`.
        may_import: Heavy packages that the module of `target` is allowed to import at once.
    """

    target: ClassVar[str] = ""
    plugin: ClassVar[str] = ""
    may_import: ClassVar[tuple[str, ...]] = ()

    def create(self) -> Any:
        """Import the class and make one, as the host does; override where it needs arguments."""
        module, _, name = self.target.partition(":")
        check(
            bool(module and name),
            f"{type(self).__name__}.target is {self.target!r}.",
            "The suite does not know what to check.",
            'Write target = "my_package.module:Class", as you register it.',
        )
        with failing_as(
            f"'{self.target}' cannot be made",
            "The host reports the plugin and goes on without it.",
            "Let the class take no arguments; load what it needs in 'open', or at first use.",
        ):
            return getattr(import_module(module), name)()

    def work_once(self) -> None:
        """Everything that the host has it do, once: what the checks of side effects watch."""
        raise NotImplementedError

    def test_its_modules_import_nothing_heavy(self) -> None:
        """The module of the entry point is imported by every command, even `vocmine --help`."""
        module = self.target.partition(":")[0]
        first = self.plugin or module.partition(".")[0]
        self._check_imports(module, "vocmine.plugin", HEAVY, _USING)
        if first != module:
            self._check_imports(first, "vocmine", HEAVY | {"numpy"}, _STARTING)

    def _check_imports(self, module: str, after: str, heavy: frozenset[str], means: str) -> None:
        brought, error = imported_by(module, after)
        check(
            not error,
            f"'{module}' cannot be imported by a fresh process: {error}",
            "Runs with --jobs start processes, which import it anew.",
            "Let it be a module of an installed package, or of a folder on the path.",
        )
        found = sorted(brought & heavy - set(self.may_import))
        check(
            not found,
            f"Importing '{module}' imports {', '.join(found)} as well.",
            means,
            "Import it inside the method that needs it, or, where types need it, under "
            "'if TYPE_CHECKING:'.",
        )

    def test_it_prints_nothing(self) -> None:
        """Standard output is for results."""
        with watched() as seen:
            self.work_once()
        check(
            not seen.printed,
            f"It printed {seen.printed!r:.200} to standard output.",
            "A program that embeds vocmine, or reads 'vocmine analyze --format jsonl', expects "
            "results there and nothing else.",
            "Use logging.getLogger(__name__), or raise an exception.",
        )

    def test_it_does_not_use_the_network(self) -> None:
        """What customers write does not leave the machine."""
        with watched() as seen, failing_as(*_NETWORK):
            self.work_once()
        check(not seen.reached, f"It tried the network: {', '.join(seen.reached)}.", *_NETWORK[1:])

    def test_it_leaves_the_environment_alone(self) -> None:
        """Variables belong to the user, and all plugins share them."""
        with watched() as seen:
            self.work_once()
        check(
            not seen.changed,
            f"It changed the environment variables {', '.join(seen.changed)}.",
            "Other plugins and the program around vocmine are affected; the host puts them back "
            "and names the plugin.",
            "Give settings to the library itself, or to the process that you start (env=…).",
        )


_USING = "Every run waits for it before the first message, and so does 'vocmine plugins --check'."
_STARTING = "Every command waits for it, even 'vocmine --help'."
_NETWORK = (
    "It failed without the network",
    "vocmine works offline: customers' words must not leave the machine.",
    "Ship what it needs in the package, and load it from there.",
)
