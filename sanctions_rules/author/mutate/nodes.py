"""The ways in which one node of a tree is changed, and so each tree that holds it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final, cast

from sanctions_rules.codes import COUNTRIES, CURRENCIES, Code
from sanctions_rules.language import ast
from sanctions_rules.language.format import condition_lines, value_text
from sanctions_rules.language.typechecking.vocabulary import OPPOSITE
from sanctions_rules.source import Span

_FLIP: Final = {
    "at least": "more than", "more than": "at least", "at most": "less than",
    "less than": "at most", "on or before": "before", "before": "on or before",
    "on or after": "after", "after": "on or after",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Variant:
    """A changed part of a block: by which operator, where it stood, what was done, the new part.

    `made` is None where the part is left out whole.
    """

    operator: str
    span: Span
    change: str
    made: Any


def days_beside(day: date) -> tuple[date, date]:
    return day - timedelta(days=1), day + timedelta(days=1)


def targets(node: Any, name: str, span: Span) -> Iterator[Variant]:
    """One text fewer among those that are acted on; the last one goes with its block."""
    return fewer(node, name, span, "drop-target", "")


def fewer(node: Any, name: str, span: Span, operator: str, shown: str) -> Iterator[Variant]:
    """The node with one of several listed things left out."""
    listed = cast("tuple[Any, ...]", getattr(node, name))
    for number, one in enumerate(listed if len(listed) > 1 else ()):
        rest = (*listed[:number], *listed[number + 1 :])
        said = f"without `{_text(one)}`" + (f" in `{shown}`" if shown else "")
        at = getattr(one, "span", span)
        yield Variant(operator, at if at.file else span, said, replace(node, **{name: rest}))


def _text(one: Any) -> str:
    if isinstance(one, (ast.Word, ast.Ref)):
        return str(one)
    return one.text if isinstance(one, ast.CodeRange) else value_text(one)


# -- the tree ------------------------------------------------------------------------------------


def inside(node: Any, name: str, shown: str) -> Iterator[Variant]:
    """The changes of one part of a node, as changes of the node."""
    span = getattr(node, "span", ast.NOWHERE)
    for v in changes(getattr(node, name), span, shown):
        yield replace(v, made=replace(node, **{name: v.made}))


def changes(node: Any, span: Span, shown: str) -> Iterator[Variant]:
    """Every change of a tree, those of a node before those of what it is made of.

    `shown`: the line that it stands in, for saying so.
    """
    if isinstance(node, tuple):
        parts = cast("tuple[Any, ...]", node)
        for number, part in enumerate(parts):
            for v in changes(part, span, shown):
                yield replace(v, made=(*parts[:number], v.made, *parts[number + 1 :]))
        return
    if not is_dataclass(node) or isinstance(node, (type, ast.Word, ast.Ref, Code)):
        return
    here = cast(Span, getattr(node, "span", span))
    here = here if here.file else span
    if isinstance(node, ast.Element):
        shown = f"in `{' '.join(condition_lines(ast.Condition((node,)))[0].split())}`"
    for operator, said, made in _own(node, shown):
        if isinstance(said, tuple):  # a part of the node, with a place of its own
            said, at = said
            yield Variant(operator, at if at.file else here, f"{said} {shown}".strip(), made)
        else:
            yield Variant(operator, here, f"{said} {shown}".strip(), made)
    for part in fields(node):
        if part.name not in ("span", "office", "consulting"):
            value = getattr(node, part.name)
            for v in changes(value, here, shown):
                yield replace(v, made=replace(node, **{part.name: v.made}))


_Own = Iterator[tuple[str, "str | tuple[str, Span]", Any]]


def _own(node: Any, shown: str) -> _Own:
    """The changes of a node itself: by which operator, in words, to what."""
    match node:
        case ast.Condition():
            yield from _condition(node)
        case ast.Group():
            yield from _group(node)
        case ast.ForSome(quantifier):
            if quantifier in ("some", "every"):
                other = "every" if quantifier == "some" else "some"
                yield "swap-any-all", f"`{quantifier}` → `{other}`", replace(node, quantifier=other)
            yield from _counted(node)
        case ast.Compared(comparator) | ast.IsOwned(comparator=comparator):
            if comparator in _FLIP:
                other = _FLIP[comparator]
                yield "flip-bound", f"`{comparator}` → `{other}`", replace(node, comparator=other)
        case ast.Until(kind) if kind in ("until", "through"):
            other = "through" if kind == "until" else "until"
            yield "flip-bound", f"`{kind}` → `{other}`", replace(node, kind=other)
        case ast.Moment():
            yield from _moment(node)
        case ast.Quantity(number):
            for other in _numbers(number):
                text = f"{other} {node.unit}".strip()
                yield _shifted(node, node.text, number=other, text=text)
        case ast.Multiple(factor):
            for other in _numbers(factor):
                yield _shifted(node, node.text, factor=other, text=f"{other} times {node.path}")
        case ast.MoneyValue(amount):
            for other in _numbers(amount):
                text = f"{node.currency} {other}" + (f" per {node.per}" if node.per else "")
                yield _shifted(node, node.text, amount=other, text=text)
        case ast.Duration(count):
            for other in (count - 1, count + 1):
                said = f"{count} {node.unit} → {other} {node.unit}"
                yield "shift-threshold", said, replace(node, count=other)
        case ast.Proper(text):
            yield from _proper(node, text)
        case ast.CodeRange():
            yield from _code(node)
        case ast.Conduct():
            yield from _conduct(node)
        case ast.IsOneOf() | ast.IsExactly() | ast.Includes():
            yield from _listed(node, "values")
        case ast.IsCovered() | ast.IsListed() | ast.IsUnder() | ast.FallsIn():
            yield from _listed(node, "refs")
        case ast.IsControlled():
            yield from _listed(node, "means")
        case ast.Codes():
            yield from _listed(node, "included")
            for number, one in enumerate(node.excluded):
                rest = (*node.excluded[:number], *node.excluded[number + 1 :])
                said = f"without `other than {one.text}`"
                yield "drop-word", (said, one.span), replace(node, excluded=rest)
        case _:
            return


def _listed(node: Any, name: str) -> _Own:
    for v in fewer(node, name, ast.NOWHERE, "drop-word", ""):
        yield v.operator, (v.change, v.span), v.made


def _numbers(number: Decimal) -> tuple[Decimal, ...]:
    """One more or less in the last place that is written."""
    exponent = number.as_tuple().exponent
    step = Decimal((0, (1,), exponent if isinstance(exponent, int) else 0))
    return (number - step, number + step)


def _shifted(node: Any, before: str, **parts: Any) -> tuple[str, str, Any]:
    return "shift-threshold", f"{before} → {parts['text']}", replace(node, **parts)


def _counted(node: ast.Group | ast.ForSome) -> _Own:
    for count in (node.count - 1, node.count + 1):
        if count > 0 and node.count:
            said = f"at least {node.count} of → at least {count} of"
            yield "shift-threshold", said, replace(node, count=count)


def _moment(node: ast.Moment) -> _Own:
    if not node.time:
        for day in days_beside(node.day):
            yield "shift-date", f"{node} → {day}", replace(node, day=day)
        return
    hour, minute = map(int, node.time.split(":"))
    for shift in (-1, 1):
        total = hour * 60 + minute + shift
        day = node.day + timedelta(days=total // 1440)
        made = replace(node, day=day, time=f"{total % 1440 // 60:02}:{total % 60:02}")
        yield "shift-instant", f"{node} → {made}", made


def line(condition: ast.Condition) -> str:
    return " ".join(condition_lines(condition)[0].split())


# -- conditions ----------------------------------------------------------------------------------


def _condition(node: ast.Condition) -> _Own:
    elements = node.elements
    if len(elements) > 1:
        members = tuple(ast.Member("", ast.Condition((replace(e, label=""),))) for e in elements)
        made = ast.Condition((ast.Element(ast.Group("any", members)),))
        said = f"any of its lines for all: `{line(node)}` …"
        yield "swap-any-all", said, made
    for number, element in enumerate(elements):
        before, after = elements[:number], elements[number + 1 :]
        shown = line(ast.Condition((element,)))
        if before or after:
            made = replace(node, elements=(*before, *after))
            yield "drop-limb", (f"without `{shown}`", element.span), made
        made = replace(node, elements=(*before, replace(element, atom=_not(element.atom)), *after))
        yield "negate-limb", (f"not `{shown}`", element.span), made


def _group(node: ast.Group) -> _Own:
    members = node.members
    for number, member in enumerate(members):
        rest = (*members[:number], *members[number + 1 :])
        if len(rest) >= max(1, node.count):
            said = f"without `{line(member.condition)}`"
            yield "drop-limb", (said, member.span), replace(node, members=rest)
    if node.kind in ("any", "all") and len(members) > 1:
        other = "all" if node.kind == "any" else "any"
        yield "swap-any-all", f"`{node.kind} of` → `{other} of`", replace(node, kind=other)
    yield from _counted(node)


def _not(atom: ast.Atom) -> ast.Atom:
    """The opposite, in the words of the language."""
    match atom:
        case ast.Comparison(predicate=ast.Is(complement=ast.IsYesNo(yes), negated=False) as said):
            return replace(atom, predicate=replace(said, complement=ast.IsYesNo(not yes)))
        case ast.Comparison(predicate=ast.Is(complement=ast.Compared(word) as bound) as said) if (
            word in OPPOSITE
        ):
            other = replace(bound, comparator=OPPOSITE[word])
            return replace(atom, predicate=replace(said, complement=other))
        case ast.Comparison(predicate=ast.Is(complement=complement, negated=negated) as said) if (
            not isinstance(complement, (ast.Compared, ast.IsOwned, ast.IsControlled))
        ):
            return replace(atom, predicate=replace(said, negated=not negated))
        case ast.Group(kind="any" | "none" as kind):
            return replace(atom, kind="none" if kind == "any" else "any")
        case ast.ForSome(quantifier="some" | "no" as quantifier):
            return replace(atom, quantifier="no" if quantifier == "some" else "some")
        case _:
            return ast.Group("none", (ast.Member("", ast.Condition((ast.Element(atom),))),))


# -- acts, codes, verbs --------------------------------------------------------------------------


def _conduct(node: ast.Conduct) -> _Own:
    for v in fewer(node, "acts", node.span, "drop-word", ""):
        yield v.operator, (v.change, v.span), v.made
    for number, role in enumerate(node.roles):
        before, after = node.roles[:number], node.roles[number + 1 :]
        for v in targets(role, "refs", role.span):
            made = replace(node, roles=(*before, v.made, *after))
            yield v.operator, (v.change, v.span), made
        if isinstance(role.thing, ast.Proper):
            said = f"without `{role.word} {role.thing.text}`"
            yield "drop-limb", (said, role.span), replace(node, roles=(*before, *after))


def _proper(node: ast.Proper, text: str) -> _Own:
    others = ("RU", "BY") if text in COUNTRIES else ("EUR", "USD") if text in CURRENCIES else ()
    other = next((o for o in others if o != text), None)
    if other is not None:
        yield "change-code", f"{text} → {other}", replace(node, text=other)


def _code(node: ast.CodeRange) -> _Own:
    """The neighbouring code: instead of one code, and for each end of a range."""
    ends = [("first", node.first)] + ([("last", node.last)] if node.last is not None else [])
    for name, code in ends:
        last = int(code.digits[-1])
        up = (name == "first" and last < 9) or last == 0
        other = replace(code, digits=code.digits[:-1] + str(last + (1 if up else -1)))
        made = replace(node, **{name: other})
        text = str(made.first) + (f" to {made.last}" if made.last is not None else "")
        yield "change-code", f"{node.text} → {text}", replace(made, text=text)
