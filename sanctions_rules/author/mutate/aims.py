"""What the facts must be about that tell a change of the rules apart: days, numbers and words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, cast

from sanctions_rules import clocks
from sanctions_rules.author.mutate.bench import Bench
from sanctions_rules.author.mutate.mutants import Mutant
from sanctions_rules.language import ast


@dataclass(frozen=True)
class Aims:
    """Values on which a change may turn, by what they are."""

    days: tuple[date, ...] = ()
    instants: tuple[datetime, ...] = ()
    words: tuple[str, ...] = ()
    numbers: tuple[Decimal, ...] = ()
    spans: tuple[timedelta, ...] = ()
    names: tuple[str, ...] = ()  # of facts

    @classmethod
    def of(cls, bench: Bench, mutant: Mutant) -> Aims:
        """Those of what differs between the two texts; of a text that is left out, of the text it acts on too."""
        blocks = bench.workshop.blocks
        if mutant.number is None:
            text = next(iter(re.findall(r"`(.*)`", mutant.change)), "")
            return cls(
                words=tuple(dict.fromkeys(c.strip() for c in text.split(",") if c.strip())),
                names=("codes",),
            )
        old = blocks[mutant.number]
        nodes = list(_differing(old, mutant.made)) if mutant.made is not None else [old.slots]
        refs = {n.id for node in nodes for n in ast.walk(node) if isinstance(n, ast.Ref)}
        nodes += [
            slot
            for b in blocks
            if b.id in refs and b is not old
            for slot in b.slots
            if slot.condition is not None or slot.conduct is not None or slot.word == "in force"
        ]
        return cls.among(node for part in nodes for node in ast.walk(part))

    @classmethod
    def among(cls, nodes: Iterable[object]) -> Aims:
        """Those of these nodes, each by itself."""
        days: dict[date, None] = {}
        instants: dict[datetime, None] = {}
        words: dict[str, None] = {}
        numbers: dict[Decimal, None] = {}
        spans: dict[timedelta, None] = {}
        names: dict[str, None] = {}
        for node in nodes:
            match node:
                case ast.Moment(day, ""):
                    days |= dict.fromkeys(_beside(day))
                case ast.Moment():
                    days |= dict.fromkeys(_beside(node.day))
                    instants |= dict.fromkeys(_instants(node))
                case ast.Slot():
                    for day in (node.day, *(d for d, _ in node.days)):
                        days |= dict.fromkeys(_beside(day)) if day is not None else {}
                case ast.Word(text) | ast.Proper(text):
                    words[text] = None
                case ast.Path((word,)):
                    words[word] = None
                case ast.Path(parts):
                    names[parts[-1]] = None
                case ast.CodeRange(first):
                    words[str(first)] = None
                    names["codes"] = None
                case ast.Quantity(number) | ast.Multiple(number) | ast.MoneyValue(number):
                    numbers |= dict.fromkeys(_around(number))
                case ast.Duration(count, unit):
                    length = {"day": 1, "week": 7, "month": 30, "year": 365}.get(unit.rstrip("s"))
                    for more in (-1, 0, 1) if length else ():
                        spans[timedelta(days=(count * (length or 0)) + more)] = None
                    numbers |= dict.fromkeys(_around(Decimal(count)))
                case _:
                    pass
        return cls(
            tuple(days), tuple(instants), tuple(words), tuple(numbers), tuple(spans), tuple(names)
        )


def _beside(day: date) -> tuple[date, ...]:
    return day, day - timedelta(days=1), day + timedelta(days=1)


def _around(number: Decimal) -> tuple[Decimal, ...]:
    exponent = number.as_tuple().exponent
    step = Decimal((0, (1,), exponent if isinstance(exponent, int) else 0))
    return number, number - step, number + step


def _instants(moment: ast.Moment) -> Iterator[datetime]:
    """The instant, and those beside it, in the zone that prints its label then."""
    hour, minute = map(int, moment.time.split(":"))
    at = datetime.combine(moment.day, time(hour, minute))
    for name in ("America/New_York", "Europe/London", "Europe/Brussels", "UTC"):
        if clocks.label_at(moment.day, moment.time, name) == moment.label:
            offset = at.replace(tzinfo=clocks.zone(name)).strftime("%z")
            for minutes in (0, -1, 1):
                shifted = at + timedelta(minutes=minutes)
                yield datetime.strptime(
                    f"{shifted:%Y-%m-%dT%H:%M:%S}{offset}", "%Y-%m-%dT%H:%M:%S%z"
                )
            return


def _differing(old: object, new: object) -> Iterator[object]:
    """The smallest parts that differ, old and new; of a list, the members that are not in both."""
    if isinstance(old, tuple) and isinstance(new, tuple):
        before, after = cast("tuple[object, ...]", old), cast("tuple[object, ...]", new)
        if len(before) != len(after):
            yield tuple(one for one in before if one not in after)
            yield tuple(one for one in after if one not in before)
            return
        for a, b in zip(before, after, strict=True):
            if a != b:
                yield from _differing(a, b)
        return
    a, b = cast(Any, old), cast(Any, new)
    if is_dataclass(a) and type(a) is type(b):
        compared = [f.name for f in fields(a) if f.compare]
        apart = [n for n in compared if getattr(a, n) != getattr(b, n)]
        inner: Any = getattr(a, apart[0]) if len(apart) == 1 else None
        if isinstance(inner, tuple) or is_dataclass(inner):
            yield from _differing(cast(object, inner), getattr(b, apart[0]))
            return
    yield from (a, b)
