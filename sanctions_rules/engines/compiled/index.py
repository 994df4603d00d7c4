"""Which norms a message can concern at all, by the facts that tell most of them apart.

A norm needs certain facts of the case to be one of a few words before it may bind: its act, where
it goes. Norms are counted by such facts; a message then asks only those that fit its words. What is
not known fits everything. Lists of norms are made when a combination is first met.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from sanctions_rules.codes import Code
from sanctions_rules.core import Apply, Definition, Expr, Fact, Literal, Norm, Program, Ref
from sanctions_rules.engines.compiled.facts import Plain, is_whole, members
from sanctions_rules.engines.compiled.reading import NO_FACTS
from sanctions_rules.values import UNKNOWN

#: How many facts of the case tell norms apart, and how few norms are not worth telling apart.
FACTS: Final = 3
FEW: Final = 4
#: How many combinations of words are remembered before the index begins anew.
COMBINATIONS: Final = 20_000
#: How many digits of a code tell norms apart: those of a heading.
HEADING: Final = 4

Place = tuple[str, ...]
#: The words of which a fact must be one; of codes, the headings under which one of them must fall.
Needs = dict[Place, frozenset[str]]
CODES: Final[Place] = ("goods", "codes")
#: How a place is read: whether it is that of the codes, and whether it is one of the act.
_READ: Final = {
    (True, False): "headings(c.d)", (False, True): "c.a.get({!r})", (False, False): "c.d.get({!r})",
}  # fmt: skip


class Index:
    """Norms by the words that they need."""

    def __init__(self, program: Program, norms: Sequence[Norm]) -> None:
        self._norms = norms
        self._needs = [needs(program, norm) for norm in norms]
        self._by: dict[Place, dict[str, list[int]]] = {}
        self._others: dict[Place, list[int]] = {}
        weight = Counter(place for one in self._needs for place in one)
        kept = [p for p, n in weight.most_common() if n > FEW and p != CODES][:FACTS]
        if weight[CODES] > len(norms) // 2 > FEW:
            kept.append(CODES)
        self.places: tuple[Place, ...] = tuple(kept)
        for place in self.places:
            words: dict[str, list[int]] = {}
            rest: list[int] = []
            self._by[place], self._others[place] = words, rest
            for number, one in enumerate(self._needs):
                if place not in one:
                    rest.append(number)
                for word in one.get(place, ()):
                    words.setdefault(word, []).append(number)
        parts = "".join(f"{_READ[p == CODES, p[0] == 'act'].format(p[-1])}, " for p in kept)
        #: Source of what a message `c` says at these places.
        self.key_source = f"({parts})"
        names: dict[str, Any] = {"headings": headings, "NO_FACTS": NO_FACTS}
        text = self.key_source.replace("c.a", "a").replace("c.d", "d")
        exec(f"def key(d):\n    a = d.get('act') or NO_FACTS\n    return {text}\n", names)
        #: Words where they are known, and what else is there.
        self.key: Callable[[Plain], tuple[Any, ...]] = names["key"]

    def numbers(self, key: tuple[Any, ...]) -> tuple[int, ...]:
        """The numbers of the norms that a message with these words may concern, in program order."""
        known = [word if word.__class__ in (str, tuple) else None for word in key]
        return self._fitting(tuple(known))

    def _fitting(self, key: tuple[Any, ...]) -> tuple[int, ...]:
        left: set[int] | None = None
        for place, words in zip(self.places, key, strict=True):
            if words is None:
                continue
            fit = set(self._others[place])
            for word in (words,) if isinstance(words, str) else words:
                fit.update(self._by[place].get(word, ()))
            left = fit if left is None else left & fit
        return tuple(range(len(self._norms))) if left is None else tuple(sorted(left))


def headings(d: Plain) -> tuple[str, ...] | None:
    """The headings of all goods; None where one is not known so far."""
    if not is_whole(d.get("goods")):
        return None
    found: set[str] = set()
    for good in members(d["goods"]):
        if not is_whole(good.get("codes")):
            return None
        for code in members(good["codes"]):
            digits: str = code.partition(" ")[2].replace(".", "").replace(" ", "")
            if len(digits) < HEADING:
                return None
            found.add(digits[:HEADING])
    return tuple(sorted(found))


def needs(program: Program, norm: Norm) -> Needs:
    """What facts must be, or be unknown, for the norm to bind perhaps.

    What the text says of a thing rules nothing out while the things are not all named: one that is
    not may be reached, whatever the text says (`conclude`). Codes are looked at where all are.
    """
    found: Needs = {}
    for name in (norm.in_force, norm.bound, norm.pattern):
        _gather(program, name, norm, found)
    said: Needs = {} if norm.collection is not None else found
    _gather(program, norm.body, norm, said)
    if CODES in said:
        found[CODES] = said[CODES]
    return found


def _gather(program: Program, name: str, norm: Norm, found: Needs) -> None:
    pending: list[Expr] = [Ref(name)]
    steps = 200  # what is looked at; more would narrow little
    while pending and steps:
        steps -= 1
        expr = pending.pop()
        match expr:
            case Apply("and", arguments):
                pending.extend(arguments)
            case Apply("or", arguments):
                for place, words in _either(arguments, norm):
                    found[place] = found.get(place, words) & words
            case Ref(inner, None) | Ref(inner, Fact(path=())):
                definition = program.definitions[inner]
                own = not isinstance(expr.subject, Fact) or expr.subject.variable == norm.variable
                if isinstance(definition, Definition) and own:
                    if definition.subject in (None, norm.variable):
                        pending.append(definition.body)
            case _:
                one = _atom(expr, norm)
                if one is not None:
                    place, words = one
                    found[place] = found.get(place, words) & words


def _either(arguments: Iterable[Expr], norm: Norm) -> Iterable[tuple[Place, frozenset[str]]]:
    """Alternatives about one fact are one wider need."""
    atoms = [_atom(argument, norm) for argument in arguments]
    places = {atom[0] if atom else None for atom in atoms}
    if len(places) == 1 and None not in places:
        kept = [atom for atom in atoms if atom is not None]
        yield kept[0][0], frozenset[str]().union(*(words for _, words in kept))


def _atom(expr: Expr, norm: Norm) -> tuple[Place, frozenset[str]] | None:
    match expr:
        case Apply("equals", (Fact("case", path), Literal(str(word)))) if _is_plain(path):
            return path, frozenset({word})
        case Apply("one_of", (Fact("case", path), Literal(frozenset() as words))) if _is_plain(
            path
        ):
            return path, words
        case Apply("falls_under", (Fact(variable, ("codes",)), _, Literal(prefixes), *rest)):
            # Where the sort of the good counts too, a code alone rules nothing out.
            free = len(rest) < 2 or (isinstance(rest[1], Literal) and rest[1].value is UNKNOWN)
            headings = _headings_of(prefixes)
            if variable == norm.variable and free and headings is not None and _of_goods(norm):
                return CODES, headings
        case _:
            pass
    return None


def _of_goods(norm: Norm) -> bool:
    return norm.collection is not None and norm.collection.path == ("goods",)


def _is_plain(path: Place) -> bool:
    """A fact of the case or of the act that nothing can stand for."""
    return (
        len(path) == 2 and path[0] == "act" and path[1] in ("kind", "destination", "departure")
    ) or path == ("actor",)


def _headings_of(prefixes: Any) -> frozenset[str] | None:
    found: set[str] = set()
    for prefix in prefixes:
        if not isinstance(prefix, Code) or len(prefix.digits) < HEADING or prefix.upto:
            return None
        found.add(prefix.digits[:HEADING])
    return frozenset(found)
