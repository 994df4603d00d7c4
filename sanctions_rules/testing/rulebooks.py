"""Rulebooks as text, drawn: well-typed law of a made-up regime, small enough to read.

Where `grammar` draws programs of the core, this draws what an author writes: instruments, terms that
rest on terms and pass on through owners, prohibitions, texts that leave something open and what fills
it, exemptions, licences, displacements, what is withdrawn again, duties, powers and judgements, each
with its days. Every drawn rulebook compiles; `drawn.Witness` draws facts near what it mentions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from sanctions_rules.schema import paths
from sanctions_rules.testing.choices import Draw

REGIME: Final = "zz"
HEAD: Final = """instrument zz.head "A regime that was drawn"
  cites "drawn"
  clock America/New_York
  calendar us_federal
  current through 2030-01-01 1
end"""
STATUTE: Final = 'instrument zz.statute "A statute"\n  cites "the statute"\n  rank statute\nend'
ACT: Final = """instrument zz.act "An act"
  cites "the act"
  made under zz.statute
  issued 2020-01-01 by Treasury
end"""

#: Where the facts of a noun lie, and which forms a condition asks of them here.
_NOUNS: Final = {"act": "act.", "good": "goods[].", "person": "parties[]."}
_FORMS: Final = frozenset(
    {"flag", "word", "words", "country", "countries", "number", "price", "moment"}
)
_COUNTRIES: Final = ("RU", "BY", "US", "KZ")
_DAYS: Final = ("2023-01-01", "2024-01-01", "2024-03-01", "2024-06-01", "2025-01-01")
_TIMES: Final = (*_DAYS, "2024-03-01 00:01 EST", "2024-06-01 12:00 EDT")
_AMOUNTS: Final = ("1", "0.5", "25", "50", "1 000")
_KINDS: Final = ("import", "export", "sale", "payment", "service")
_COMPARED: Final = ("at least", "more than", "at most", "less than")
_WHEN: Final = ("on or after", "before", "after", "on or before", "on")
_CODES: Final = (
    "HS 7102", "HS 7102 to HS 7104", "HS 71 other than HS 7108", "HTSUS 0304.75.1000, HS 0302", "HS 27",
)  # fmt: skip


@dataclass(frozen=True)
class RulebookText:
    """A rulebook block by block: the order has no meaning, and any block may be alone in a file."""

    blocks: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n\n".join(self.blocks) + "\n"

    def files(self) -> dict[str, bytes]:
        return {f"{REGIME}.rules": self.text.encode()}

    def and_(self, *blocks: str) -> RulebookText:
        return replace(self, blocks=(*self.blocks, *blocks))


@dataclass(frozen=True)
class _Fact:
    path: str
    form: str
    words: tuple[str, ...]
    unit: str
    optional: bool


@cache
def _facts(noun: str) -> tuple[_Fact, ...]:
    found: list[_Fact] = []
    for path, declared in paths():
        inner = path.removeprefix(_NOUNS[noun])
        if inner != path and "[]" not in inner and declared.form in _FORMS:
            found.append(
                _Fact(
                    f"{noun}.{inner}", declared.form, tuple(declared.values), declared.unit or "",
                    declared.optional,
                )
            )  # fmt: skip
    return tuple(found)


def rulebook_by(draw: Draw) -> RulebookText:
    """A rulebook by these choices."""
    return _Author(draw).rulebook()


def licence_by(draw: Draw, of: RulebookText) -> str:
    """One more licence for a drawn rulebook, on which nothing else in it rests."""
    author = _Author(draw)
    for block in of.blocks:
        if block.startswith("provision") and "\n  prohibits " in block:
            conduct = block.partition("\n  prohibits ")[2].split("\n")[0]
            author.prohibitions[" ".join(block.split(None, 3)[1:3])] = conduct
    return author.licence("zz.gl_added")


class _Author:
    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.facts = {noun: self._palette(noun, 6) for noun in _NOUNS}
        self.terms: dict[str, list[str]] = {noun: [] for noun in _NOUNS}
        self.judged: list[str] = []
        self.prohibitions: dict[str, str] = {}  # and what each prohibits
        self.exceptions: list[tuple[str, list[str]]] = []  # and what each is from
        self.number = 0

    def _palette(self, noun: str, most: int) -> list[_Fact]:
        """Few facts in each rulebook, so that its texts turn on the same ones."""
        draw, every = self.draw, _facts(noun)
        return [every[draw.below(len(every))] for _ in range(most)]

    def rulebook(self) -> RulebookText:
        draw = self.draw
        blocks = [HEAD, STATUTE, ACT]
        blocks += [self.judgement() for _ in range(draw.below(2))]
        for _ in range(draw.below(4)):
            blocks.append(self.definition())
        for _ in range(1 + draw.below(3)):
            blocks += self.prohibition()
        for _ in range(draw.below(5)):
            blocks.append(draw.pick((self.licence, self.exemption, self.displacement))())
        for _ in range(draw.below(3)):
            if self.exceptions:
                blocks.append(self.withdrawal())
        blocks += [self.duty() for _ in range(draw.below(2))]
        blocks += [self.power() for _ in range(draw.below(2))]
        return RulebookText(tuple(blocks))

    # -- blocks ----------------------------------------------------------------------------------

    def _next(self) -> str:
        self.number += 1
        return f"§{self.number}"

    def _block(self, head: str, *slots: str) -> str:
        pinpoint = head.split()[1]
        return "\n".join([head, f'  cites "{pinpoint}"', *("  " + s for s in slots if s), "end"])

    def _provision(self, *slots: str) -> tuple[str, str]:
        ref = f"zz.act {self._next()}"
        return ref, self._block(f'provision {ref} "Drawn"', "checked primary", *slots)

    def definition(self) -> str:
        draw = self.draw
        noun = draw.pick(tuple(_NOUNS))
        name = f"{noun}_{len(self.terms[noun])}"
        condition = self.condition(noun)
        if noun == "person" and draw.chance(50):
            way = draw.pick(("together", "singly", "severally"))
            share = f"{draw.pick(_COMPARED[:2])} {draw.pick(('50', '25', '33.3'))} percent"
            passed = draw.pick((
                f"person is owned by {name} {way}, {share} of shares",
                f"person is owned by {name} {way}, {share} of votes",
                f"person is controlled by {name} through appoint_majority_board",
            ))  # fmt: skip
            condition = f"any of\n      - {condition}\n      - {passed}\n      end"
        self.terms[noun].append(name)
        return self._block(
            f'definition zz.act {self._next()} "Drawn"', "checked primary", self.in_force(),
            f"defines {noun} is {name}", f"when {condition}",
        )  # fmt: skip

    def judgement(self) -> str:
        name = f"judged_{len(self.judged)}"
        self.judged.append(name)
        return self._block(
            f'judgement zz.act {self._next()} "Drawn"', "checked primary", self.in_force(),
            f'asks act is {name} "Is it so?"',
        )  # fmt: skip

    def prohibition(self) -> list[str]:
        """A prohibition; one that leaves a term open comes with what fills it."""
        draw = self.draw
        conduct, noun = self.conduct()
        always = draw.chance(35)
        opened = not always and noun == "good" and draw.chance(30)
        ref = f"zz.act §{self.number + 1}"
        name = f"named_{self.number + 1}"
        condition = self.condition(noun)
        if self.prohibitions and draw.chance(10):
            condition += f"\n    and act is covered by {draw.pick(list(self.prohibitions))}"
        ref, block = self._provision(
            self.in_force(measured=True), self.binding(), f"prohibits {conduct}",
            "" if always else f"when {condition}" + (f" and good is {name}" if opened else ""),
            f"except where {self.condition(noun)}" if draw.chance(30) else "",
            f"unless shown that {self.condition(noun)}" if draw.chance(10) else "",
            f"leaves open good is {name} to Treasury" if opened else "",
        )  # fmt: skip
        self.prohibitions[ref] = conduct
        blocks = [block]
        for number in range(draw.below(3) if opened else 0):
            blocks.append(self._block(
                f"determination zz.det_{self.number}_{number} \"Drawn\"", "checked primary",
                f"issued {draw.pick(_DAYS)} by Treasury", self.in_force(), f"fills {ref} {name}",
                f"with {self.condition('good')}",
                f"except where {self.condition('good')}" if draw.chance(20) else "",
            ))  # fmt: skip
        return blocks

    def _targets(self) -> list[str]:
        return self.draw.some(list(self.prohibitions), 2, 1)

    def licence(self, name: str = "") -> str:
        draw = self.draw
        ref = name or f"zz.gl{self._next()[1:]}"
        targets = self._targets()
        conduct, noun = self.conduct(targets)
        self.exceptions.append((ref, targets))
        return self._block(
            f'licence {ref} "Drawn"', "checked primary", f"issued {draw.pick(_DAYS)} by OFAC",
            self.in_force(), self.binding(),
            f"authorises {conduct} to the extent prohibited by {', '.join(targets)}",
            f"when {self.condition(noun)}" if draw.chance(60) else "",
            f"except where {self.condition(noun)}" if draw.chance(20) else "",
            f"provided that {self.condition(noun)}" if draw.chance(30) else "",
            f"requires {self._duty()}" if draw.chance(20) else "",
        )  # fmt: skip

    def exemption(self) -> str:
        targets = self._targets()
        conduct, noun = self.conduct(targets)
        ref, block = self._provision(
            self.in_force(), f"exempts {conduct} from {', '.join(targets)}",
            f"when {self.condition(noun)}",
        )  # fmt: skip
        self.exceptions.append((ref, targets))
        return block

    def displacement(self) -> str:
        """What goes before a prohibition, or before an exception to one: exceptions of any depth."""
        draw = self.draw
        targets = self._targets()
        if self.exceptions and draw.chance(40):
            targets = [draw.pick(self.exceptions)[0]]
        ref, block = self._provision(
            self.in_force(), f"displaces {', '.join(targets)}", f"when {self.condition('act')}"
        )
        self.exceptions.append((ref, targets))
        return block

    def withdrawal(self) -> str:
        draw = self.draw
        taken, targets = draw.pick(self.exceptions)
        return self._provision(
            self.in_force(),
            f"withdraws {taken}" + (f" for {targets[0]}" if draw.chance(50) else ""),
            f"when {self.condition('act')}",
        )[1]

    def _duty(self) -> str:
        draw = self.draw
        due = draw.pick((
            "", " within 10 business days of act.events.conduct", " within 30 days of act.events.payment",
            " for 5 years after act.events.conduct",
        ))  # fmt: skip
        return f"{draw.pick(('import_report to OFAC', 'keeping_of_records'))}{due}"

    def duty(self) -> str:
        return self._provision(
            self.in_force(), f"requires {self._duty()}", f"when {self.condition('act')}"
        )[1]

    def power(self) -> str:
        return self._provision(
            self.in_force(), "empowers Treasury to impose any of full_blocking on person",
            f"upon determining that {self.condition('person')}",
        )[1]  # fmt: skip

    # -- lines -----------------------------------------------------------------------------------

    def in_force(self, measured: bool = False) -> str:
        """Every interval has March to May 2024 in it: texts that act on each other must meet."""
        draw = self.draw
        first = draw.below(3)
        since = draw.pick((_DAYS[first], f"before {_DAYS[first]}"))
        if draw.chance(8):
            since = f"unknown between {_DAYS[first]} and {_DAYS[first + 1]}"
        last = draw.pick(_DAYS[3:])
        end = draw.pick((
            ", no end stated", ", no end stated", f" until {last}", f" through {last}",
            f" until unknown after {last}",
        ))  # fmt: skip
        at = draw.pick(("entry", "loading", "payment"))
        anchor = f" measured at act.events.{at}" if measured and draw.chance(15) else ""
        return f"in force from {since}{end}{anchor}"

    def binding(self) -> str:
        terms = self.terms["person"]
        return f"binds {self.draw.pick(terms)}" if terms and self.draw.chance(25) else ""

    def conduct(self, targets: Sequence[str] = ()) -> tuple[str, str]:
        """The acts, often those of a target; and the noun that a condition may speak of."""
        draw = self.draw
        if targets and draw.chance(60):
            conduct = self.prohibitions[targets[0]]
            return conduct, "good" if " of good" in conduct else "act"
        kinds = ", ".join(draw.some(_KINDS, 3, 1))
        where = draw.pick(("", "", " into US", " to RU"))
        return (
            (f"{kinds} of good{where}", "good") if draw.chance(70) else (f"{kinds}{where}", "act")
        )

    # -- conditions ------------------------------------------------------------------------------

    def condition(self, noun: str, depth: int = 0) -> str:
        """One element or more, joined by `and`."""
        draw = self.draw
        return "\n    and ".join(self.atom(noun, depth) for _ in range(1 + draw.chance(35)))

    def atom(self, noun: str, depth: int) -> str:
        draw = self.draw
        if depth < 3 and draw.chance(25):
            return self.group(noun, depth + 1)
        if depth < 3 and draw.chance(18):
            return self.some(noun, depth + 1)
        if self.terms[noun] and draw.chance(35):
            return f"{noun} is {draw.pick(('', '', 'not '))}{draw.pick(self.terms[noun])}"
        if noun == "act" and self.judged and draw.chance(30):
            return f"act is judged {draw.pick(self.judged)}"
        if noun == "good" and draw.chance(12):
            return f"good falls under {draw.pick(_CODES)}"
        if noun == "person" and draw.chance(20):
            return f"person is {draw.pick(('', 'not '))}actor"
        # What is asked of a good or a person may also be of the act.
        asked = "act" if depth < 2 and draw.chance(12) else noun
        return self.comparison(draw.pick(self.facts[asked]))

    def group(self, noun: str, depth: int) -> str:
        draw = self.draw
        kind = draw.pick(("any of", "all of", "none of", "at least 2 of"))
        members = [self.condition(noun, depth) for _ in range(2 + draw.below(2))]
        lines = "\n      ".join(f"- {m}" for m in members)
        return f"{kind}\n      {lines}\n      end"

    def some(self, noun: str, depth: int) -> str:
        draw = self.draw
        word = draw.pick(("some", "every", "no", "at least 2"))
        lists = ["person of act.parties", "person of act.recipients", "good of case.goods"]
        lists += ["person of case.parties"]
        inside, collection = draw.pick([one for one in lists if not one.startswith(noun + " ")]).split(
            " of "
        )  # fmt: skip
        return (
            f"{word} {inside} of {collection} has\n      {self.condition(inside, depth)}\n      end"
        )

    def comparison(self, fact: _Fact) -> str:
        draw, path = self.draw, fact.path
        if fact.optional and draw.chance(12):
            return f"{path} is none"
        match fact.form:
            case "flag":
                return f"{path} is {draw.pick(('yes', 'no'))}"
            case "word" | "country":
                words = fact.words[:4] if fact.form == "word" else _COUNTRIES
                several = ", ".join(draw.some(words, 3, 1))
                return f"{path} is {draw.pick((words[0], 'not ' + draw.pick(words), 'any of ' + several))}"
            case "words" | "countries":
                words = fact.words[:4] if fact.form == "words" else _COUNTRIES
                several = ", ".join(draw.some(words, 2, 1))
                return f"{path} {draw.pick(('includes', 'includes', 'is exactly'))} {several}"
            case "number":
                return f"{path} is {draw.pick(_COMPARED)} {draw.pick(_AMOUNTS)} {fact.unit}"
            case "price":
                return f"{path} is {draw.pick(_COMPARED)} {draw.pick(('USD', 'EUR'))} {draw.pick(_AMOUNTS)}"
            case _:
                other = draw.pick(("10 days", "2 months", "3 weeks"))
                when = draw.pick(
                    (draw.pick(_TIMES), draw.pick(_DAYS), f"{other} after act.events.conduct")
                )
                return f"{path} is {draw.pick(_WHEN if when in _DAYS else _WHEN[:4])} {when}"
