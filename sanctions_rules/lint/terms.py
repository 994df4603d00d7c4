"""Words that the law defines: unused, doubled, shadowed, or not yet in force where they are used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, cast

from sanctions_rules import clocks
from sanctions_rules.language import ast
from sanctions_rules.language.resolve import regime
from sanctions_rules.language.timing import FOREVER
from sanctions_rules.lint.book import Book, term_of
from sanctions_rules.lint.model import Check, Edit, Found, Level
from sanctions_rules.source import Span


def _unused(book: Book, word: str) -> Iterator[ast.Block]:
    for block in book.blocks:
        verb = block.verb
        if verb is None or verb.word != word:
            continue
        name = term_of(block)
        users = book.uses.get(regime(block), {}).get(name, ())
        if block.id not in book.referred and not any(term_of(user) != name for user in users):
            yield block


def unused_definition(book: Book) -> Iterator[Found]:
    for block in _unused(book, "defines"):
        yield Found(
            f"no condition and no `binds` of `{regime(block)}` says `{term_of(block)}`", block.head,
            help="use it, or delete it",
        )  # fmt: skip


def unused_judgement(book: Book) -> Iterator[Found]:
    for block in _unused(book, "asks"):
        yield Found(
            f"no condition of `{regime(block)}` is judged `{term_of(block)}`", block.head,
            help=f"`{cast(ast.Slot, block.verb).subject} is judged {term_of(block)}`, or delete it",
        )  # fmt: skip


def shadows_another_regime(book: Book) -> Iterator[Found]:
    """Of the regimes that define one word the first to load keeps it in silence."""
    owners: dict[str, str] = {}
    told: set[tuple[str, str]] = set()
    for block in book.everything:
        name, own = term_of(block), regime(block)
        if not name or block.verb is None or block.verb.word != "defines":
            continue
        owner = owners.setdefault(name, own)
        if owner != own and book.is_own(block) and (own, name) not in told:
            told.add((own, name))
            yield Found(
                f"`{name}` is a term of `{owner}` too, and may mean something else there", block.head,
                help="another name, or silence this with the reason why one word serves both",
            )  # fmt: skip


def definition_passes_on(book: Book) -> Iterator[Found]:
    for block in book.blocks:
        verb, when = block.verb, block.slot("when")
        if verb is None or verb.word != "defines" or when is None or when.condition is None:
            continue
        if any(map(block.slot, ("except where", "unless shown that", "leaves open", "unencoded"))):
            continue
        inner = when.condition.elements
        if len(inner) == 1 and not _of_several(book, block):
            name = _bare_term(inner[0].atom, str(verb.subject))
            if name and (regime(block), name) in book.rulebook.terms:
                yield Found(
                    f"`{term_of(block)}` says `{name}` and nothing else", when.span,
                    help=f"say `{name}` where it is used",
                )  # fmt: skip


def _of_several(book: Book, block: ast.Block) -> bool:
    return len(book.rulebook.terms.get((regime(block), term_of(block)), ())) > 1


def _bare_term(atom: ast.Atom, subject: str) -> str:
    match atom:
        case ast.Comparison(ast.Path((head,)), ast.Is(ast.IsValue(ast.Path((name,))), False)):
            return name if head == subject else ""
        case _:
            return ""


def same_definition(book: Book) -> Iterator[Found]:
    seen: dict[object, ast.Block] = {}
    for block in book.everything:
        verb = block.verb
        if verb is None or verb.word != "defines" or not isinstance(verb.term, ast.Word):
            continue
        said = tuple((s.word, s.condition) for s in block.slots if s.condition is not None)
        key = (regime(block), str(verb.subject), said)
        if not said or block.slot("leaves open") or block.slot("unencoded"):
            continue
        other = seen.setdefault(key, block)
        if other is not block and term_of(other) != term_of(block) and book.is_own(block):
            if not block.slot("reading") and not other.slot("reading"):
                yield Found(
                    f"`{term_of(block)}` is defined word for word as `{term_of(other)}` is", block.head,
                    help=f"the other is at {book.rulebook.place(other)}; keep one",
                )  # fmt: skip


def term_not_in_force(book: Book) -> Iterator[Found]:
    """For some time a text is in force and no text defines a word that it turns on."""
    for block in book.norms:
        since, until = book.targets.interval(block)[1], book.alive(block)[1]
        if since >= until or (block.verb and block.verb.word == "asks"):
            continue
        said: set[str] = set()
        for name, span in terms_used(book, block):
            if name in said:
                continue
            said.add(name)
            texts = book.rulebook.terms.get((regime(block), name), ())
            hole = _hole(sorted(map(book.alive, texts)), since, until) if texts else None
            if hole is not None and name != term_of(block):
                day = (
                    clocks.local_day(hole, book.rulebook.zone(block))
                    if abs(hole) < FOREVER
                    else None
                )
                yield Found(
                    f"`{name}` is not defined {f'on {day}' if day else 'from the beginning'}, "
                    f"while `{block.id}` is in force", span,
                    help="the days of the definition and of what uses it do not fit",
                )  # fmt: skip


def terms_used(book: Book, block: ast.Block) -> Iterator[tuple[str, Span]]:
    """Where a text says a term of something, or binds those of whom it is true."""
    for node in book.nodes(block):
        match node:
            case ast.Is(ast.IsValue(ast.Path((name,), span=span))):
                yield name, span
            case ast.Is(ast.IsValue(ast.Call(name, span=span))):
                yield name, span
            case ast.IsOwned(term) | ast.IsControlled(term):
                yield term.text, term.span
            case _:
                pass
    for slot in block.all("binds"):
        yield from ((w.text, w.span) for w in slot.names)


def _hole(spans: list[tuple[int, int]], since: int, until: int) -> int | None:
    """The first instant between `since` and `until` that none of the spans, in order, covers."""
    at = since
    for begin, end in spans:
        if begin > at:
            break
        at = max(at, end)
    return at if at < until else None


def no_question_mark(book: Book) -> Iterator[Found]:
    for block in book.blocks:
        verb = block.verb
        if verb and verb.word == "asks" and not verb.texts[0].text.rstrip().endswith("?"):
            span = verb.texts[0].span
            mended = verb.texts[0].text.rstrip().rstrip(".") + "?"
            yield Found(
                "what a person is asked is not a question", span, help="end it with a question mark",
                fix=(Edit(span, f'"{mended}"'),),
            )  # fmt: skip


CHECKS: Final = (
    Check("unused-definition", Level.WARNING, "A term is defined, and nothing turns on it.",
          unused_definition),
    Check("unused-judgement", Level.WARNING, "A question is put, and nothing turns on its answer.",
          unused_judgement),
    Check("shadows-another-regime", Level.WARNING, "Two regimes define one word, each in its own way.",
          shadows_another_regime),
    Check("definition-passes-on", Level.INFO, "A definition says one other term and nothing else.",
          definition_passes_on),
    Check("same-definition", Level.WARNING, "Two terms of one regime are defined word for word alike.",
          same_definition),
    Check("term-not-in-force", Level.WARNING, "A term is used on days on which nothing defines it.",
          term_not_in_force),
    Check("no-question-mark", Level.INFO, "What a judgement asks does not end with a question mark.",
          no_question_mark, fixes=True),
)  # fmt: skip
