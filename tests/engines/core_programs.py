"""Random programs and facts for the SQL engines: small on purpose, wide in what they touch.

The norms of a small law keep their shape; the bodies of their definitions are replaced by random
expressions of the core. Facts come with unknowns, ranges, open and empty lists, days and instants.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from typing import Any

from small import BAN, law_of

from sanctions_rules.codes import Code
from sanctions_rules.core import (
    Apply,
    Closure,
    Definition,
    Definitions,
    Expr,
    Fact,
    Literal,
    Program,
    Quantified,
    Ref,
)
from sanctions_rules.diagnostics import FactsError
from sanctions_rules.facts import Case
from sanctions_rules.read import build_case
from sanctions_rules.values import UNKNOWN, Span, Truth, point

NEW_YORK, BRUSSELS = "America/New_York", "Europe/Brussels"
LAW = (
    BAN
    + """
provision zz.act §2 "Of the act alone"
  cites "s. 2"
  checked primary
  in force from 2023-06-01 until 2024-09-01
  prohibits payment
  when act.for_russian_government is yes
end
provision zz.act §3 "Giving to a person"
  cites "s. 3"
  checked primary
  in force from 2022-01-01, no end stated
  prohibits any_dealing to recipient
  when recipient.type is company
end
licence zz.act §4 "Lifts the ban"
  cites "s. 4"
  checked primary
  in force from 2024-01-01, no end stated
  authorises any_dealing of good
     to the extent prohibited by zz.act §1
  when act.purpose is wind_down
