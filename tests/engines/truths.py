"""What the language means, by hand: conditions with facts, and whether they hold.

Written from the semantics (design section 3, `docs/conformance.md`), not from an engine: a row that
an engine fails is the engine's mistake, the reference included. T, U, F: holds, is not known, does
not hold, for one condition after the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sanctions_rules.codes import Code
from sanctions_rules.core import (
    Apply,
    Closure,
    Constant,
    Definition,
    Definitions,
    Expr,
    Fact,
    Head,
    Literal,
    Norm,
    Program,
    Quantified,
    ReadingPoint,
    Ref,
    Term,
    Way,
)
from sanctions_rules.decision import Outcome
from sanctions_rules.engines.answers import RegimeAnswer
from sanctions_rules.engines.conformance import Answers, Example
from sanctions_rules.engines.interpreter import Settings
from sanctions_rules.values import UNKNOWN, Span, Truth

Facts = Mapping[str, Any]
NY, BRUSSELS = "America/New_York", "Europe/Brussels"
FOREVER = 2**62
YES, NO, NOT_READ = Literal(Truth.TRUE), Literal(Truth.FALSE), Literal(Truth.UNKNOWN, "not read")


@dataclass(frozen=True)
class Rows:
    """Conditions of one kind, and what they are on these facts."""

    name: str
    about: str
    conditions: Sequence[Expr]
    cases: Sequence[tuple[Facts, str]]
    of: str = ""  # the noun of a list: each condition is about each of its items
    settings: Settings = field(default_factory=Settings)
    more: Sequence[Definition | Closure] = ()
    readings: tuple[ReadingPoint, ...] = ()

    def example(self) -> Example:
        """Each condition as the body of a prohibition: it binds, may bind or does not."""
        program = program_of(self.conditions, self.of, self.more, self.readings)
        cases = tuple((dict(facts), answer(truths)) for facts, truths in self.cases)
        return Example(self.name, self.about, program, self.settings, cases)


def answer(truths: str) -> Answers:
    fired = tuple(f"xx.act §{n}" for n, t in enumerate(truths, 1) if t == "T")
    undecided = tuple(f"xx.act §{n}" for n, t in enumerate(truths, 1) if t == "U")
    outcome = (
        Outcome.PROHIBITED
        if fired
        else Outcome.UNDETERMINED
        if undecided
        else Outcome.NOT_PROHIBITED
    )
    return {"xx": RegimeAnswer("xx", outcome, fired, undecided)}


def program_of(
    conditions: Sequence[Expr], of: str, more: Sequence[Definition | Closure] = (),
    readings: tuple[ReadingPoint, ...] = (),
) -> Program:  # fmt: skip
    definitions: dict[str, Definition | Closure] = {d.name: d for d in more}
    norms: list[Norm] = []

    def define(name: str, subject: str | None, body: Expr) -> str:
        definitions[name] = Definition(name, subject, body)
        return name

    subject, item = of or None, Fact(of, ()) if of else None
    lists = {"good": "goods", "person": "parties"}
    for number, condition in enumerate(conditions, 1):
        key = f"xx.act §{number}"
        in_force = define(f"{key} in force", None, YES)
        bound = define(f"{key}: bound", None, YES)
        pattern = define(f"{key}: pattern", None, YES)
        body = define(f"{key}: body", subject, condition)
        scope = define(f"{key}: scope", subject, NO)
        parts = (Ref(in_force), Ref(bound), Ref(pattern), Ref(body, item), no(Ref(scope, item)))
        engaged = define(f"{key}: engaged", subject, Apply("and", parts))
        lifted = define(f"{key}: lifted", subject, NO)
        effective = define(
            f"{key}: effective", subject, all_of(Ref(engaged, item), no(Ref(lifted, item)))
        )
        norms.append(Norm(
            key, key, "", "prohibits", "A text", ("s. 1",), (), (), "xx", "xx.act", of,
            Fact("case", (lists[of],)) if of else None, in_force, bound, pattern, body, scope, engaged,
            engaged, lifted, effective, (),
            Term(-FOREVER, -FOREVER, FOREVER, FOREVER, "", ("act", "events", "conduct"), NY, 0),
            "primary", "",
        ))  # fmt: skip
    head = Head("xx", "A regime", date(2030, 1, 1), 1, NY)
    return Program(Definitions.of(definitions), tuple(norms), readings, (head,), {}, {}, "")


# -- words for conditions ------------------------------------------------------------------------


def case(*path: str) -> Fact:
    return Fact("case", path)


def act(*path: str) -> Fact:
    return Fact("case", ("act", *path))


def good(*path: str) -> Fact:
    return Fact("good", path)


def on(operator: str, *arguments: Any) -> Apply:
    """An operator on expressions; anything else is a constant."""
    made = (
        a if isinstance(a, (Literal, Fact, Ref, Apply, Quantified)) else Literal(a)
        for a in arguments
    )
    return Apply(operator, tuple(made))


def all_of(*parts: Expr) -> Expr:
    return Apply("and", parts)


def one_of(*parts: Expr) -> Expr:
    return Apply("or", parts)


def no(part: Expr) -> Expr:
    return Apply("not", (part,))


def words(*given: str) -> frozenset[str]:
    return frozenset(given)


def number(text: str, tag: str | None = None) -> Span:
    return Span(Decimal(text), Decimal(text), tag=tag)


def at(second: int, more: int = 0) -> Span:
    """An instant, by its second since 1970 UTC."""
    return Span(second * 1_000_000 + more, second * 1_000_000 + more)


def when(*path: str, zone: str = NY) -> Expr:
    return on("instants", case(*path), zone)


def goods(**facts: Any) -> Facts:
    return {"goods": [facts]}


def acts(**facts: Any) -> Facts:
    return {"act": facts}


def conduct(moment: Any) -> Facts:
    return {"act": {"events": {"conduct": moment}}}


A, B = on("holds", act("is_indirect")), on("holds", act("reason_to_suspect"))
_FLAG: Final = {"T": True, "F": False, "U": None}
CONDUCT: Final = when("act", "events", "conduct")
#: 1 June 2024, 00:00 in New York: 04:00 UTC.
JUNE = 1_717_214_400
DAY = 86_400


def flags(a: str, b: str) -> Facts:
    given = {"is_indirect": _FLAG[a], "reason_to_suspect": _FLAG[b]}
    return {"act": {k: v for k, v in given.items() if v is not None}}


def code(text: str, upto: str = "") -> Code:
    scheme, digits = text.split()
    return Code(scheme, digits, upto)


def falls(wanted: Sequence[Code], without: Sequence[Code] = (), sort: Expr | None = None) -> Expr:
    possible = sort or Literal(UNKNOWN)
    return Apply("falls_under", (
        good("codes"), good("category"), Literal(tuple(wanted)), Literal(tuple(without)), possible,
    ))  # fmt: skip


def over(
    quantifier: str,
    collection: Fact,
    variable: str,
    body: Expr,
    count: int = 0,
    what: Fact | None = None,
) -> Expr:
    return Quantified(quantifier, collection, variable, body, count, what)


RU: Final = on("equals", Fact("place", ()), "RU")
MINED: Final = good("mined_in")
KG: Final = Fact("product", ("quantity_kg",))
TEN: Final = number("10")
CONTROLLED: Final = on("holds", Fact("product", ("is_export_controlled",)))


def total(body: Expr) -> Expr:
    return over("sum", case("goods"), "product", body, what=KG)


def product(kg: Any = None, controlled: Any = None) -> dict[str, Any]:
    given = {"quantity_kg": kg, "is_export_controlled": controlled}
    return {k: v for k, v in given.items() if v is not None}


def row(
    since: int, until: int, value: Any, wanted: Any = None, known: int = -FOREVER, cuts: Any = ()
) -> Any:
    a, b = since * 1_000_000, until * 1_000_000
    return ((a, a, b, b), value, wanted, known, cuts)


def looked_up(*rows: Any, key: Expr | None = None) -> Expr:
    table: Constant = rows  # type: ignore[assignment]
    return Apply("lookup", (
        CONDUCT, Literal(table, "a table"), key or Literal(UNKNOWN), Fact("clock", ("known_on",)),
    ))  # fmt: skip


def worth(amount: str, moment: Any) -> Facts:
    return {"act": {"value": {"amount": amount, "currency": "USD"}, "events": {"conduct": moment}}}


_SIXTY, _FORTY = number("60", "USD"), number("40", "USD")
_CAP = looked_up(row(JUNE - 30 * DAY, JUNE, _SIXTY), row(JUNE, JUNE + 30 * DAY, _FORTY))
_SHORT = looked_up(row(JUNE - 30 * DAY, JUNE, _SIXTY), row(JUNE, JUNE + 30 * DAY, UNKNOWN))
_VALUE = act("value")


def owned(mode: str, percent: str, strict: bool) -> Sequence[Definition | Closure]:
    listed = on("holds", Fact("party", ("supports_supply_of_critical_items",)))
    way = Way(mode, Decimal(percent), strict, "shares")
    return (
        Definition("xx.listed", "party", listed), Definition("xx.anyone", "party", YES),
        Closure("xx.owned", "xx.listed", "xx.anyone", (way,), False, act("events", "conduct"), NY),
    )  # fmt: skip


def company(
    *stakes: tuple[str, Any], complete: bool = True, listed: Sequence[str] = ("a", "b")
) -> Facts:
    """`c`, and who holds how much of it."""
    parties = [{"id": n, "supports_supply_of_critical_items": n in listed} for n in ("a", "b", "c")]
    held = [
        {"owner": owner, "asset": "c", "percent": percent, "basis": "shares", "is_indirect": False,
         "held_from": "none", "held_until": "none"}
        for owner, percent in stakes
    ]  # fmt: skip
    closed = {"complete": True, "basis": "the register"} if complete else {"complete": False}
    return {
        "actor": "c", "parties": parties, "ownership": {"items": held, **closed},
        "act": {"events": {"conduct": "2024-06-01"}},
    }  # fmt: skip


_OWNED: Final = Ref("xx.owned", case("actor"))

# -- the rows ------------------------------------------------------------------------------------

ROWS: Final[Sequence[Rows]] = (
    Rows(
        "and, or, not", "strong Kleene logic: no wins in `and`, yes wins in `or`, unknown stays unknown",
        (all_of(A, B), one_of(A, B), no(A), all_of(), one_of(), no(all_of(A, B)), all_of(A, no(A)), one_of(A, no(A))),
        (
            (flags("T", "T"), "TTFTFFFT"), (flags("T", "U"), "UTFTFUFT"), (flags("T", "F"), "FTFTFTFT"),
            (flags("U", "T"), "UTUTFUUU"), (flags("U", "U"), "UUUTFUUU"), (flags("U", "F"), "FUUTFTUU"),
            (flags("F", "T"), "FTTTFTFT"), (flags("F", "U"), "FUTTFTFT"), (flags("F", "F"), "FFTTFTFT"),
        ),
    ),
    Rows(
        "shown", "what must be shown stands as it is in the main answer",
        (on("shown", A), no(on("shown", A))),
        ((flags("T", "U"), "TF"), (flags("U", "U"), "UU"), (flags("F", "U"), "FT")),
    ),
    Rows(
        "shown, presumptively", "what must be shown and is not known counts as not shown",
        (on("shown", A), no(on("shown", A)), A),
        ((flags("T", "U"), "TFT"), (flags("U", "U"), "FTU"), (flags("F", "U"), "FTF")),
        settings=Settings(presumptive=True),
    ),
    Rows(
        "holds", "a fact, a judgement, a constant",
        (A, on("holds", case("judged", "xx.question")), YES, NO, NOT_READ),
        (
            (flags("T", "U"), "TUTFU"), (flags("F", "U"), "FUTFU"), (flags("U", "U"), "UUTFU"),
            *(
                ({"judgements": [{"question": "xx.question", "of": "act", "answer": said}]}, f"U{truth}TFU")
                for said, truth in (("yes", "T"), ("no", "F"), ("cannot_tell", "U"))
            ),
            ({"judgements": [{"question": "xx.other", "of": "act", "answer": "yes"}]}, "UUTFU"),
        ),
    ),
    Rows(
        "equals", "a word, one of several, none, unknown",
        (on("equals", act("investment"), "expansion"), no(on("equals", act("investment"), "expansion"))),
        (
            (acts(investment="expansion"), "TF"), (acts(investment="divestment"), "FT"), ({}, "UU"),
            (acts(investment=None), "UU"), (acts(investment="none"), "FT"),
            (acts(investment={"unknown": "not asked"}), "UU"),
            (acts(investment={"one_of": ["expansion", "divestment"]}), "UU"),
            (acts(investment={"one_of": ["maintenance", "divestment"]}), "FT"),
            (acts(investment={"one_of": ["expansion"]}), "TF"),
        ),
    ),
    Rows(
        "equals of texts", "letter for letter: nothing is folded, cast or trimmed",
        (on("equals", case("id"), "2709"), on("equals", case("id"), "Alpha"), on("equals", case("id"), "a'b\"c"), on("equals", case("id"), "NULL")),
        (
            ({"id": "2709"}, "TFFF"), ({"id": "02709"}, "FFFF"), ({"id": "2709 "}, "FFFF"), ({"id": "alpha"}, "FFFF"),
            ({"id": "Alpha"}, "FTFF"), ({"id": "a'b\"c"}, "FFTF"), ({"id": "NULL"}, "FFFT"), ({}, "UUUU"),
        ),
    ),
    Rows(
        "one_of", "a word in a set; also in the empty set, where an unknown word stays unknown",
        (
            on("one_of", act("investment"), words("expansion", "divestment")), on("one_of", act("investment"), words()),
            no(on("one_of", act("investment"), words("expansion", "divestment"))),
        ),
        (
            (acts(investment="expansion"), "TFF"), (acts(investment="maintenance"), "FFT"), ({}, "UUU"),
            (acts(investment="none"), "FFT"),
            (acts(investment={"one_of": ["expansion", "divestment"]}), "TFF"),
            (acts(investment={"one_of": ["expansion", "maintenance"]}), "UFU"),
            (acts(investment={"one_of": ["maintenance", "new_commitment"]}), "FFT"),
        ),
    ),
    Rows(
        "contradictory sets", "x in A and x in B with no word in both: no for a known word, unknown for an unknown one",
        (
            all_of(on("one_of", act("destination"), words("RU")), on("one_of", act("destination"), words("BY"))),
            all_of(on("one_of", act("destination"), words("RU")), no(on("one_of", act("destination"), words("RU")))),
            one_of(on("one_of", act("destination"), words("RU")), no(on("one_of", act("destination"), words("RU")))),
            all_of(on("equals", act("destination"), "RU"), on("equals", act("destination"), "BY")),
        ),
        (({}, "UUUU"), (acts(destination="RU"), "FFTF"), (acts(destination="US"), "FFTF")),
    ),
    Rows(
        "includes", "a list that is complete, open, empty, none or not known",
        (on("includes", MINED, "RU"), no(on("includes", MINED, "RU"))),
        (
            (goods(mined_in=["RU"]), "TF"), (goods(mined_in=["IN", "RU"]), "TF"), (goods(mined_in=["IN"]), "FT"),
            (goods(mined_in=[]), "FT"), (goods(mined_in=["RU", "…"]), "TF"), (goods(mined_in=["IN", "…"]), "UU"),
            (goods(mined_in=["…"]), "UU"), (goods(), "UU"), (goods(mined_in={"items": ["IN"], "complete": False}), "UU"),
            (goods(category="medicine"), "FT"), (goods(mined_in=None), "UU"),
        ),
        "good",
    ),
    Rows(
        "exactly", "these and no others",
        (on("exactly", MINED, words("RU")), on("exactly", MINED, words()), on("exactly", MINED, words("RU", "IN"))),
        (
            (goods(mined_in=["RU"]), "TFF"), (goods(mined_in=["RU", "IN"]), "FFT"), (goods(mined_in=[]), "FTF"),
            (goods(mined_in=["RU", "…"]), "UFU"), (goods(mined_in=["BY", "…"]), "FFF"), (goods(mined_in=["…"]), "UUU"),
            (goods(), "UUU"), (goods(mined_in=["BY"]), "FFF"),
        ),
        "good",
    ),
    Rows(
        "is_none", "there is no such thing: knowledge, not ignorance",
        (on("is_none", act("investment")), no(on("is_none", act("investment")))),
        (
            (acts(investment="none"), "TF"), (acts(investment="expansion"), "FT"), ({}, "UU"),
            (acts(investment={"one_of": ["expansion", "divestment"]}), "FT"),
        ),
    ),
    Rows(
        "numbers", "a number against 50: exact, ranges with open and closed ends, unknown",
        (
            on("less", good("quantity_kg"), number("50")), on("at_most", good("quantity_kg"), number("50")),
            on("same", good("quantity_kg"), number("50")), on("less", number("50"), good("quantity_kg")),
            on("at_most", number("50"), good("quantity_kg")),
        ),
        (
            (goods(quantity_kg="49.99"), "TTFFF"), (goods(quantity_kg="50"), "FTTFT"), (goods(quantity_kg="50.00"), "FTTFT"),
            (goods(quantity_kg="50.01"), "FFFTT"), (goods(), "UUUUU"), (goods(quantity_kg="49.995"), "TTFFF"),
            (goods(quantity_kg="49.9999999999999999"), "TTFFF"), (goods(quantity_kg="0"), "TTFFF"),
            (goods(quantity_kg={"at_least": "50"}), "FUUUT"), (goods(quantity_kg={"more_than": "50"}), "FFFTT"),
            (goods(quantity_kg={"at_most": "50"}), "UTUFU"), (goods(quantity_kg={"less_than": "50"}), "TTFFF"),
            (goods(quantity_kg={"at_least": "49", "at_most": "51"}), "UUUUU"),
            (goods(quantity_kg={"at_least": "50", "at_most": "50"}), "FTTFT"),
            (goods(quantity_kg={"more_than": "49", "less_than": "50"}), "TTFFF"),
            (goods(quantity_kg={"at_least": "51"}), "FFFTT"),
        ),
        "good",
    ),
    Rows(
        "what does not apply", "compared with anything it is no, on either side; so its negation is yes",
        (
            on("less", good("carats_each"), number("1")), on("at_most", number("1"), good("carats_each")),
            no(on("less", good("carats_each"), number("1"))), on("same", good("carats_each"), number("1")),
        ),
        ((goods(category="seafood"), "FFTF"), (goods(category="diamond"), "UUUU"), (goods(), "UUUU"), (goods(carats_each="1.0"), "FTTT")),
        "good",
    ),
    Rows(
        "prices", "amounts of one currency; two currencies are not compared",
        (on("less", _VALUE, number("60", "USD")), on("at_most", number("60", "USD"), _VALUE), on("same", _VALUE, number("60", "USD"))),
        (
            (acts(value={"amount": "59.99", "currency": "USD"}, kind="sale"), "TFF"), (acts(value={"amount": "60", "currency": "USD"}, kind="sale"), "FTT"),
            (acts(value={"amount": "1", "currency": "EUR"}, kind="sale"), "UUU"), ({}, "UUU"),
            (acts(value={"amount": {"less_than": "60"}, "currency": "USD"}, kind="sale"), "TFF"),
            (acts(value={"amount": {"at_most": "60"}, "currency": "USD"}, kind="sale"), "UUU"),
            (acts(value={"amount": {"at_least": "1"}, "currency": "EUR"}, kind="sale"), "UUU"),
        ),
    ),
    Rows(
        "times", "half of another price, digit for digit",
        (
            on("at_most", act("penalty_assessed"), on("times", _VALUE, number("0.5"))),
            on("less", act("penalty_assessed"), on("times", _VALUE, number("0.5"))),
        ),
        tuple(
            (acts(penalty_assessed={"amount": paid, "currency": "USD"}, value={"amount": value, "currency": currency}), truths)
            for paid, value, currency, truths in (
                ("50", "100", "USD", "TF"), ("49.99", "100", "USD", "TT"), ("50.01", "100", "USD", "FF"),
                ("50", {"at_least": "100"}, "USD", "TU"), ("50", {"more_than": "100"}, "USD", "TT"),
                ("50", {"at_most": "100"}, "USD", "UF"), ("50", {"less_than": "100"}, "USD", "FF"),
                ("50", "100", "EUR", "UU"), ("0.005", "0.01", "USD", "TF"),
            )
        ),
    ),
    Rows(
        "days and instants", "a day is all its instants in the zone of the law; 1 June 2024, 00:01 in New York",
        (on("at_most", at(JUNE + 60), CONDUCT), on("less", CONDUCT, at(JUNE + 60)), on("less", CONDUCT, at(JUNE)), on("at_most", at(JUNE), CONDUCT)),
        (
            (conduct("2024-05-31"), "FTTF"), (conduct("2024-06-01"), "UUFT"), (conduct("2024-06-02"), "TFFT"), ({}, "UUUU"),
            (conduct("2024-06-01T00:00:59.999999-04:00"), "FTFT"), (conduct("2024-06-01T00:01:00-04:00"), "TFFT"),
            (conduct("2024-06-01T04:01:00+00:00"), "TFFT"), (conduct("2024-06-01T03:59:59+00:00"), "FTTF"),
            (conduct({"on_or_after": "2024-06-01"}), "UUFT"), (conduct({"after": "2024-05-31"}), "UUFT"),
            (conduct({"before": "2024-06-01"}), "FTTF"), (conduct({"on_or_before": "2024-05-31"}), "FTTF"),
            (conduct({"on_or_after": "2024-05-31", "on_or_before": "2024-06-01"}), "UUUU"),
            (conduct({"on_or_before": "2024-06-01T00:01:00-04:00"}), "UUUU"),
            (conduct({"before": "2024-06-01T00:01:00-04:00"}), "FTUU"),
        ),
    ),
    Rows(
        "two facts to the day", "on the same day the order is open, and so is whether they are one instant",
        (
            on("less", CONDUCT, when("as_of")), on("at_most", CONDUCT, when("as_of")), on("same", CONDUCT, when("as_of")),
        ),
        (
            ({**conduct("2024-06-01"), "as_of": "2024-06-01"}, "UUU"), ({**conduct("2024-05-31"), "as_of": "2024-06-01"}, "TTF"),
            ({**conduct("2024-06-02"), "as_of": "2024-06-01"}, "FFF"),
            ({**conduct("2024-06-01T12:00:00+00:00"), "as_of": "2024-06-01T12:00:00+00:00"}, "FTT"),
            ({**conduct("2024-06-01"), "as_of": "2024-06-02T04:00:00+00:00"}, "TTF"),
        ),
    ),
    Rows(
        "clocks that change", "in the autumn one clock time is two instants, and a day has 25 hours",
        (on("less", CONDUCT, when("as_of")),),
        (
            ({**conduct("2024-11-03T01:50:00-04:00"), "as_of": "2024-11-03T01:10:00-05:00"}, "T"),
            ({**conduct("2024-11-03T01:10:00-05:00"), "as_of": "2024-11-03T01:50:00-04:00"}, "F"),
            ({**conduct("2024-11-03"), "as_of": "2024-11-04T04:59:59+00:00"}, "U"),
            ({**conduct("2024-11-03"), "as_of": "2024-11-04T05:00:00+00:00"}, "T"),
        ),
    ),
    Rows(
        "shifted days", "counted by the calendar: months' ends clamp, business days leave out holidays",
        tuple(
            on("at_most", on("shifted", CONDUCT, count, unit, NY), when("as_of"))
            for count, unit in ((1, "months"), (-1, "days"), (2, "business days of us_federal"), (30, "September"), (1, "years"))
        ),
        (
            ({**conduct("2024-01-31"), "as_of": "2024-02-29"}, "TTTFF"), ({**conduct("2024-01-31"), "as_of": "2024-02-28"}, "FTTFF"),
            ({**conduct("2024-07-03"), "as_of": "2024-07-07"}, "FTFFF"), ({**conduct("2024-07-03"), "as_of": "2024-07-08"}, "FTTFF"),
            ({**conduct("2024-02-29"), "as_of": "2025-02-28"}, "TTTTT"), ({**conduct("2024-02-29"), "as_of": "2025-02-27"}, "TTTTF"),
            ({**conduct("2024-09-30T23:00:00-04:00"), "as_of": "2024-09-30"}, "FTFTF"),
            ({**conduct("2024-09-29"), "as_of": "2024-09-30T00:00:00-04:00"}, "FTFTF"), (conduct("2024-09-29"), "UUUUU"),
        ),
    ),
    Rows(
        "next_day", "days of 23 and 25 hours",
        (on("at_most", on("next_day", on("shifted", CONDUCT, 0, "days", NY), NY), when("as_of")),),
        (
            ({**conduct("2024-03-10"), "as_of": "2024-03-11T04:00:00+00:00"}, "T"), ({**conduct("2024-03-10"), "as_of": "2024-03-11T03:59:59+00:00"}, "F"),
            ({**conduct("2024-11-03"), "as_of": "2024-11-04T04:59:59+00:00"}, "F"), ({**conduct("2024-11-03"), "as_of": "2024-11-04T05:00:00+00:00"}, "T"),
            ({**conduct("2024-06-01T23:59:00-04:00"), "as_of": "2024-06-02"}, "T"), (conduct("2024-06-01"), "U"),
        ),
    ),
    Rows(
        "in_force", "from 1 June to before 2 June; surely from the day after; until unknown",
        (
            Apply("in_force", (CONDUCT, Literal((JUNE * 10**6, JUNE * 10**6, (JUNE + DAY) * 10**6, (JUNE + DAY) * 10**6)))),
            Apply("in_force", (CONDUCT, Literal((JUNE * 10**6, (JUNE + DAY) * 10**6, FOREVER, FOREVER), "not known"))),
            Apply("in_force", (CONDUCT, Literal((-FOREVER, -FOREVER, JUNE * 10**6, FOREVER), "not known"))),
        ),
        (
            (conduct("2024-05-31"), "FFT"), (conduct("2024-06-01"), "TUU"), (conduct("2024-06-02"), "FTU"), ({}, "UUU"),
            (conduct("2024-06-01T23:59:59.999999-04:00"), "TUU"), (conduct("2024-06-02T00:00:00-04:00"), "FTU"),
            (conduct({"on_or_after": "2024-06-01", "before": "2024-06-03"}), "UUU"),
        ),
    ),
    Rows(
        "clock", "known on 1 March 2024, the day 738946: what was published later is not seen",
        (on("at_most", Span(738_946, 738_946), Fact("clock", ("known_on",))), on("at_most", Span(738_947, 738_947), Fact("clock", ("known_on",)))),
        (({}, "TF"),),
        settings=Settings(known_on=date(2024, 3, 1)),
    ),
    Rows(
        "reading", "a reading is chosen and is no fact",
        (on("equals", Fact("reading", ("xx.point",)), "narrow"), on("equals", Fact("reading", ("xx.point",)), "broad")),
        (({}, "TF"),),
        settings=Settings(readings={"xx.point": "narrow"}),
        readings=(ReadingPoint("xx.point", "broad", (("broad", "s. 1"), ("narrow", "s. 2"))),),
    ),
    Rows(
        "lookup", "60 USD until 1 June, 40 USD from then: the hull of the rows that may apply",
        (on("at_most", _VALUE, _CAP), on("less", _CAP, _VALUE), on("at_most", _VALUE, _SHORT)),
        (
            (worth("60", "2024-05-31"), "TFT"), (worth("60.01", "2024-05-31"), "FTF"), (worth("50", "2024-06-01"), "FTU"),
            (worth("40", "2024-06-01"), "TFU"), (worth("50", {"on_or_after": "2024-05-31", "on_or_before": "2024-06-01"}), "UUU"),
            (worth("40", {"on_or_after": "2024-05-31", "on_or_before": "2024-06-01"}), "TFU"),
            (worth("61", {"on_or_after": "2024-05-31", "on_or_before": "2024-06-01"}), "FTU"),
            (worth("1", "2023-06-01"), "UUU"), (worth("1", "2024-08-01"), "UUU"), (acts(value={"amount": "1", "currency": "USD"}, kind="sale"), "UUU"),
        ),
    ),
    Rows(
        "lookup, as known", "a row that is published later is not seen, nor that it replaces another",
        (
            on("at_most", _VALUE, looked_up(row(JUNE - DAY, JUNE + DAY, _SIXTY, known=738_947))),
            on("at_most", _VALUE, looked_up(row(JUNE - DAY, JUNE + DAY, _SIXTY, known=738_946, cuts=((738_947, JUNE * 10**6, JUNE * 10**6),)))),
            on("at_most", _VALUE, looked_up(row(JUNE - DAY, JUNE + DAY, _SIXTY, known=738_946, cuts=((738_946, JUNE * 10**6, JUNE * 10**6),)))),
        ),
        ((worth("60", "2024-06-01"), "UTU"), (worth("60", "2024-05-31"), "UTT")),
        settings=Settings(known_on=date(2024, 3, 1)),
    ),
    Rows(
        "falls_under", "codes by their digits; a shorter code does not tell; the sort of a good may rule it out",
        (
            falls([code("HS 7102")]), falls([code("HTSUS 71023910")]), falls([code("HS 7102")], [code("HS 710221")]), falls([code("HS 7102", "7105")]),
            falls([code("HS 7102")], sort=on("equals", good("category"), "diamond")),
        ),
        (
            (goods(codes=["HS 710239"]), "TUTTT"), (goods(codes=["HS 71"]), "UUUUU"), (goods(codes=["HTSUS 7102391000"]), "TTTTT"),
            (goods(codes=["CN 71023910"]), "TUTTT"), (goods(codes=["HS 710221"]), "TFFTT"), (goods(codes=["HS 0304"]), "FFFFF"),
            (goods(codes=["HS 7104"]), "FFFTF"), (goods(codes=["HS 7103"]), "FFFTF"), (goods(), "UUUUU"), (goods(category="seafood"), "FFFFF"),
            (goods(category="diamond"), "UUUUT"), (goods(category="diamond", codes=["HS 71"]), "UUUUT"),
            (goods(codes=["HS 0304", "HS 7102"]), "TUUTU"), (goods(category={"one_of": ["seafood", "medicine"]}), "FFFFF"),
        ),
        "good",
    ),
    Rows(
        "undefined", "what no text defines is not known, and no where the other text is alive",
        (on("undefined", A, "no text"), no(on("undefined", A, "no text"))),
        ((flags("T", "U"), "FT"), (flags("F", "U"), "UU"), (flags("U", "U"), "UU")),
    ),
    Rows(
        "same_item", "two references to one thing",
        (on("same_item", act("investment_target"), case("actor")), on("includes", act("recipients"), case("actor"))),
        (
            ({"parties": [{"id": "a"}, {"id": "b"}], "actor": "a", "act": {"investment_target": "a", "recipients": ["b"]}}, "TF"),
            ({"parties": [{"id": "a"}, {"id": "b"}], "actor": "a", "act": {"investment_target": "b", "recipients": ["b", "a"]}}, "FT"),
            ({"parties": [{"id": "a"}], "actor": "a", "act": {"investment_target": "none", "recipients": []}}, "FF"),
            ({"parties": [{"id": "a"}], "actor": "a", "act": {"recipients": ["…"]}}, "UU"),
            ({"parties": [{"id": "a"}], "act": {"investment_target": "a", "recipients": ["a"]}}, "UU"),
        ),
    ),
    Rows(
        "through a reference", "what is asked of a thing that is not known, or of none",
        (on("equals", good("carried_by", "flag"), "RU"), Ref("xx.big", Fact("good", ("carried_by",)))),
        (
            ({"parties": [{"id": "v", "type": "vessel", "flag": "RU"}], "goods": [{"carried_by": "v"}]}, "TU"),
            ({"parties": [{"id": "v", "type": "vessel", "supports_supply_of_critical_items": True}], "goods": [{"carried_by": "v"}]}, "UT"),
            ({"parties": [{"id": "v", "type": "person"}], "goods": [{"carried_by": "v"}]}, "FU"),
            (goods(), "UU"), (goods(carried_by="none"), "FF"),
        ),
        "good",
        more=(Definition("xx.big", "party", on("holds", Fact("party", ("supports_supply_of_critical_items",)))),),
    ),
    Rows(
        "a list of a thing that there is not", "it is no list: none, with nothing on it, and not the empty list either",
        (
            on("is_none", good("carried_by", "citizenships")), on("includes", good("carried_by", "citizenships"), "RU"),
            on("exactly", good("carried_by", "citizenships"), words()), on("exactly", good("carried_by", "citizenships"), words("RU")),
            over("some", good("carried_by", "citizenships"), "place", RU), over("every", good("carried_by", "citizenships"), "place", RU),
        ),
        (
            (goods(carried_by="none"), "TFFFFT"), (goods(), "UUUUUU"),
            ({"parties": [{"id": "v", "type": "vessel"}], "goods": [{"carried_by": "v"}]}, "FFTFFT"),
            ({"parties": [{"id": "v", "citizenships": ["RU"]}], "goods": [{"carried_by": "v"}]}, "FTFTTT"),
            ({"parties": [{"id": "v"}], "goods": [{"carried_by": "v"}]}, "UUUUUU"),
        ),
        "good",
    ),
    Rows(
        "some, every, at_least", "over countries: complete, empty, open, none, not known",
        (
            over("some", MINED, "place", RU), over("every", MINED, "place", RU), over("at_least", MINED, "place", RU, 1),
            over("at_least", MINED, "place", no(RU), 2), over("at_least", MINED, "place", RU, 0),
        ),
        (
            (goods(mined_in=["RU"]), "TTTFT"), (goods(mined_in=["IN"]), "FFFFT"), (goods(mined_in=["RU", "IN"]), "TFTFT"), (goods(mined_in=["BY", "IN"]), "FFFTT"),
            (goods(mined_in=[]), "FTFFT"), (goods(mined_in=["RU", "…"]), "TUTUT"), (goods(mined_in=["IN", "…"]), "UFUUT"), (goods(mined_in=["…"]), "UUUUT"),
            (goods(), "UUUUT"), (goods(category="medicine"), "FTFFT"),
        ),
        "good",
    ),
    Rows(
        "items that are not known", "an unknown item leaves `some` and `every` open, unless another one decides",
        (
            over("some", case("goods"), "product", CONTROLLED), over("every", case("goods"), "product", CONTROLLED),
            over("at_least", case("goods"), "product", CONTROLLED, 2),
        ),
        tuple(
            ({"goods": [product(controlled=_FLAG[t]) for t in items]}, truths)
            for items, truths in (
                ("", "FTF"), ("U", "UUF"), ("FU", "UFF"), ("TU", "TUU"), ("TTU", "TUT"), ("FF", "FFF"), ("UU", "UUU"), ("TF", "TFF"),
            )
        ),
    ),
    Rows(
        "sum", "bounds: what is surely added, and what may be; of nothing it is 0; amounts are never below 0",
        (
            on("at_most", TEN, total(YES)), on("less", total(YES), TEN), on("at_most", TEN, total(CONTROLLED)), on("same", total(YES), number("0")),
        ),
        (
            ({"goods": []}, "FTFT"), ({"goods": [product("4", True), product("6", True)]}, "TFTF"), ({"goods": [product("4", True), product("6", False)]}, "TFFF"),
            ({"goods": [product("4", True), product("6")]}, "TFUF"), ({"goods": [product("4", True), product()]}, "UUUF"), ({"goods": [product("10", True), product()]}, "TFTF"),
            ({"goods": [product("4", True), "…"]}, "UUUF"), ({"goods": [product("10", True), "…"]}, "TFTF"), ({}, "UUUU"),
            ({"goods": [product({"at_least": "4", "at_most": "5"}, True), product("5", True)]}, "UUUF"), ({"goods": [product("0", True)]}, "FTFT"),
        ),
    ),
    Rows(
        "an open list of what is forbidden", "a thing that nobody named may be there",
        (on("equals", good("category"), "diamond"),),
        (
            ({"goods": [{"category": "diamond"}]}, "T"), ({"goods": [{"category": "gold"}]}, "F"), ({"goods": [{"category": "gold"}, "…"]}, "U"),
            ({"goods": []}, "F"), ({}, "U"), ({"goods": ["…"]}, "U"), ({"goods": [{}]}, "U"),
        ),
        "good",
    ),
    Rows(
        "what stands for another fact", "the heaviest of equal stones; the event of an act; what a code implies",
        (on("at_most", number("1"), good("carats_heaviest")), on("equals", good("stone"), "industrial"), on("equals", good("category"), "seafood")),
        (
            (goods(carats_each="1.0"), "TUU"), (goods(carats_each="1.0", carats_heaviest="0.5"), "FUU"), (goods(codes=["HS 710221"]), "UTF"),
            (goods(codes=["HS 7102"]), "UUF"), (goods(codes=["HS 0304"]), "UFU"), (goods(category="seafood"), "FFT"), (goods(), "UUU"),
        ),
        "good",
    ),
    Rows(
        "when an act is done", "by the event of its kind, where it is not said",
        (on("at_most", at(JUNE), CONDUCT),),
        (
            ({"act": {"kind": "import", "events": {"entry": "2024-06-01"}}}, "T"), ({"act": {"kind": "export", "events": {"entry": "2024-06-01"}}}, "U"),
            ({"act": {"kind": "export", "events": {"export": "2024-05-31"}}}, "F"), ({"act": {"kind": "export", "events": {"export": "2024-05-31", "conduct": "2024-06-01"}}}, "T"),
            ({"act": {"kind": "import", "events": {"entry": "none"}}}, "U"), ({"act": {"events": {"entry": "2024-06-01"}}}, "U"),
        ),
    ),
    Rows(
        "owned together, at least 50 percent", "shares of all listed owners add up",
        (_OWNED,),
        (
            (company(("a", "50")), "T"), (company(("a", "49.99")), "F"), (company(("a", "25"), ("b", "25")), "T"), (company(("a", "25"), ("b", "25"), listed=("a",)), "F"),
            (company(("a", {"at_least": "40", "at_most": "60"})), "U"), (company(("a", {"at_least": "50"})), "T"), (company(("a", {"less_than": "50"})), "F"),
            (company(("a", "25"), complete=False), "U"), (company(), "F"), (company(complete=False), "U"),
        ),
        more=owned("together", "50", False),
    ),
    Rows(
        "owned singly, more than 50 percent", "one owner's shares; exactly 50 is not more",
        (_OWNED,),
        (
            (company(("a", "50")), "F"), (company(("a", "50.01")), "T"), (company(("a", "30"), ("b", "30")), "F"), (company(("a", {"more_than": "50"})), "T"),
            (company(("a", {"at_least": "50"})), "U"), (company(("a", "60"), listed=()), "F"),
        ),
        more=owned("singly", "50", True),
    ),
)  # fmt: skip
