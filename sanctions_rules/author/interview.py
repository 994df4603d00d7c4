"""An interview about one case: the next best question, its answer in words, and back again.

Each question is the one of `Law.intake`. An answer becomes a fact only if it can be read in one way
and contradicts nothing; else it is asked again. What nobody knows stays unknown and is not asked
again, and nothing is concluded from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any, Final, cast

from sanctions_rules.author.answers import NO, YES, UnclearError, help_for, read_answer
from sanctions_rules.author.writing import SOURCED, facts_of
from sanctions_rules.core import Norm
from sanctions_rules.diagnostics import FactsError
from sanctions_rules.engines.candidates import declared_at
from sanctions_rules.engines.conclude import Source
from sanctions_rules.facts import Case, Declared
from sanctions_rules.read import build_case
from sanctions_rules.rulebooks.intake import Intake, Needed
from sanctions_rules.schema import COLLECTIONS
from sanctions_rules.view import Leaf

#: Asks the one who answers for something that belongs to an answer.
Ask = Callable[[str], str]
#: How many of the provisions that wait for a fact are named by `why`, for each regime.
NAMED: Final = 6


class Interview:
    """What is known so far, the question that comes next, and the way back."""

    def __init__(
        self, intake: Callable[[Case, Iterable[str]], Intake], case: Case, norms: Iterable[Norm]
    ) -> None:
        self._intake = intake
        self._norms = {norm.id: norm for norm in norms}
        self._before: list[tuple[Case, tuple[str, ...], Intake]] = []
        self.case = case
        self.unanswered: tuple[str, ...] = ()
        self.found = intake(case, ())

    @property
    def question(self) -> Needed | None:
        """What to ask now; None where nothing is left to ask."""
        return self.found.next_question

    @property
    def answered(self) -> int:
        """How many questions were answered or left open."""
        return len(self._before)

    def answer(self, text: str, ask: Ask) -> None:
        """Take the answer to the question. `ask` asks for what belongs to it: a basis, a name.

        Raises UnclearError, and then nothing has changed.
        """
        question = cast(Needed, self.question)
        made = self._told(question, text, ask)
        if made is None or made == self.case:
            self.leave_open()
        else:
            self._go_on(made, self.unanswered)

    def leave_open(self) -> None:
        """Nobody knows: the fact stays unknown, and is not asked for again."""
        leaf = cast(Needed, self.question).leaf
        self._go_on(self.case, (*self.unanswered, str(leaf)))

    def back(self) -> bool:
        """Take the last answer back; False where there is none."""
        if not self._before:
            return False
        self.case, self.unanswered, self.found = self._before.pop()
        return True

    def why(self) -> Iterator[str]:
        """Which provisions wait for the answer, and which exceptions to them, each with its citations."""
        question = cast(Needed, self.question)
        for regime, names in question.waits.items():
            yield f"{regime}: {len(names)} provision{'s' * (len(names) != 1)} may turn on it"
            for name in names[:NAMED]:
                yield f"  {self._cited(name)}"
                for other in self._exceptions(regime, name, question.leaf):
                    yield f"    unless it is lifted or excepted by {self._cited(other)}"
            if len(names) > NAMED:
                yield f"  and {len(names) - NAMED} more"

    def _cited(self, name: str) -> str:
        norm = self._norms[name]
        return f"{name} {norm.title} ({'; '.join(norm.citations)})"

    def _exceptions(self, regime: str, name: str, leaf: Leaf) -> dict[str, None]:
        """The exceptions to a provision that turn on the fact."""
        run = cast(Source, self.found.decision.source).evaluation
        found: dict[str, None] = {}
        for finding in self.found.decision[regime].findings:
            if finding.norm.id == name:
                item = run.view.item(finding.subject) if finding.subject else None
                for edge in finding.norm.edges:
                    if edge.source in self._norms and leaf in run.leaves_of(edge.name, item):
                        found[edge.source] = None
        return found

    def help(self) -> str:
        """How the question is answered."""
        leaf = cast(Needed, self.question).leaf
        match leaf.need:
            case "judgement":
                return "yes or no; you are then asked who judged so, when, and why"
            case "completeness":
                return "yes: these are all; no: there are others; or name them all"
            case "hour":
                return "the time with its offset from UTC, as in 09:30 -05:00"
            case _:
                return help_for(declared_at(leaf)[0])

    # -- an answer as facts --------------------------------------------------------------------

    def _go_on(self, case: Case, unanswered: tuple[str, ...]) -> None:
        found = self._intake(case, unanswered)
        self._before.append((self.case, self.unanswered, self.found))
        self.case, self.unanswered, self.found = case, unanswered, found

    def _told(self, question: Needed, text: str, ask: Ask) -> Case | None:
        """The case with the answer in it; None where the answer says that nothing more is known."""
        leaf = question.leaf
        data = facts_of(self.case)
        if leaf.need == "judgement":
            _judge(data, leaf.place, text, ask)
            return _built(data)
        declared = declared_at(leaf)[0]
        known = _at(data, leaf.place)
        plain = text.strip().casefold()
        if leaf.need == "completeness" and plain in NO:
            return None
        if leaf.need == "completeness" and plain in YES:
            raw: Any = {**_as_list(known), "complete": True}
        else:
            day = known if leaf.need == "hour" and isinstance(known, date) else None
            raw = read_answer(text, declared, day)
        if isinstance(raw, dict) and "items" in raw:
            raw = _joined(cast("dict[str, Any]", raw), _as_list(known), declared)
            if declared.needs_basis and raw["complete"]:
                raw["basis"] = _stated(ask("What says that these are all? "), "a basis")
        _name(data, declared, raw)
        _put(data, leaf.place, raw)
        return _built(data)


def _built(data: dict[str, Any]) -> Case:
    try:
        return build_case(data)
    except FactsError as error:
        first = error.problems[0]
        raise UnclearError(first.message, first.help) from None


def _stated(text: str, what: str) -> str:
    if not text.strip():
        raise UnclearError(
            f"without {what} this cannot be taken", "answer `unknown` where nobody knows"
        )
    return text.strip()


def _judge(data: dict[str, Any], place: str, text: str, ask: Ask) -> None:
    """A judgement is a person's: who, when and why are recorded with it."""
    plain = text.strip().casefold()
    if plain not in (*YES, *NO):
        raise UnclearError("a judgement is yes or no", "answer `unknown` where nobody has judged")
    question, _, of = place.partition(" of ")
    made = {"question": question, "of": of, "answer": "yes" if plain in YES else "no"}
    made["who"] = _stated(ask("Who judges so? "), "a name")
    made["made_on"] = _stated(ask("On which day? "), "a day")
    made["made_on"] = read_answer(made["made_on"], Declared("moment", "the day"))
    made["reasons"] = _stated(ask("For which reasons? "), "reasons")
    known = _as_list(data.get("judgements"))
    data["judgements"] = {"items": [*known["items"], made], "complete": False}