end
"""
)


def small_program() -> Program:
    return law_of(LAW).program


DAYS = ("2023-12-31", "2024-01-01", "2024-03-10", "2024-06-30", "2025-01-01")
TIMES = ("2024-01-01T04:59:59.999999Z", "2024-01-01T05:00:00Z", "2024-03-10T12:00:00+01:00")


class Expressions:
    """Random truths over the case, a good and a party."""

    def __init__(self, random: Random, program: Program) -> None:
        self.r, self.program = random, program

    def truth(self, scope: dict[str, str], depth: int) -> Expr:
        r = self.r
        if depth <= 0 or r.random() < 0.3:
            return self.atom(scope)
        match r.randrange(7):
            case 0 | 1:
                return Apply(
                    "and", tuple(self.truth(scope, depth - 1) for _ in range(r.randint(1, 3)))
                )
            case 2 | 3:
                return Apply(
                    "or", tuple(self.truth(scope, depth - 1) for _ in range(r.randint(1, 3)))
                )
            case 4:
                return Apply("not", (self.truth(scope, depth - 1),))
            case 5:
                inner = self.truth(scope, depth - 1)
                if r.random() < 0.5:
                    return Apply("shown", (inner,))
                return Apply("undefined", (inner, Literal("why")))
            case _:
                return self.quantified(scope, depth)

    def quantified(self, scope: dict[str, str], depth: int) -> Expr:
        r = self.r
        choices = [
            (Fact("case", ("goods",)), "product", "goods"), (Fact("case", ("parties",)), "entity", "parties"),
            (Fact("case", ("act", "recipients")), "recipient", "parties"),
            (Fact("case", ("act", "parties")), "entity", "parties"),
        ]  # fmt: skip
        for name, kind in scope.items():
            if kind == "parties":
                choices.append((Fact(name, ("listings",)), "listing", "listings"))
            if kind == "goods":
                choices += [(Fact(name, ("components",)), "component", "goods")]
        collection, variable, kind = r.choice(choices)
        while variable in scope:
            variable += "x"
        body = self.truth({**scope, variable: kind}, depth - 1)
        if kind == "goods" and r.random() < 0.15:
            what = Fact(variable, ("carats_each",))
            total = Quantified("sum", collection, variable, body, what=what)
            return Apply(r.choice(["less", "at_most"]), self.turned(total, Literal(self.number())))
        quantifier = r.choice(["some", "some", "every", "at_least"])
        return Quantified(quantifier, collection, variable, body, r.randint(0, 2))

    def turned(self, a: Expr, b: Expr) -> tuple[Expr, Expr]:
        return (a, b) if self.r.random() < 0.5 else (b, a)

    def number(self) -> Span:
        return point(Decimal(self.r.choice(["0", "0.5", "1", "1.25"])))

    def atom(self, scope: dict[str, str]) -> Expr:
        r = self.r
        names = [n for n, kind in scope.items() if kind == "goods"]
        people = [n for n, kind in scope.items() if kind == "parties"]
        listed = [n for n, kind in scope.items() if kind == "listings"]
        options = [self.of_case, self.of_case, self.of_time]
        options += [lambda: self.of_good(r.choice(names))] * 4 if names else []
        options += [lambda: self.of_party(r.choice(people))] * 4 if people else []
        options += [lambda: self.of_listing(r.choice(listed))] * 3 if listed else []
        return r.choice(options)()

    def of_case(self) -> Expr:
        r = self.r
        price = Fact("case", ("act", "value"))
        dollars = Literal(
            point(Decimal(r.choice(["100", "99.5"])), r.choice(["USD", "USD", "EUR"]))
        )
        return r.choice([
            Apply("one_of", (Fact("case", ("act", "kind")), Literal(frozenset(r.sample(["import", "payment", "export"], r.randint(0, 2)))))),
            Apply("equals", (Fact("case", ("act", "destination")), Literal(r.choice(["US", "RU"])))),
            Apply("equals", (Fact("case", ("act", "purpose")), Literal("wind_down"))),
            Apply("holds", (Fact("case", ("act", "is_indirect")),)),
            Apply("is_none", (Fact("case", r.choice([("act", "value"), ("act", "investment"), ("act", "events", "entry"), ("actor",)])),)),
            Apply(r.choice(["less", "at_most", "same"]), self.turned(price, dollars)),
            Apply("at_most", (Apply("times", (price, Literal(point(Decimal("1.5"))))), dollars)),
            Apply("includes", (Fact("case", ("act", "us_nexus")), Literal("usd_clearing"))),
            Apply("equals", (Fact("case", ("act", "official_business_of")), Literal("us_government"))),
            Apply("equals", (Fact("case", ("act", "investment")), Literal("expansion"))),
            Ref("a company @", Fact("case", ("actor",))),
            Ref("of the act @"),
            Literal(r.choice(list(Truth))),
            Apply("holds", (Fact("case", ("judged", "zz.q")),)),
        ])  # fmt: skip

    def of_time(self) -> Expr:
        r = self.r
        zone = Literal(r.choice([NEW_YORK, NEW_YORK, BRUSSELS]))

        def when() -> Expr:
            path = r.choice(
                [
                    ("act", "events", "conduct"),
                    ("act", "events", "conduct"),
                    ("act", "events", "entry"),
                    ("as_of",),
                ]
            )
            return Apply("instants", (Fact("case", path), zone))

        def shifted() -> Expr:
            unit = r.choice(["days", "weeks", "months", "years"])
            made = Apply("shifted", (when(), Literal(r.randint(-2, 2)), Literal(unit), zone))
            return Apply("next_day", (made, zone)) if r.random() < 0.3 else made

        at = self.instant()
        interval = sorted(self.instant() for _ in range(4))
        if r.random() < 0.5:
            interval = [interval[0]] * 2 + [interval[3]] * 2
        return r.choice([
            Apply("in_force", (when(), Literal(tuple(interval)))),
            Apply(r.choice(["less", "at_most", "same"]), self.turned(when(), Literal(point(at)))),
            Apply(r.choice(["less", "at_most"]), (when(), when())),
            Apply(r.choice(["less", "at_most", "same"]), self.turned(shifted(), when())),
            Apply("at_most", (shifted(), shifted())),
        ])  # fmt: skip

    def instant(self) -> int:
        from sanctions_rules.clocks import day_start, microseconds

        r = self.r
        if r.random() < 0.5:
            day = datetime.fromisoformat(r.choice(DAYS)).date()
            return day_start(day, r.choice([NEW_YORK, BRUSSELS])) + r.choice([0, 0, 1, -1])
        return microseconds(datetime.fromisoformat(r.choice(TIMES)).astimezone(UTC))

    def of_good(self, name: str) -> Expr:
        r = self.r
        category = Fact(name, ("category",))
        wanted = tuple(r.sample([
            Code("HS", "7102"), Code("HS", "710231"), Code("CN", "71023100"), Code("HTSUS", "7102310000"),
            Code("HS", "0302", "0304"), Code("CN", "71021000", "71023900"), Code("HS", "03"),
        ], r.randint(1, 2)))  # fmt: skip
        without = (Code("HS", "710221"),) if r.random() < 0.3 else ()
        possible = r.choice([Literal(UNKNOWN), Apply("equals", (category, Literal("diamond"))),
                             Apply("one_of", (Fact(name, ("stone",)), Literal(frozenset({"industrial"}))))])  # fmt: skip
        weight = Fact(name, (r.choice(["carats_each", "carats_heaviest"]),))
        return r.choice([
            Apply("one_of", (category, Literal(frozenset(r.sample(["diamond", "gold", "seafood", "other"], r.randint(1, 3)))))),
            Apply("equals", (Fact(name, ("country_of_origin",)), Literal("RU"))),
            Apply("equals", (Fact(name, ("stone",)), Literal("industrial"))),
            Apply("falls_under", (Fact(name, ("codes",)), category, Literal(wanted), Literal(without), possible)),
            Apply(r.choice(["less", "at_most", "same"]), self.turned(weight, Literal(self.number()))),
            Apply("includes", (Fact(name, ("mined_in",)), Literal("RU"))),
            Apply("exactly", (Fact(name, ("mined_in",)), Literal(frozenset(r.sample(["RU", "BW"], r.randint(0, 2)))))),
            Apply("holds", (Fact(name, ("is_export_controlled",)),)),
            Apply("is_none", (weight,)),
            Apply("holds", (Fact(name, ("judged", "zz.q")),)),
            Apply("less", (Apply("instants", (Fact(name, ("produced_on",)), Literal(BRUSSELS))), Literal(point(self.instant())))),
            Ref("a ruby @", Fact(name, ())),
            Quantified("some", Fact(name, ("mined_in",)), "country", Apply("one_of", (Fact("country", ()), Literal(frozenset({"RU"}))))),
        ])  # fmt: skip

    def of_party(self, name: str) -> Expr:
        r = self.r
        return r.choice([
            Apply("equals", (Fact(name, ("type",)), Literal(r.choice(["person", "company"])))),
            Apply("equals", (Fact(name, ("organised_under",)), Literal("RU"))),
            Apply("includes", (Fact(name, ("citizenships",)), Literal("RU"))),
            Apply("same_item", self.turned(Fact(name, ()), Fact("case", ("actor",)))),
            Apply("includes", (Fact("case", ("act", "recipients")), Fact(name, ()))),
            Apply("equals", (Fact(name, ("flag",)), Literal("RU"))),
            Apply("is_none", (Fact(name, ("branch_of",)),)),
            Ref("a company @", Fact(name, r.choice([(), ("branch_of",)]))),
            Apply("holds", (Fact(name, ("judged", "zz.q")),)),
        ])  # fmt: skip

    def of_listing(self, name: str) -> Expr:
        r = self.r
        return r.choice([
            Apply("equals", (Fact(name, ("list",)), Literal("sdn"))),
            Apply("at_most", (Apply("instants", (Fact(name, ("listed_on",)), Literal(NEW_YORK))),
                              Apply("instants", (Fact("case", ("act", "events", "conduct")), Literal(NEW_YORK))))),
            Apply("is_none", (Fact(name, ("delisted_on",)),)),
        ])  # fmt: skip


def program(seed: int, base: Program) -> Program:
    """The small law with other bodies."""
    random = Random(seed)
    make = Expressions(random, base)
    shared: list[Definition | Closure] = []
    # each of the shared ones refers to none of the others
    for name, subject, scope in (
        ("of the act @", None, {}), ("a company @", "person", {"person": "parties"}),
        ("a ruby @", "good", {"good": "goods"}),
    ):  # fmt: skip
        body = make.truth(scope, 2)
        while any(f"{n} @" in repr(body) for n in ("of the act", "a company", "a ruby")):
            body = make.truth(scope, 2)
        shared.append(Definition(name, subject, body))
    found: list[Definition | Closure] = []
    for definition in base.definitions:
        part = definition.name.rpartition(": ")[2]
        if isinstance(definition, Definition) and part in ("body", "scope", "pattern"):
            if random.random() < (0.9 if part == "body" else 0.3):
                kinds = {"good": "goods", "recipient": "parties"}
                scope = (
                    {definition.subject: kinds[definition.subject]} if definition.subject else {}
                )
                definition = replace(definition, body=make.truth(scope, 3))
        found.append(definition)
    made = {d.name: d for d in (*shared, *found)}
    return replace(base, definitions=Definitions.of(made), digest=f"{seed}")


# -- facts -----------------------------------------------------------------------------------------


class Facts:
    def __init__(self, seed: int, instants: bool = True) -> None:
        self.r, self.instants, self.sure = Random(seed), instants, False

    def case(self) -> Case:
        while True:
            self.sure = self.r.random() < 0.5  # half of the cases know nearly everything
            try:
                return build_case(self.row())
            except FactsError:  # a contradiction by chance
                continue

    def maybe(self, value: Any, share: float = 0.75) -> Any:
        share = 0.97 if self.sure and share >= 0.75 else share
        return value if self.r.random() < share else None

    def moment(self, optional: bool = False) -> Any:
        r = self.r
        if optional and r.random() < 0.15:
            return "none"
        if r.random() < 0.15 and not self.sure:
            day = r.choice(DAYS)
            return {r.choice(["on_or_after", "after", "on_or_before", "before"]): day}
        if self.instants and r.random() < 0.3:
            return r.choice(TIMES)
        return self.maybe(r.choice(DAYS))

    def number(self, values: tuple[str, ...]) -> Any:
        r = self.r
        if r.random() < 0.25 and not self.sure:
            low, high = sorted([Decimal(r.choice(values)), Decimal(r.choice(values))])
            if low == high:
                return {"at_least": low, "at_most": high}
            return {
                r.choice(["at_least", "more_than"]): low,
                r.choice(["at_most", "less_than"]): high,
            }
        return self.maybe(Decimal(r.choice(values)))

    def listed(self, values: list[str]) -> Any:
        r = self.r
        items = r.sample(values, r.randint(0, len(values)))
        made: Any = {"items": items, "complete": self.sure or r.random() < 0.6, "basis": "the test"}
        return self.maybe(made, 0.8)

    def row(self) -> dict[str, Any]:
        r = self.r
        parties = ["a", "b", "c"][: r.randint(0, 3)]
        act: dict[str, Any] = {
            "kind": self.maybe(r.choice(["import", "payment", "export"]), 0.85),
            "destination": self.maybe(r.choice(["US", "RU"])),
            "purpose": r.choice([None, "wind_down", "official_business", {"one_of": ["wind_down", "commercial"]}]),
            "official_business_of": self.maybe("us_government", 0.3),
            "is_indirect": self.maybe(r.random() < 0.5),
            "for_russian_government": self.maybe(r.random() < 0.5),
            "investment": r.choice([None, "none", "expansion"]),
            "us_nexus": self.listed(["usd_clearing", "us_territory"]),
            "recipients": self.listed(parties), "parties": self.listed(parties),
            "events": {"conduct": self.moment() if self.sure or r.random() < 0.6 else None, "entry": self.moment(True), "export": self.moment(True)},
        }  # fmt: skip
        amount = self.number(("99.5", "100", "150"))
        if amount is not None:
            act["value"] = {"amount": amount, "currency": r.choice(["USD", "EUR"])}
        row: dict[str, Any] = {
            "act": act, "actor": self.maybe(r.choice(parties)) if parties else None, "as_of": self.moment(),
            "licences_held": "none" if self.sure else r.choice(["none", None]),
            "goods": self.records([self.good(1) for _ in range(r.randint(0, 3))]),
            "parties": self.records([self.party(p, parties) for p in parties]) if parties else self.maybe([]),
            "judgements": r.choice([None, [self.judgement() for _ in range(r.randint(0, 2))]]),
        }  # fmt: skip
        return {k: v for k, v in row.items() if v is not None}

    def records(self, items: list[Any]) -> Any:
        if self.r.random() < 0.15 and not items:
            return None
        return {"items": items, "complete": self.sure or self.r.random() < 0.7, "basis": "the test"}

    def judgement(self) -> dict[str, Any]:
        r = self.r
        return {"question": "zz.q", "of": r.choice(["act", "a", "b", "goods[0]", "case"]),
                "answer": r.choice(["yes", "no", "cannot_tell"])}  # fmt: skip

    def good(self, depth: int) -> dict[str, Any]:
        r = self.r
        code = r.choice(
            [
                "HS 7102",
                "HS 71",
                "HS 7102.31",
                "CN 7102 31 00",
                "HTSUS 7102310000",
                "HS 0303",
                "HS 710221",
                "HTSUS 0304.75.10",
            ]
        )
        made = {
            "category": r.choice([None, "diamond", "diamond", "gold", "seafood", "other", {"one_of": ["diamond", "gold"]}]),
            "codes": r.choice([None, None, [], [code], [code, "HS 7102"]]),
            "country_of_origin": self.maybe(r.choice(["RU", "BW"])),
            "stone": r.choice([None, None, "industrial", "non_industrial"]),
            "carats_each": self.number(("0.5", "1", "1.25", "0")), "carats_heaviest": self.maybe(self.number(("0.5", "1")), 0.3),
            "mined_in": self.listed(["RU", "BW"]), "is_export_controlled": self.maybe(r.random() < 0.5),
            "produced_on": self.moment(),
        }  # fmt: skip
        if made["category"] not in (None, "diamond"):
            made |= {"stone": None, "carats_each": None, "carats_heaviest": None, "mined_in": None}
        if depth:
            made["components"] = r.choice(
                [None, None, self.records([self.good(0) for _ in range(r.randint(0, 2))])]
            )
        return {k: v for k, v in made.items() if v is not None}

    def party(self, name: str, others: list[str]) -> dict[str, Any]:
        r = self.r
        kind = r.choice(["person", "company", "vessel", None])
        made = {
            "id": name, "type": kind, "organised_under": r.choice([None, "RU", "US", "none"]),
            "citizenships": self.listed(["RU", "US"]), "branch_of": r.choice([None, "none", *others]),
            "flag": self.maybe("RU", 0.4), "listings": self.records([self.listing() for _ in range(r.randint(0, 2))]),
        }  # fmt: skip
        return {k: v for k, v in made.items() if v is not None}

    def listing(self) -> dict[str, Any]:
        r = self.r
        made = {
            "list": self.maybe(r.choice(["sdn", "other"])),
            "listed_on": self.moment(),
            "delisted_on": self.moment(True),
        }
        return {k: v for k, v in made.items() if v is not None}
