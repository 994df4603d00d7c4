"""What a rulebook becomes when it loads: a program that decides, and the text that it was made of.

They come apart because they are asked for apart: a decision needs the program alone, and a program
that was kept is there before the text is. `show`, `check` and whoever asks for a block need both.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from sanctions_rules.core import Program
from sanctions_rules.diagnostics import Diagnostic
from sanctions_rules.limits import Limits
from sanctions_rules.source import Source

if TYPE_CHECKING:
    from sanctions_rules.language.resolve import Rulebook


@contextmanager
def undisturbed() -> Generator[None]:
    """Without garbage collection: what is made here stays, and half the time would go by looking."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


@dataclass(frozen=True)
class Text:
    """The blocks of a rulebook that loads, what is worth saying of them all the same, the files."""

    rulebook: Rulebook
    warnings: tuple[Diagnostic, ...]
    sources: Mapping[str, Source]


class Compiled:
    """A rulebook that loads. `text` is asked at most once, when something needs the text.

    `files` and `limits` are what it was made from, so that more can be laid over it.
    """

    def __init__(
        self, program: Program, text: Callable[[], Text], files: Mapping[str, bytes],
        limits: Limits,
    ) -> None:  # fmt: skip
        self.program = program
        self.files = files
        self.limits = limits
        self._make = text
        self._text: Text | None = None
        self._lock = Lock()

    @property
    def text(self) -> Text:
        # Under a lock: blocks are told apart by identity, so that all must see the same ones.
        with self._lock:
            if self._text is None:
                with undisturbed():
                    self._text = self._make()
            return self._text

    @property
    def rulebook(self) -> Rulebook:
        return self.text.rulebook

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        return self.text.warnings

    @property
    def sources(self) -> Mapping[str, Source]:
        return self.text.sources
