"""Facts, drawn: near the constants that a program mentions, and in every form that facts take.

A fact may be absent, unknown with a reason, `none` where there may be no such thing, exact, a range,
a day or an instant, one of several; a list may be complete, open, empty or not known. What is drawn
is plain data as `build_case` reads it, free of contradictions, and every reference leads somewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, cast

from sanctions_rules import calendars, clocks, codes
from sanctions_rules.canonical import decimal_text
from sanctions_rules.codes import SCHEMES, Code
from sanctions_rules.core import Program
from sanctions_rules.facts import DISCRIMINATORS, Case, Declared, FactModel, Judgement
from sanctions_rules.schema import COLLECTIONS, children
from sanctions_rules.testing.choices import Draw
from sanctions_rules.testing.mentioned import Mentioned
from sanctions_rules.testing.palette import CLOCK_CHANGES, DAYS, words_of

Data = dict[str, Any]
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DAY: Final = timedelta(days=1)
#: Microseconds: an instant, a minute and half an hour beside one that is mentioned.
_BESIDE: Final = (0, 0, -1, 1, -60_000_000, 60_000_000, -1_800_000_000, 1_800_000_000)
_NEAR: Final = (Decimal("-0.01"), Decimal(0), Decimal("0.01"))
#: How much of a case is not known, in a hundred facts. Each case has one of these.
_UNKNOWN: Final = (3, 3, 15, 40)


@dataclass
class Witness:
    """What may be said of cases that one program is asked about; draws one case after another."""

    mentioned: Mentioned

    def __post_init__(self) -> None:
        m = self.mentioned
        self.zone = next(iter(m.zones), "UTC")
        self.instants = sorted(m.moments)
        days = {clocks.local_day(at, self.zone) for at in self.instants}
        if m.shifts or not days:  # days of 23 and 25 hours, and such as months and years end with
            days |= {*CLOCK_CHANGES.get(self.zone, ()), *DAYS[1:3]}
        self.bases = sorted(days)
        for count, unit in m.shifts:
            days |= {calendars.shifted(day, count, unit) for day in self.bases[-5:]}
        self.days = sorted(days)
        if m.shifts:  # what is shifted begins with a day
            self.instants += [clocks.day_start(day, self.zone) for day in self.days]
        self.codes = sorted(m.codes, key=str)
        self.by_model: dict[type[FactModel], list[str]] = {}
        for model, name in m.facts:
            self.by_model.setdefault(model, []).append(name)
        for names in self.by_model.values():  # what decides of which sort a thing is comes first
            names.sort(key=lambda n: n not in DISCRIMINATORS.values())
        self.tags = sorted(m.tags) or ["USD"]
        self.words = {name: sorted(words) for name, words in m.words.items()}
        self.numbers = {name: sorted(found) for name, found in m.numbers.items()}
        times = [Decimal(1), *sorted(m.factors)]
        numbers = sorted(set[Decimal]().union(*m.numbers.values()))
        self.amounts = [number * factor for number in numbers for factor in times]

    def case(self, draw: Draw) -> Data:
        """The facts of one case, as plain data."""
        return _Case(draw, self, draw.pick(_UNKNOWN)).facts()


@dataclass
class _Case:
    draw: Draw
    of: Witness
    unknown: int  # percent

    def facts(self) -> Data:
        #: The things of the case by their lists; a list that is not known, or of which it is said
        #: that there is no such thing, has none to name.
        self.names: dict[str, list[str]] = {}
        self.absent: dict[str, Any] = {}
        draw = self.draw
        for collection in self.of.by_model.get(Case, ()):
            declared = Case.declarations[collection]
            if declared.form != "records":
                continue
            if declared.optional and draw.chance(10):
                self.absent[collection] = "none"
            elif draw.chance(self.unknown // 2):
                self.absent[collection] = None
            else:
                self.names[collection] = self._names(declared)
        return self._model(Case, 0)

    @property
    def subjects(self) -> list[str]:
        """What a judgement or a performance may be about."""
        named = (c for c in self.names if "id" in COLLECTIONS[c].declarations)
        return ["act", *dict.fromkeys(n for c in named for n in self.names[c])]

    def _names(self, declared: Declared) -> list[str]:
        """Names for the things of a list: those that the rules know, and others."""
        draw = self.draw
        count = draw.pick((1, 2, 0, 3, 1, 2))
        known = draw.some(self.of.words.get("id", []), 1)
        return [*known, *(f"{declared.of[0]}{i}" for i in range(3))][:count]

    # -- items -----------------------------------------------------------------------------------

    def _model(self, model: type[FactModel], depth: int) -> Data:
        made: Data = {}
        for name, nested in children(model).items():
            inner = self._model(nested, depth)
            if inner:
                made[name] = inner
        if model is Judgement:
            return made
        sort_name = DISCRIMINATORS.get(model.__name__)
        for name in self.of.by_model.get(model, ()):
            declared = model.declarations[name]
            if name == "id" or name in made:
                continue
            if declared.form == "records":
                value = self._records(model, name, declared, depth)
            else:
                sort = made.get(sort_name or "")
                fits = not declared.only_for or any(
                    not isinstance(one, str) or one in declared.only_for for one in _sorts(sort)
                )
                value = self._fact(model, name, declared, fits, sort)
            if value is not None or self.draw.chance(3):
                made[name] = value
        return made

    def _records(self, model: type[FactModel], name: str, declared: Declared, depth: int) -> Any:
        draw = self.draw
        if name == "judgements":
            return self._judgements()
        if model is Case:
            if name in self.absent:
                return self.absent[name]
            names = self.names[name]
        elif draw.chance(self.unknown // 2):
            return None
        else:
            names = [""] * (0 if depth > 1 else draw.pick((1, 0, 2)))
        of = COLLECTIONS[declared.of]
        items: list[Any] = []
        for one in names:
            item = self._model(of, depth + 1)
            if one and "id" in of.declarations:
                item["id"] = one
            items.append(item)
        complete = not draw.chance(20)
        if name == "ownership" and complete:
            for item in items:  # a link held through others must have its links, in a complete list
                if item.get("is_indirect") is True:
                    item["is_indirect"] = False
        return self._closed(items, complete, declared)

    def _closed(self, items: list[Any], complete: bool, declared: Declared) -> Any:
        if declared.needs_basis:
            return {"items": items, "complete": complete, **({"basis": "seen"} if complete else {})}
        if complete:
            return items
        return [*items, "…"] if self.draw.chance(50) else {"items": items, "complete": False}

    def _judgements(self) -> list[Data]:
        draw = self.draw
        return [
            {"question": question, "of": of, "answer": draw.pick(("yes", "no", "cannot_tell"))}
            for question in self.of.mentioned.questions
            for of in self.subjects
            if not draw.chance(30)
        ]

    # -- one fact --------------------------------------------------------------------------------

    def _fact(
        self, model: type[FactModel], name: str, declared: Declared, fits: bool, sort: Any
    ) -> Any:
        draw = self.draw
        if draw.chance(self.unknown):
            return {"unknown": "not asked"} if draw.chance(10) else None
        if declared.optional and draw.chance(15):
            return "none"
        if not fits:
            return (
                [] if declared.form in ("words", "countries", "texts") and draw.chance(50) else None
            )
        match declared.form:
            case "flag":
                return draw.chance(50)
            case "number":
                return self._number(name, declared)
            case "price":
                amount = self._number(name, declared)
                return {
                    "amount": amount,
                    "currency": draw.pick([*self.of.tags[:1] * 3, *self.of.tags, "CHF"]),
                }
            case "moment":
                return self._moment()
            case "word" | "country" | "text":
                return self._word(name, declared, sort)
            case "words" | "countries" | "texts":
                return self._words(name, declared)
            case "ref":
                names = self.names.get(declared.of, [])
                return draw.pick(names) if names else ("none" if declared.optional else None)
            case "refs":
                names = self.names.get(declared.of, [])
                return self._closed(draw.some(names, 3), not draw.chance(25), declared)
            case "codes":
                return self._codes(sort)
            case _:
                return None

    def _word(self, name: str, declared: Declared, sort: Any) -> Any:
        draw = self.draw
        options = self._options(name, declared)
        if name == "duty":
            options = [*self.of.mentioned.duties, "something else"]
        if name == "of":
            options = self.subjects
        if name == "kind" and "import" in declared.values:
            known = [w for w in self.of.words.get("kind", ()) if w in declared.values]
            options = [*(known or ["import"]), "export"]
        if declared.form == "word" and draw.chance(20):
            return {"one_of": list(dict.fromkeys(draw.some(options, 3, 2)))}
        return draw.pick(options)

    def _options(self, name: str, declared: Declared) -> list[str]:
        """Words that the program mentions beside the fact, and one or two others."""
        every = words_of(declared)
        fixed = declared.values or declared.form in ("country", "countries")
        known = [w for w in self.of.words.get(name, ()) if w in every or not fixed]
        others = [every[self.draw.below(len(every))] for _ in range(1 + (not known))]
        if not fixed and known and self.draw.chance(15):
            others.append(known[0].swapcase())
        return [*known, *(w for w in others if w not in known)]

    def _words(self, name: str, declared: Declared) -> Any:
        draw = self.draw
        items = draw.some(list(dict.fromkeys(self._options(name, declared))), 3)
        return self._closed(items, not draw.chance(25), declared)

    def _number(self, name: str, declared: Declared) -> Any:
        draw = self.draw
        known = self.of.numbers.get(name) or [Decimal(1), Decimal(60)]
        if self.of.mentioned.factors and draw.chance(50):
            known = self.of.amounts or known
        top = Decimal(100) if declared.unit == "percent" else Decimal(10**9)

        def near() -> Decimal:
            return min(max(draw.pick(known) + draw.pick(_NEAR), Decimal(0)), top)

        def exact() -> Decimal:
            return min(draw.pick(known), top)

        match draw.below(8):
            case 0 | 1 | 2:
                return decimal_text(exact())
            case 3 | 4:
                return decimal_text(near())
            case 5 | 6:
                one, other = sorted((near(), min(draw.pick((near(), exact(), exact() + 5)), top)))
                open_ = (one < other and draw.chance(50), one < other and draw.chance(50))
                ends = [
                    ("more_than" if open_[0] else "at_least", one),
                    ("less_than" if open_[1] else "at_most", other),
                ]
            case _:
                ends = [(draw.pick(("at_least", "more_than", "at_most", "less_than")), exact())]
        return {end: decimal_text(value) for end, value in ends}

    def _moment(self) -> Any:
        """A day or an instant at, before or after one that is mentioned, or a range of them."""
        draw = self.draw
        match draw.below(8):
            case 0 | 1 | 2:
                return self._day().isoformat()
            case 3 | 4:
                return self._written(self._instant())
            case 5:
                # A day apart at least, or else two open ends would leave nothing between them.
                one, other = sorted((self._day(), self._day()))
                other += _DAY * 2
                return {
                    draw.pick(("on_or_after", "after")): one.isoformat(),
                    draw.pick(("on_or_before", "before")): other.isoformat(),
                }
            case 6:
                first, last = sorted((self._instant(), self._instant()))
                return {
                    draw.pick(("on_or_after", "after")): self._written(first),
                    draw.pick(("on_or_before", "before")): self._written(last + 60_000_000),
                }
            case _:
                end = draw.pick(("on_or_after", "after", "on_or_before", "before"))
                of_a_day = draw.chance(50)
                return {
                    end: self._day().isoformat() if of_a_day else self._written(self._instant())
                }

    def _day(self) -> date:
        """One from which others may be counted, or one of those."""
        days = self.of.days if self.draw.chance(50) else self.of.bases
        return self.draw.pick(days) + _DAY * self.draw.pick((0, 0, 0, -1, 1))

    def _instant(self) -> int:
        draw = self.draw
        if self.of.instants and draw.chance(60):
            return draw.pick(self.of.instants) + draw.pick(_BESIDE)
        return clocks.day_start(self._day(), self.of.zone) + draw.below(48) * 1_800_000_000

    def _written(self, at: int) -> str:
        when = _EPOCH + timedelta(microseconds=at)
        there = clocks.zone(self.of.zone)
        return (when.astimezone(there) if self.draw.chance(50) else when).isoformat()

    def _codes(self, sort: Any) -> Any:
        """Codes at, above, below and beside those that are mentioned; of the sort, where it is said."""
        draw = self.draw
        possible = [sort] if isinstance(sort, str) else []
        options = [
            code for code in self.of.codes
            if not possible or codes.category_may_carry(possible[0], code.hs)
        ]  # fmt: skip
        if not options or draw.chance(15):
            prefixes = codes.CATEGORY_HS[possible[0]] if possible else ("9801", "7102")
            options = [Code("HS", p) for p in prefixes if p] or [Code("HS", "9801")]
        found = list(dict.fromkeys(
            str(_varied(draw, draw.pick(options))) for _ in range(1 + draw.chance(35))
        ))  # fmt: skip
        if possible:
            found = [c for c in found if codes.category_may_carry(possible[0], _hs(c))] or None
        return None if not found else found if draw.chance(80) else [*found, "…"]


def _sorts(sort: Any) -> list[Any]:
    """The words of which one is said of what sort a thing is."""
    return cast(Data, sort).get("one_of", [sort]) if isinstance(sort, dict) else [sort]


def _hs(text: str) -> str:
    return cast(Code, codes.read_code(text)).hs


def _varied(draw: Draw, code: Code) -> Code:
    digits = code.digits
    match draw.below(7):
        case 0 | 1:
            pass
        case 2 | 6:
            digits = digits[: max(2, len(digits) - 2)]
        case 3:
            digits += "00" if draw.chance(50) else "37"
        case 4:
            digits = digits[:-1] + "0123456789"[draw.below(10)]
        case _:
            digits = digits[:-1] + ("9" if code.upto else digits[-1])
    scheme = draw.pick((code.scheme, *SCHEMES)) if draw.chance(30) else code.scheme
    return Code(scheme, digits[: SCHEMES[scheme]])


def facts_by(draw: Draw, program: Program, count: int) -> Iterable[Data]:
    """The facts of so many cases for one program."""
    witness = Witness(Mentioned.by(program))
    return (witness.case(draw) for _ in range(count))
