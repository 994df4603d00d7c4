"""Terms and judgements: what their own jurisdiction says they are, of what, with which values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from sanctions_rules.diagnostics import did_you_mean
from sanctions_rules.language import ast
from sanctions_rules.language.names import Names, Typed, subject_noun
from sanctions_rules.language.typechecking.forms import fits, noun_words, quoted
from sanctions_rules.language.typechecking.look import Look, Use
from sanctions_rules.schema import NOUNS


def said(look: Look, word: ast.Word, collection: str | None, names: Names) -> None:
    """A term without values, said of something in a collection; None: of whatever it may be."""
    term(look, word.text, word, collection, (), names)


def term(
    look: Look, name: str, node: object, collection: str | None, arguments: tuple[ast.Value, ...], names: Names
) -> None:  # fmt: skip
    if name in look.opened:
        return
    blocks = look.rulebook.terms.get((look.regime, name))
    if not blocks:
        if look.regime not in look.rulebook.unread:
            _unknown(look, name, node)
        return
    for block in blocks:
        noun = subject_noun(block)
        if (
            noun is not None
            and collection is not None
            and NOUNS.get(noun.text, collection) != collection
        ):
            look.report(
                "wrong-subject", f"`{name}` is said of {noun_words(noun)}, not of this", node
            )
            return
    defined = cast(ast.Slot, blocks[0].verb).term
    wanted = defined.arguments if isinstance(defined, ast.Call) else ()
    if len(wanted) != len(arguments):
        shape = f"{name}({', '.join(map(str, wanted))})" if wanted else name
        look.report(
            "arguments",
            f"`{name}` takes {len(wanted) or 'no'} value{'s' * (len(wanted) != 1)} in brackets",
            node,
            help=f"as in `{shape}`",
        )
    elif wanted:
        _given(look, blocks, arguments, names)


def _unknown(look: Look, name: str, node: object) -> None:
    known = [n for r, n in look.rulebook.terms if r == look.regime]
    judged = (look.regime, name) in look.rulebook.judgements
    look.report(
        "unknown-term",
        f"no definition says what `{name}` is",
        node,
        "not defined in this jurisdiction",
        f"it is a judgement: write `judged {name}`"
        if judged
        else _elsewhere(look, name, look.rulebook.terms)
        or did_you_mean(name, (*known, *look.opened)),
    )


def _elsewhere(look: Look, name: str, words: Iterable[tuple[str, str]]) -> str:
    """Help where another regime has the word: regimes share facts, never the words of their law."""
    others = " and ".join(f"`{r}`" for r in sorted({r for r, n in words if n == name}))
    return (
        f"it is a word of {others}: say in a text of `{look.regime}` what it is" if others else ""
    )


def _given(
    look: Look, blocks: list[ast.Block], arguments: tuple[ast.Value, ...], names: Names
) -> None:
    """Values are given on by no definition, so that there is one look into each and none deeper."""
    own = [a for a in arguments if isinstance(a, ast.Path) and a.parts[0] in names.parameters]
    for one in own:
        look.report(
            "arguments", f"`{one}` has its value from elsewhere, and is given on to no other term", one,
            help="write the value, or say here what the other term says",
        )  # fmt: skip
    if not own and not look.inside:
        look.uses.append(Use(blocks, arguments))


def under(look: Look, word: ast.Word, refs: tuple[ast.Ref, ...]) -> None:
    """The instrument that is named must say what the term is, or another one would answer for it."""
    blocks = look.rulebook.terms.get((look.regime, word.text), [])
    saying = {b.ref.instrument for b in blocks if b.ref}
    for ref in refs:
        if saying and ref.instrument not in saying and look.rulebook.meant(ref):
            look.report(
                "unknown-term", f"`{ref}` does not say what `{word}` is", ref,
                help="said by: " + ", ".join(sorted(saying)),
            )  # fmt: skip


def judged(look: Look, word: ast.Word, typed: Typed, operand: ast.Operand) -> None:
    text = quoted(operand)
    if typed.form not in ("item", "act"):
        look.report(
            "wrong-form", f"`{text}` is not a thing or the act, and only these are judged", operand
        )
    elif typed.form == "item" and isinstance(operand, ast.Path) and len(operand.parts) > 1:
        look.report(
            "wrong-form",
            f"`{text}` points to a thing, and only a thing that a line binds is judged",
            operand,
            help="say of which thing: `some … of … has … is judged … end`, or define a term of it",
        )
    judgements = look.rulebook.judgements
    asked = judgements.get((look.regime, word.text))
    if asked is not None:
        noun = subject_noun(asked)
        if typed.form in ("item", "act") and not fits(noun, typed):
            look.report(
                "wrong-subject",
                f"`{word}` is judged of {noun_words(noun)}, not of `{text}`",
                word,
            )
    elif look.regime not in look.rulebook.unread:
        known = [n for r, n in judgements if r == look.regime]
        look.report(
            "unknown-judgement",
            f"there is no judgement called `{word}`",
            word,
            help=_elsewhere(look, word.text, judgements) or did_you_mean(word.text, known),
        )
