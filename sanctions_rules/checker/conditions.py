"""What a condition of the resolved rulebook comes to, from facts that a step states.

Nothing but the standard library. Three truths; what a step does not show raises `Unproven`, and a
conjunction may still be false by another of its parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Protocol, cast

from sanctions_rules.checker.values import (
    EXACT,
    FALSE,
    NONE,
    NOT,
    TRUE,
    UNKNOWN,
    Span,
    compared,
    has,
    instants,
    known,
    number,
    rails,
    shifted,
    under_any,
    word,
)

Part = Callable[[], str]


class Unproven(Exception):
    """The step does not show it."""


@dataclass(frozen=True)
class At:
    """Where a condition stands: the event it is measured at, what names stand for, open terms."""

    anchor: str
    zone: str
    bound: Mapping[str, Any] = field(default_factory=dict[str, Any])
    opens: Mapping[str, Any] = field(default_factory=dict[str, Any])
    fill: str = ""
    as_owned: str = FALSE


class Shown(Protocol):
    """What the step at hand shows."""

    def fact(self, place: str, path: str) -> Any: ...
    def claim(self, *claim: str) -> str: ...
    def status(self, *claim: str) -> Mapping[str, str]: ...
    def lack(self, why: str) -> str: ...
    def mark(self) -> int: ...
    def drop(self, start: int, end: int) -> None: ...


class Conditions:
    """The rules of conditions, over what the step at hand shows (`shown`)."""

    rulebook: Mapping[str, Any]
    shown: Shown
    known_on: int  # a day's ordinal: law first published later is not seen

    def joined(self, ends: str, parts: Iterable[Part]) -> str:
        """`and` ends with one part that is false, `or` with one that is true; else all are shown."""
        found, gap, start = NOT[ends], False, self.shown.mark()
        for part in parts:
            here = self.shown.mark()
            try:
                truth = part()
            except Unproven:
                gap = True
                continue
            if truth == ends:
                self.shown.drop(start, here)
                return ends
            found = UNKNOWN if truth == UNKNOWN else found
        if gap:
            raise Unproven
        return found

    def value(self, path: list[str], at: At) -> Any:
        place = {"item": ""} if path[0] == "case" else at.bound[path[0]]
        if len(path) == 1:
            return place
        if not has(place, "item"):
            return None
        return self.shown.fact(place["item"], ".".join(path[1:]))

    def members(self, path: list[str], at: At) -> tuple[list[Any], bool]:
        """What is on a list, and whether that is all."""
        value = self.value(path, at)
        if has(value, "list"):
            return value["list"], value["complete"]
        return [], value == NONE

    def holds(self, said: list[Any], at: At) -> str:
        """The one way from a condition to its truth: a rule for each form, by its name."""
        while len(said) == 2 and said[0] in ("and", "or"):  # one part alone is that part
            said = said[1]
        return getattr(self, "if_" + said[0].replace(" ", "_"))(at, *said[1:])

    def if_and(self, at: At, *parts: list[Any]) -> str:
        return self.joined(FALSE, ((lambda p=p: self.holds(p, at)) for p in parts))

    def if_or(self, at: At, *parts: list[Any]) -> str:
        return self.joined(TRUE, ((lambda p=p: self.holds(p, at)) for p in parts))

    def if_not(self, at: At, part: list[Any]) -> str:
        return NOT[self.holds(part, at)]

    def if_count(self, at: At, least: int, *parts: list[Any]) -> str:
        truths = [self.holds(p, at) for p in parts]
        return rails(truths.count(TRUE) >= least, len(truths) - truths.count(FALSE) >= least)

    def if_each(
        self, at: At, how: str, least: int, name: str, over: list[str], body: list[Any]
    ) -> str:
        members, complete = self.members(over, at)
        parts = [
            lambda m=m: self.holds(body, replace(at, bound={**at.bound, name: m})) for m in members
        ]
        if how == "at_least":
            truths = [p() for p in parts]
            must = truths.count(TRUE) >= least
            return rails(must, not complete or len(truths) - truths.count(FALSE) >= least)
        others: list[Part] = [] if complete else [lambda: UNKNOWN]  # those that are not named
        return self.joined(TRUE if how == "some" else FALSE, [*parts, *others])

    def if_yes(self, at: At, path: list[str]) -> str:
        value = self.value(path, at)
        return known(value) if isinstance(value, bool) else FALSE if value == NONE else UNKNOWN

    def if_no(self, at: At, path: list[str]) -> str:
        value = self.value(path, at)
        return known(not value) if isinstance(value, bool) else FALSE if value == NONE else UNKNOWN

    def if_none(self, at: At, path: list[str]) -> str:
        value = self.value(path, at)
        return UNKNOWN if value is None else known(value == NONE)

    def if_word(self, at: At, path: list[str], choices: list[str]) -> str:
        return word(self.value(path, at), choices)

    def if_exactly(self, at: At, path: list[str], choices: list[str]) -> str:
        value = self.value(path, at)
        if not has(value, "list"):
            return FALSE if value == NONE else UNKNOWN
        held, chosen = set(value["list"]), set(choices)
        return (
            FALSE if not held <= chosen else known(held == chosen) if value["complete"] else UNKNOWN
        )

    def if_includes(self, at: At, path: list[str], member: Any) -> str:
        value = self.value(path, at)
        one = self.value(member["item"], at) if has(member, "item") else member
        if not has(value, "list"):
            return FALSE if value == NONE else UNKNOWN
        if one is None or one == NONE:
            return UNKNOWN
        return TRUE if one in value["list"] else known(False) if value["complete"] else UNKNOWN

    def if_same(self, at: At, path: list[str], other: list[str]) -> str:
        a, b = self.value(path, at), self.value(other, at)
        if NONE in (a, b):
            return FALSE
        items = has(a, "item") and has(b, "item")
        return known(a == b) if items else UNKNOWN

    def if_number(self, at: At, left: Any, how: str, right: Any) -> str:
        a, b = self.amount(left, at), self.amount(right, at)
        if how in ("at least", "more than"):
            return compared("at most" if how == "at least" else "less", b, a)
        return compared("less" if how == "less than" else how, a, b)

    def amount(self, said: Any, at: At) -> Any:
        if isinstance(said, list):
            return number(self.value(cast("list[str]", said), at))
        if has(said, "times"):
            base, by = number(self.value(said["of"], at)), Decimal(said["times"])
            if not isinstance(base, Span):
                return base
            low, high = (
                None if v is None else EXACT.multiply(v, by) for v in (base.low, base.high)
            )
            return base._replace(low=low, high=high)
        if has(said, "sum"):
            return self.sum_of(said, at)
        if has(said, "row"):
            return self.cell(said, at)
        return self.determined(said["open"], at) if has(said, "open") else number(said)

    def sum_of(self, said: Mapping[str, Any], at: At) -> Any:
        """Bounds on a sum of what is never below zero."""
        members, complete = self.members(said["in"], at)
        low = Decimal(0)
        high = Decimal(0) if complete else None
        for member in members:
            inner = replace(at, bound={**at.bound, said["each"]: member})
            truth = self.holds(said["where"], inner)
            if truth == FALSE:
                continue
            value = number(self.value(said["sum"], inner))
            least, most = value[:2] if isinstance(value, Span) else (0, None)
            low = EXACT.add(low, least) if truth == TRUE and least is not None else low
            high = None if high is None or most is None else EXACT.add(high, most)
        return Span(low, high)

    def cell(self, said: Mapping[str, Any], at: At) -> Any:
        table = self.rulebook["texts"][said["row"]]
        when = instants(
            self.value(said["at"] or ["case", *at.anchor.split(".")], at), table["zone"]
        )
        held = self.value(said["of"], at) if said["of"] else None
        rows = [
            (r["days"], r["cells"][said["column"]], under_any(held, r["codes"]) if r["codes"] else TRUE)
            for r in table["rows"] if table["known"] <= self.known_on
        ]  # fmt: skip
        return self.hull(when, rows, table["lacks"])

    def determined(self, name: str, at: At) -> Any:
        """The value of an open term: what the determinations known by then give in their time."""
        rows: list[tuple[list[int], Any, str]] = []
        lacks = name
        for key in at.opens[name]["fills"]:
            fill = self.rulebook["texts"][key]
            lacks = fill["withdrawn"] or lacks
            if fill["known"] > self.known_on:
                continue
            since, surely, until, possibly = fill["interval"]
            for newer in (self.rulebook["texts"][n] for n in fill["newer"]):
                if newer["known"] <= self.known_on:
                    until, possibly = (
                        min(until, newer["interval"][0]),
                        min(possibly, newer["interval"][1]),
                    )
            given = None if fill["withdrawn"] else fill["value"]
            rows.append(([since, surely, until, possibly], given, TRUE))
        when = instants(self.value(["case", *at.anchor.split(".")], at), at.opens[name]["zone"])
        return self.hull(when, rows, lacks)

    def hull(self, when: Any, rows: list[tuple[list[int], Any, str]], lacks: str) -> Any:
        """The hull of what may apply; nothing known unless rows that surely apply cover the time."""
        if not isinstance(when, Span) or when[0] is None or when[1] is None:
            return None
        able = [
            (days, number(value), fits) for days, value, fits in rows
            if fits != FALSE and days[0] <= when[1] and when[0] < days[3]
        ]  # fmt: skip
        reached = when[0]
        for since, until in sorted((d[1], d[2]) for d, _, fits in able if fits == TRUE):
            reached = until if since <= reached < until else reached
        values = [v for _, v, _ in able]
        same = all(isinstance(v, Span) and v[4] == values[0][4] for v in values)
        if reached <= when[1] or not same:
            return self.shown.lack(lacks) and None
        return Span(min(v[0] for v in values), max(v[1] for v in values), tag=values[0][4])

    def if_time(
        self, at: At, path: list[str], how: str, right: Mapping[str, Any], zone: str
    ) -> str:
        """A day of the law is its whole length: `after 3 May` is from 4 May."""
        t = instants(self.value(path, at), zone)
        after: Any = None
        if "at" in right:
            start = Span(right["at"], right["at"])
            after = Span(right["next"], right["next"]) if "next" in right else None
        elif "from" in right:
            base = instants(self.value(right["from"], at), zone)
            start = shifted(base, right["count"], right["unit"], zone)
            after = shifted(start, 1, "days", zone)
        else:
            start = instants(self.value(right["fact"], at), zone)
        match how:
            case "before":
                return compared("less", t, start)
            case "on or after":
                return compared("at most", start, t)
            case "after":
                return (
                    compared("less", start, t) if after is None else compared("at most", after, t)
                )
            case "on or before":
                return (
                    compared("at most", t, start) if after is None else compared("less", t, after)
                )
            case _ if after is None:
                return compared("is", t, start)
            case _:
                inside = (compared("at most", start, t), compared("less", t, after))
                return self.joined(FALSE, ((lambda i=i: i) for i in inside))

    def if_judged(self, at: At, variable: str, question: str) -> str:
        return self.if_yes(at, [variable, "judged", question])

    def if_lacks(self, at: At, why: str) -> str:
        return self.shown.lack(why)

    def if_codes(self, at: At, path: list[str], codes: Mapping[str, Any], sort: str = "") -> str:
        """By the code where one is known, by the sort of the thing where none is."""
        held, category = (self.value([*path, name], at) for name in ("codes", "category"))
        if has(held, "list") and held["list"]:
            by_code = under_any(held, codes)
            if sort in (TRUE, FALSE) and by_code not in (UNKNOWN, sort):
                return UNKNOWN
            return sort if by_code == UNKNOWN and sort else by_code
        if sort in (TRUE, FALSE):
            return sort
        if category is None or category == NONE:
            return UNKNOWN
        sorts = category["one_of"] if has(category, "one_of") else [category]
        return rails(False, bool(set(sorts) & set(codes["sorts"])))
