"""Who is owned or controlled by whom: modes, bases, shares, and terms that pass themselves on."""

from __future__ import annotations

from sanctions_rules.facts import STAKES
from sanctions_rules.language import ast
from sanctions_rules.language.names import Names, Typed
from sanctions_rules.language.passing import misplaced, ways_of
from sanctions_rules.language.typechecking import terms
from sanctions_rules.language.typechecking.forms import is_item_of, quoted
from sanctions_rules.language.typechecking.look import Look
from sanctions_rules.language.typechecking.vocabulary import MEANS, MODES


def controlled(
    look: Look, said: ast.IsControlled, typed: Typed, operand: ast.Operand, predicate: ast.Is, names: Names
) -> None:  # fmt: skip
    for word in said.means:
        look.one_of(word, MEANS, "a means of control")
    _passed_on(look, said, predicate)
    terms.said(look, said.term, "parties", names)
    _by_person(look, "controlled", typed, operand)


def owned(
    look: Look, said: ast.IsOwned, typed: Typed, operand: ast.Operand, predicate: ast.Is, names: Names
) -> None:  # fmt: skip
    look.one_of(said.mode, MODES, "a way of counting owners")
    look.one_of(said.of, STAKES, "a basis of ownership")
    _passed_on(look, said, predicate)
    terms.said(look, said.term, "parties", names)
    _by_person(look, "owned", typed, operand)
    _share(look, said.comparator, said.value, predicate)


def _by_person(look: Look, how: str, typed: Typed, operand: ast.Operand) -> None:
    if not is_item_of(typed, "parties"):
        look.report(
            "wrong-form",
            f"`{quoted(operand)}` is not a person, and only persons are {how}",
            operand,
        )


def _share(look: Look, comparator: str, value: ast.Value, predicate: ast.Is) -> None:
    if comparator not in ("at least", "more than"):
        look.report(
            "wrong-comparison",
            f"ownership is not `{comparator}`",
            predicate,
            help="at least, more than",
        )
    elif not isinstance(value, ast.Quantity) or value.unit != "percent":
        look.report(
            "wrong-unit",
            "ownership is counted in percent",
            value,
            help="as in at least 50 percent of shares",
        )
    elif value.number > 100:
        look.report("range", "a share is at most 100 percent", value)
    elif value.number == 0 and comparator == "at least":
        look.report(
            "range",
            "everybody owns at least 0 percent of anything",
            value,
            help="write `more than 0 percent`, for any share at all",
        )


def _passed_on(look: Look, said: ast.IsOwned | ast.IsControlled, predicate: object) -> None:
    """A term that passes itself on does so along whole chains, in one set of ways.

    Its versions and readings share what ownership passes on, so each names the same ways: a
    threshold that changes is a term of its own for each state.
    """
    verb, term = look.block.verb, said.term
    if verb is None or verb.word != "defines" or str(verb.term) != term.text:
        return
    if said.direct:
        look.report(
            "direct-and-recursive",
            f"`{term}` passes itself on, and `directly` goes one step only",
            predicate,
            help="ask it of another term, or leave `directly` out",
        )
    versions = look.rulebook.terms.get((look.regime, term.text), [])
    sets = [ways for b in versions if (ways := set(ways_of(look.rulebook, b, term.text)))]
    if not sets:  # the definition itself has a mistake, which is reported
        return
    if any(ways != sets[0] for ways in sets):
        look.report(
            "ways-differ",
            f"the versions of `{term}` are passed on in different ways",
            predicate,
            help="one term for each state, and a term that picks between them by its versions",
        )
    modes = {w.mode == "severally" for w in sets[0] if not w.means}
    if len(modes) > 1:
        look.report(
            "ways-differ",
            f"`{term}` counts owners severally in one line and not in another",
            predicate,
        )


def ways(look: Look) -> None:
    """The ways of a term that passes itself on stand where each of them is enough."""
    verb = look.block.verb
    if verb is None or verb.word != "defines" or not isinstance(verb.term, ast.Word):
        return
    if not ways_of(look.rulebook, look.block, verb.term.text):
        return
    for one in misplaced(look.block, verb.term.text):
        look.report(
            "way-misplaced",
            f"`{verb.term}` is passed on by any one of its ways: they stand in `any of`, {one.why}",
            one.node,
            help="ask for what else must hold of another term",
        )
