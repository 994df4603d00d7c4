"""One look at one block: the rulebook around it, what was found wrong, how a path is read there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sanctions_rules.diagnostics import Diagnostic, did_you_mean
from sanctions_rules.language import ast
from sanctions_rules.language.names import Names, Typed
from sanctions_rules.language.resolve import Rulebook, regime, unknown_ref


@dataclass(frozen=True, slots=True)
class Use:
    """A term that is said with values: its definitions, and what is given for their parameters."""

    blocks: list[ast.Block]
    arguments: tuple[ast.Value, ...]


class Look:
    def __init__(self, rulebook: Rulebook, block: ast.Block, inside: bool = False) -> None:
        """`inside`: whether a use of the definition is looked at, with the values given."""
        self.rulebook = rulebook
        self.block = block
        self.inside = inside
        self.found: list[Diagnostic] = []
        #: Terms used with values, put down where they are met; `conditions` looks into them.
        self.uses: list[Use] = []
        self.misfits: list[str] = []  # parameters that the values given do not fit
        self.opened = {str(s.term): s for s in block.all("leaves open")}
        self.reported: set[str] = set()  # names that are no nouns, and were said to be none
        self.regime = regime(block) if block.ref else "us"

    def report(
        self, code: str, message: str, node: object, label: str = "", help: str = ""
    ) -> None:
        span = getattr(node, "span", None) or self.block.head
        if span.file == "":
            span = self.block.head
        self.found.append(Diagnostic(code, message, span, label, help))

    def typed(self, path: ast.Path, names: Names) -> Typed | None:
        """What a path stands for; None where that is not known, or was reported."""
        if path.parts[0] in self.reported or (
            len(path.parts) == 1 and path.parts[0] in names.parameters
        ):
            return None
        found = names.find(path)
        if isinstance(found, Diagnostic):
            self.found.append(found)
            return None
        return found

    def refs(self, refs: tuple[ast.Ref, ...]) -> None:
        for ref in refs:
            if not ref.instrument:
                continue
            if not self.rulebook.meant(ref):
                self.found.append(unknown_ref(self.rulebook, ref, self.block.id))

    def one_of(self, word: ast.Word, known: Iterable[str], what: str) -> None:
        if word.text not in known:
            self.report(
                "unknown-word",
                f"`{word}` is not {what}",
                word,
                help=did_you_mean(word.text, known) or "one of: " + ", ".join(known),
            )

    def parameter(self, name: str, names: Names, check: Callable[[ast.Value], None]) -> None:
        """A parameter stands here: what is given for it at the use that is being checked must fit."""
        given = names.parameters.get(name)
        if given is None:
            return
        before = len(self.found)
        check(given)
        if len(self.found) > before:
            del self.found[before:]
            self.misfits.append(name)
