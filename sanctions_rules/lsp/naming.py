"""Where a name is given, where it is used, and giving another one.

Another name is given only where the rulebook then says the same: the texts with it are read as a
rulebook of their own before the editor hears of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from sanctions_rules.language import ast
from sanctions_rules.language.parsing.tokens import reserved_words
from sanctions_rules.language.resolve import Rulebook, first_day
from sanctions_rules.lsp.book import Book, Look
from sanctions_rules.lsp.pieces import placed
from sanctions_rules.lsp.things import Thing, is_meant, is_noun, things
from sanctions_rules.source import Span

_DOTTED: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")


class CannotRename(Exception):
    """Why there can be no other name, in one sentence."""


@dataclass(frozen=True, slots=True)
class Change:
    """Another text in one place of one file."""

    span: Span
    text: str


def places(rulebook: Rulebook, thing: Thing) -> list[Span]:
    """Where the name is given: places in whole files."""
    return [placed(span) for span in dict.fromkeys(_given(rulebook, thing))]


def _given(rulebook: Rulebook, thing: Thing) -> Iterator[Span]:
    regime, _, name = thing.key.partition(".")
    match thing.kind:
        case "text":
            ref = thing.ref or ast.Ref(thing.key)
            header = rulebook.instruments.get(ref.id)
            if header is not None and header.ref is not None:
                yield header.ref.span
            exact = [b for b in rulebook.by_id.get(ref.id, ()) if b.kind != "instrument"]
            if ref.pin:
                exact = [b for b in exact if first_day(b) == ref.pin] or exact
            for block in exact or ([] if header else rulebook.meant(ref)):
                yield block.ref.span if block.ref else block.head
        case "term" | "judgement":
            asked = rulebook.judgements.get((regime, name))
            found = rulebook.terms.get((regime, name), []) if thing.kind == "term" else []
            for block in found or ([asked] if asked else []):
                yield from (
                    t.span for t in things(rulebook, block) if t.defines and _same(t, thing)
                )
        case "open":
            for block in rulebook.by_id.get(thing.key.rpartition(" ")[0], ()):
                yield from (
                    t.span for t in things(rulebook, block) if t.defines and _same(t, thing)
                )
        case _:
            return


def uses(rulebook: Rulebook, thing: Thing, given: bool = True) -> list[Span]:
    """Where the name stands, in the order of the files; with `given`, also where it is given."""
    found = {
        placed(t.span): None
        for t in _everything(rulebook)
        if _same(t, thing) and is_meant(rulebook, t) and (given or not t.defines)
    }
    return sorted(found, key=lambda s: (s.file, s.start))


def _everything(rulebook: Rulebook) -> Iterator[Thing]:
    for block in rulebook.blocks:
        yield from things(rulebook, block)


def _same(one: Thing, other: Thing) -> bool:
    return one.kind == other.kind and one.key == other.key


# -- another name ---------------------------------------------------------------------------------


def renameable(look: Look, thing: Thing, offset: int, said: str) -> Span:
    """The part of a thing that gets another name, in its whole file. `said`: what stands there.

    `offset` counts in the whole file. Raises CannotRename.
    """
    span = placed(thing.span)
    if thing.kind in ("fact", "act"):
        raise CannotRename(f"`{thing.key}` is a word of the facts, not of the rulebook")
    if thing.kind != "text":
        return span
    dotted = _DOTTED.match(said)
    if dotted is None:
        return Span(span.file, span.start, span.start + len(said.partition("@")[0]))
    if offset <= span.start + dotted.end() or thing.ref is None or not thing.ref.pinpoint:
        return Span(span.file, span.start, span.start + dotted.end())
    start = span.start + said.index(thing.ref.pinpoint)
    return Span(span.file, start, start + len(thing.ref.pinpoint))


def rename(
    book: Book, own: set[str], thing: Thing, offset: int, name: str, text: Callable[[Span], str]
) -> list[Change]:
    """All that has to change for another name. `text`: what stands at a place of a whole file.

    `own`: the files that may be changed. Raises CannotRename where the name is none, is taken, or
    would make the rulebook say something else.
    """
    look = book.look()
    span = renameable(look, thing, offset, text(placed(thing.span)))
    old = text(span)
    if name == old:
        return []
    if thing.kind == "text":
        key, changes = _another_text(look.rulebook, thing, old, name, text)
    else:
        key, changes = _another_term(look.rulebook, thing, name)
    changes = list(dict.fromkeys(changes))
    packaged = next((c for c in changes if c.span.file not in own), None)
    if packaged is not None:
        raise CannotRename(f"`{old}` stands in packaged law too: {packaged.span.file}")
    _proved(book, look, thing, key, changes)
    return changes


def _another_text(
    rulebook: Rulebook, thing: Thing, old: str, name: str, text: Callable[[Span], str]
) -> tuple[str, list[Change]]:
    ref = thing.ref or ast.Ref(thing.key)
    if old.startswith(ref.instrument) or _NAME.fullmatch(old):
        regime, _, rest = ref.instrument.partition(".")
        full = name if old.startswith(ref.instrument) else f"{regime}.{name}"
        if not _DOTTED.fullmatch(full):
            raise CannotRename(f"`{name}` is no name of an instrument: as in {regime}.{rest}")
        if full.partition(".")[0] != regime:
            raise CannotRename(f"the name stays one of `{regime}`")
        if full in rulebook.by_instrument or full in rulebook.instruments:
            raise CannotRename(f"`{full}` is already the name of something")
        mine = [t for t in _texts(rulebook) if t.ref and t.ref.instrument == ref.instrument]
        return full + thing.key[len(ref.instrument) :], [
            change for t in mine
            if (change := _instead(placed(t.span), text, ref.instrument, full)) is not None
        ]  # fmt: skip
    id = f"{ref.instrument} {name}"
    if id in rulebook.by_id:
        raise CannotRename(f"`{id}` is already the name of something")
    changes: list[Change] = []
    for one in _texts(rulebook):
        if one.key == thing.key:
            whole = placed(one.span)
            at = whole.start + text(whole).index(ref.pinpoint)
            changes.append(Change(Span(whole.file, at, at + len(ref.pinpoint)), name))
    return id, changes


def _texts(rulebook: Rulebook) -> list[Thing]:
    return [t for t in _everything(rulebook) if t.kind == "text"]


def _instead(span: Span, text: Callable[[Span], str], old: str, new: str) -> Change | None:
    """A name of an instrument in one place: whole, or without its regime in a table of versions."""
    said = text(span)
    if said.startswith(old):
        return Change(Span(span.file, span.start, span.start + len(old)), new)
    if said == old.partition(".")[2]:
        return Change(span, new.partition(".")[2])
    return None  # a bare pinpoint


def _another_term(rulebook: Rulebook, thing: Thing, name: str) -> tuple[str, list[Change]]:
    if not _NAME.fullmatch(name):
        raise CannotRename(f"`{name}` is no name: small letters, digits and `_`, a letter first")
    if name in reserved_words() or is_noun(name):
        raise CannotRename(f"`{name}` is a word of the language")
    front = thing.key[: -len(re.split(r"[ .]", thing.key)[-1])]
    regime = front.partition(".")[0]
    if (regime, name) in rulebook.terms or (regime, name) in rulebook.judgements:
        raise CannotRename(f"`{name}` is already a term of `{regime}`")
    return front + name, [Change(span, name) for span in uses(rulebook, thing)]


def _proved(book: Book, look: Look, thing: Thing, key: str, changes: Iterable[Change]) -> None:
    """Raise CannotRename unless the rulebook with the changes is the same but for the name."""
    made = Book(changed(book, changes), book.limits)
    then = made.look()
    errors = [p for p in then.problems if p.severity == "error"]
    if len(errors) > sum(p.severity == "error" for p in look.problems):
        raise CannotRename(f"the rulebook would not load: {errors[0].message}")
    named = Thing(thing.kind, key, thing.span)
    if len(uses(then.rulebook, named)) != len(uses(look.rulebook, thing)):
        raise CannotRename("the name would mean something else in one of its places")


def changed(book: Book, changes: Iterable[Change]) -> dict[str, bytes]:
    """The files of the book with the changes made."""
    files = dict(book.files)
    by_file: dict[str, list[Change]] = {}
    for change in changes:
        by_file.setdefault(change.span.file, []).append(change)
    for name, mine in by_file.items():
        source = book.documents[name].source
        text = source.text if source else ""
        for change in sorted(mine, key=lambda c: c.span.start, reverse=True):
            text = text[: change.span.start] + change.text + text[change.span.end :]
        files[name] = text.encode()
    return files