def _as_list(known: Any) -> dict[str, Any]:
    """A list as data has it, in its long form; nothing known is an open list with nothing on it."""
    if isinstance(known, dict) and "items" in known:
        return dict(cast("dict[str, Any]", known))
    if isinstance(known, list):
        return {"items": cast("list[Any]", known), "complete": True}
    return {"items": [], "complete": False}


def _joined(told: dict[str, Any], known: dict[str, Any], declared: Declared) -> dict[str, Any]:
    """The list that was told, with what was known of its members. Raises UnclearError.

    Things with a name are told by it. Those without one are added to what was known.
    """
    before, items = cast("list[Any]", known["items"]), cast("list[Any]", told["items"])
    if told.get("complete") and items is before:
        return told
    if declared.form == "records" and "id" not in COLLECTIONS[declared.of].declarations:
        return {"items": [*before, *items], "complete": told["complete"]}

    def name(one: Any) -> Any:
        return cast("dict[str, Any]", one)["id"] if isinstance(one, dict) else one

    there = {name(one): one for one in before}
    left_out = [str(n) for n in there if n not in [name(one) for one in items]]
    if left_out:
        raise UnclearError(
            f"the facts already name {', '.join(left_out)}", "name them as well, or go `back`"
        )
    return {"items": [there.get(name(one), one) for one in items], "complete": told["complete"]}


def _name(data: dict[str, Any], declared: Declared, raw: Any) -> None:
    """Who is named is known to be there: the case gets the thing, if only by its name."""
    if declared.form not in ("ref", "refs") or raw == "none":
        return
    names = cast("list[str]", raw["items"]) if isinstance(raw, dict) else [cast(str, raw)]
    collection = _as_list(data.get(declared.of))
    there = [one["id"] for one in collection["items"] if "id" in one]
    new = [name for name in names if name not in there]
    if new and collection["complete"]:
        raise UnclearError(
            f"`{new[0]}` is not among the {declared.of}, and the facts say that these are all",
            f"they are {', '.join(there) or 'none'}",
        )
    if new:
        more = [{"id": name} for name in new]
        data[declared.of] = {"items": [*collection["items"], *more], "complete": False}


def _step(node: dict[str, Any], part: str) -> Any:
    name, bracket, index = part.partition("[")
    inner = _without_source(node.get(name))
    return _as_list(inner)["items"][int(index[:-1])] if bracket else inner


def _without_source(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    given = cast("dict[str, Any]", value)
    return given["value"] if {"value"} < set(given) <= SOURCED else given


def _at(data: dict[str, Any], place: str) -> Any:
    node: Any = data
    for part in place.split("."):
        node = _step(cast("dict[str, Any]", node), part) if isinstance(node, dict) else None
    return node


def _put(data: dict[str, Any], place: str, raw: Any) -> None:
    *above, last = place.split(".")
    node: dict[str, Any] = data
    for part in above:
        if "[" not in part:
            node.setdefault(part, {})
        node = _step(node, part)
    node[last] = raw
