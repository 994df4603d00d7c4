"""The ways in which a block is changed, one small change at a time.

Each operator looks at the tree of a block, never at its layout, and gives the block with one part
of it otherwise. What only says where a text comes from (citations, ranks, notes) is left alone, as
are the offices that may use a power: nothing of it changes an answer about a case.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final, cast

from sanctions_rules.codes import COUNTRIES, CURRENCIES, Code
from sanctions_rules.language import ast
from sanctions_rules.language.format import condition_lines, slot_lines, value_text
from sanctions_rules.language.typecheck import OPPOSITE
from sanctions_rules.source import Span

#: Every operator, and what it does.
OPERATORS: Final = {
    "drop-limb": "leave a line of a condition, a place, a class of bound persons or an event out",
    "negate-limb": "say the opposite of a line",
    "swap-any-all": "ask for one where all are asked for, and the other way round",
    "flip-bound": "`at least` for `more than`, `on or before` for `before`, `through` for `until`",
    "shift-threshold": "a number more or less, by one in its last place",
    "shift-date": "a day earlier or later",
    "shift-instant": "a minute earlier or later",
    "drop-exception": "leave an exception, or a whole block that excepts or licenses, out",
    "drop-target": "lift, displace, penalise or replace one text fewer",
    "drop-word": "leave one of several listed acts, words, codes or texts out",
    "drop-row": "leave a row of a table or code list out",
    "change-code": "another tariff code, country or currency",
    "swap-verb": "another norm verb",
}

_FLIP: Final = {
    "at least": "more than", "more than": "at least", "at most": "less than",
    "less than": "at most", "on or before": "before", "before": "on or before",
    "on or after": "after", "after": "on or after",
}  # fmt: skip
#: Slots whose condition is looked at; of these, what an exception is made of.
_CONDITIONS: Final = frozenset((
    "when", "upon determining that", "with", "met when", "provided that", "except where",
    "unless shown that",
))  # fmt: skip
_EXCEPTING: Final = frozenset(("except where", "unless shown that"))
#: Verbs of blocks that take something out of a norm: such a block may be left out whole.
_LIFTING: Final = frozenset(("authorises", "exempts", "displaces", "withdraws"))
#: Blocks of which no line changes an answer about a case.
SILENT: Final = frozenset(("example", "overlay", "judgement"))


@dataclass(frozen=True, slots=True)
class Variant:
    """A changed part of a block: by which operator, where it stood, what was done, the new part.

    `made` is None where the part is left out whole.
    """

    operator: str
    span: Span
    change: str
    made: Any


def variants(block: ast.Block) -> Iterator[Variant]:
    """Every change of a block, in the order of its text; `made` is the block, None for no block."""
    if block.kind in SILENT or (block.verb is not None and block.verb.word == "commits to"):
        return
    verb = block.verb
    if verb is not None and verb.word in _LIFTING and len(_aims(verb)) == 1:
        yield Variant("drop-exception", block.head, "without the block", None)
    for number, slot in enumerate(block.slots):
        for v in _slot(block, slot):
            slots = (() if v.made is None else (v.made,))
            made = replace(block, slots=(*block.slots[:number], *slots, *block.slots[number + 1 :]))
            yield replace(v, made=made, span=v.span if v.span.file else slot.span)
    for operator, change, made in _swapped(block):
        yield Variant(operator, verb.span if verb else block.head, change, made)


def _aims(verb: ast.Slot) -> tuple[ast.Ref, ...]:
    """The texts that a verb lifts, displaces or takes back."""
    if verb.conduct is None:
        return verb.refs
    return tuple(ref for role in verb.conduct.roles for ref in role.refs)


# -- slots ---------------------------------------------------------------------------------------


def _slot(block: ast.Block, slot: ast.Slot) -> Iterator[Variant]:
    word = slot.word
    if word in ("issued", "published"):
        yield from _publication(slot)
    elif block.kind == "instrument":
        return
    elif word in _CONDITIONS and slot.condition is not None:
        yield from _conditional(slot, slot.condition)
    elif word == "in force":
        yield from _in(slot, "interval", f"in `{_first(slot)}`")
        if slot.anchor is not None:
            said = f"without `measured at {slot.anchor}`"
            yield Variant("drop-limb", slot.span, said, replace(slot, anchor=None))
    elif word == "unencoded":
        yield Variant("drop-limb", slot.span, f"without `{_first(slot)}`", None)
    elif word == "binds":
        yield Variant("drop-limb", slot.span, f"without `{_first(slot)}`", None)
        yield from _fewer(slot, "names", slot.span, "drop-word", _first(slot))
    elif word in ("replaces", "repeals"):
        yield from _targets(slot, "refs", slot.span)
    elif word in ("columns", "entries from", "gives"):
        yield from _table(slot)
    elif word in ast.VERBS:
        yield from _verb(slot)


def _first(slot: ast.Slot) -> str:
    return " ".join(slot_lines(slot)[0].split())


def _publication(slot: ast.Slot) -> Iterator[Variant]:
    """The days on which a text became known."""
    if slot.day is not None:
        for day in _days(slot.day):
            said = f"{slot.day} → {day} in `{_first(slot)}`"
            yield Variant("shift-date", slot.span, said, replace(slot, day=day))
    for number, (day, text) in enumerate(slot.days):
        for other in _days(day):
            days = (*slot.days[:number], (other, text), *slot.days[number + 1 :])
            said = f'{day} → {other} in `published {day} "{text.text}"`'
            yield Variant("shift-date", slot.span, said, replace(slot, days=days))


def _days(day: date) -> tuple[date, date]:
    return day - timedelta(days=1), day + timedelta(days=1)


def _conditional(slot: ast.Slot, condition: ast.Condition) -> Iterator[Variant]:
    whole = f"without `{slot.word} {_line(condition)}`"
    if slot.word in _EXCEPTING:
        yield Variant("drop-exception", slot.span, whole, None)
    elif len(condition.elements) == 1:
        yield Variant("drop-limb", slot.span, whole, None)
    yield from _in(slot, "condition", "")


def _table(slot: ast.Slot) -> Iterator[Variant]:
    for number, row in enumerate(slot.rows if slot.columns else ()):
        shown = " | ".join(slot_lines(slot)[number + 1].strip(" |").split(" | "))
        if len(slot.rows) > 1:
            rows = (*slot.rows[:number], *slot.rows[number + 1 :])
            at = row[0].span if row else slot.span
            yield Variant("drop-row", at, f"without row `{shown}`", replace(slot, rows=rows))
        for v in _parts(row, slot.span, f"in row `{shown}`"):
            rows = (*slot.rows[:number], v.made, *slot.rows[number + 1 :])
            yield replace(v, made=replace(slot, rows=rows))
    for name in ("value", "codes"):
        yield from _in(slot, name, f"in `{_first(slot)}`")


def _verb(slot: ast.Slot) -> Iterator[Variant]:
    shown = _first(slot)
    if slot.conduct is not None:
        yield from _in(slot, "conduct", f"in `{shown}`")
    if slot.word in ("displaces", "withdraws", "penalises"):
        yield from _targets(slot, "refs", slot.span)
        yield from _targets(slot, "targets", slot.span)
    if slot.word in ("empowers", "penalises"):
        yield from _fewer(slot, "names", slot.span, "drop-word", shown)
    for name in ("due", "term"):
        yield from _in(slot, name, f"in `{shown}`")
    if slot.due is not None and slot.due.kind == "yearly":
        for day in (slot.due.day - 1, slot.due.day + 1):
            said = f"{slot.due.day} → {day} in `yearly by {slot.due.day} {slot.due.month}`"
            due = replace(slot.due, day=day)
            yield Variant("shift-date", slot.span, said, replace(slot, due=due))


def _targets(node: Any, name: str, span: Span) -> Iterator[Variant]:
    """One text fewer among those that are acted on; the last one goes with its block."""
    return _fewer(node, name, span, "drop-target", "")


def _fewer(node: Any, name: str, span: Span, operator: str, shown: str) -> Iterator[Variant]:
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


def _in(node: Any, name: str, shown: str) -> Iterator[Variant]:
    """The changes of one part of a node, as changes of the node."""
    span = getattr(node, "span", ast.NOWHERE)
    for v in _parts(getattr(node, name), span, shown):
        yield replace(v, made=replace(node, **{name: v.made}))


def _parts(node: Any, span: Span, shown: str) -> Iterator[Variant]:
    """Every change of a tree, those of a node before those of what it is made of.

    `shown`: the line that it stands in, for saying so.
    """
    if isinstance(node, tuple):
        parts = cast("tuple[Any, ...]", node)
        for number, part in enumerate(parts):
            for v in _parts(part, span, shown):
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
            for v in _parts(value, here, shown):
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
        case ast.Quantity(number) | ast.Multiple(factor=number):
            for other in _numbers(number):
                name = "number" if isinstance(node, ast.Quantity) else "factor"
                text = node.text.replace(str(number), str(other), 1)
                made = replace(node, **{name: other, "text": text})
                yield "shift-threshold", f"{node.text} → {text}", made
        case ast.MoneyValue(amount):
            for other in _numbers(amount):
                made = replace(node, amount=other, text=node.text.replace(str(amount), str(other)))
                yield "shift-threshold", f"{node.text} → {made.text}", made
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
    for v in _fewer(node, name, ast.NOWHERE, "drop-word", ""):
        yield v.operator, (v.change, v.span), v.made


def _numbers(number: Decimal) -> tuple[Decimal, ...]:
    """One more or less in the last place that is written."""
    exponent = number.as_tuple().exponent
    step = Decimal((0, (1,), exponent if isinstance(exponent, int) else 0))
    return (number - step, number + step)


def _counted(node: ast.Group | ast.ForSome) -> _Own:
    for count in (node.count - 1, node.count + 1):
        if count > 0 and node.count:
            said = f"at least {node.count} of → at least {count} of"
            yield "shift-threshold", said, replace(node, count=count)


def _moment(node: ast.Moment) -> _Own:
    if not node.time:
        for day in _days(node.day):
            yield "shift-date", f"{node} → {day}", replace(node, day=day)
        return
    hour, minute = map(int, node.time.split(":"))
    for shift in (-1, 1):
        total = hour * 60 + minute + shift
        day = node.day + timedelta(days=total // 1440)
        made = replace(node, day=day, time=f"{total % 1440 // 60:02}:{total % 60:02}")
        yield "shift-instant", f"{node} → {made}", made


def _line(condition: ast.Condition) -> str:
    return " ".join(condition_lines(condition)[0].split())


# -- conditions ----------------------------------------------------------------------------------


def _condition(node: ast.Condition) -> _Own:
    elements = node.elements
    if len(elements) > 1:
        members = tuple(ast.Member("", ast.Condition((replace(e, label=""),))) for e in elements)
        made = ast.Condition((ast.Element(ast.Group("any", members)),))
        said = f"any of its lines for all: `{_line(node)}` …"
        yield "swap-any-all", said, made
    for number, element in enumerate(elements):
        before, after = elements[:number], elements[number + 1 :]
        shown = _line(ast.Condition((element,)))
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
            said = f"without `{_line(member.condition)}`"
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
    for v in _fewer(node, "acts", node.span, "drop-word", ""):
        yield v.operator, (v.change, v.span), v.made
    for number, role in enumerate(node.roles):
        before, after = node.roles[:number], node.roles[number + 1 :]
        for v in _targets(role, "refs", role.span):
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
        up = name == "first" and last < 9 or last == 0
        other = replace(code, digits=code.digits[:-1] + str(last + (1 if up else -1)))
        made = replace(node, **{name: other})
        text = str(made.first) + (f" to {made.last}" if made.last is not None else "")
        yield "change-code", f"{node.text} → {text}", replace(made, text=text)


def _swapped(block: ast.Block) -> Iterator[tuple[str, str, ast.Block]]:
    """The block with the norm verb next to its own that says something else."""
    verb = block.verb
    if verb is None:
        return
    conduct, made, kind = verb.conduct, None, block.kind
    match verb.word:
        case "prohibits":
            made = replace(verb, word="requires")
        case "requires" if conduct is not None:
            made = replace(verb, word="prohibits", due=None)
        case "authorises" if conduct is not None:
            made, kind = replace(verb, word="exempts", conduct=_lifting(conduct, "from")), "provision"
        case "exempts" if conduct is not None:
            made, kind = replace(verb, word="authorises", conduct=_lifting(conduct, "lifting")), "licence"
        case "displaces":
            any_act = ast.Conduct((ast.Word("any_dealing"),), (ast.Role("from", refs=verb.refs),))
            made = replace(verb, word="exempts", refs=(), conduct=any_act, subject=None)
        case "empowers" if verb.names and verb.subject is not None:
            made = _prohibiting(verb, verb.subject)
        case _:
            return
    if made is None:
        return
    slots = [
        made if slot is verb
        else replace(slot, word="when") if slot.word == "upon determining that" and verb.word == "empowers"
        else slot
        for slot in block.slots
    ]  # fmt: skip
    yield "swap-verb", f"`{verb.word}` → `{made.word}`", replace(block, kind=kind, slots=tuple(slots))


def _lifting(conduct: ast.Conduct, word: str) -> ast.Conduct:
    """What is lifted, in the words of another verb."""
    roles = tuple(replace(r, word=word) if r.refs else r for r in conduct.roles)
    return replace(conduct, roles=roles)


def _prohibiting(verb: ast.Slot, noun: ast.Word) -> ast.Slot:
    """Dealings with whom a power exposes to measures, forbidden."""
    conduct = ast.Conduct((ast.Word("any_dealing"),), (ast.Role("of", noun),))
    return replace(verb, word="prohibits", conduct=conduct, names=(), powers=(), subject=None)
