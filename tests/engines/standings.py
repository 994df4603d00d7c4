"""What becomes of norms, by hand: prohibitions with exceptions of each kind, powers and duties.

Programs are rule text, so that they are lowered as law is. Answers are written from the design
(D5 to D8), not from an engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from small import BAN, facts, law_of

from sanctions_rules.decision import DutyState, Outcome
from sanctions_rules.engines.answers import RegimeAnswer
from sanctions_rules.engines.conformance import Example
from sanctions_rules.engines.interpreter import Settings

P, U, A, N = (
    Outcome.PROHIBITED, Outcome.UNDETERMINED, Outcome.AUTHORISED, Outcome.NOT_PROHIBITED,
)  # fmt: skip
ACT: Final = "zz.act §1"


@dataclass(frozen=True)
class Standings:
    """A rulebook, and its answers: what is not said of an answer is empty."""

    name: str
    about: str
    text: str
    cases: Sequence[tuple[Mapping[str, Any], Outcome, Mapping[str, Any]]]

    def example(self) -> Example:
        program = law_of(self.text).program
        cases = tuple(
            (dict(given), {"zz": RegimeAnswer("zz", outcome, **more)})
            for given, outcome, more in self.cases
        )
        return Example(self.name, self.about, program, Settings(), cases)


def text(head: str, verb: str, when: str) -> str:
    return (
        f'\n{head}\n  cites "s."\n  in force from 2024-01-01, no end stated\n'
        f"  {verb}\n  when {when}\nend\n"
    )


LICENCE = text(
    'licence zz.gl1 "Never in Russia"',
    "authorises import of good into US to the extent prohibited by zz.act §1",
    "good.outside_russia_since is none",
)
EXEMPTION = text(
    'provision zz.act §3 "Personal"', "exempts any_dealing from zz.act", "act.purpose is personal"
)
TAKEN_BACK = text(
    'provision zz.act §4 "Taken back"',
    "withdraws zz.act §3 for zz.act §1",
    "act.capacity is grantee",
)
DUTY = text(
    'provision zz.act §5 "A duty"',
    "requires report of good to OFAC within 10 days of act.events.conduct",
    "good.category is diamond",
)
POWER = """
provision zz.act §2 "A power"
  cites "s. 2"
  in force from 2024-01-01, no end stated
  empowers Treasury to impose any of full_blocking on person
  upon determining that person is actor
end
"""
_FIRED, _OPEN, _LIFTED = {"fired": (ACT,)}, {"undecided": (ACT,)}, {"lifted": (ACT,)}


def a_good(category: str, outside: str = "no") -> Mapping[str, Any]:
    """`category`, `outside`: yes, no, or `?` where it is not known."""
    made = {
        "category": {"yes": "diamond", "no": "gold", "?": None}[category],
        "outside_russia_since": {"yes": "none", "no": "2020-01-01", "?": None}[outside],
    }
    return facts(goods=[made])


def report(as_of: str | None, performed: Any = None, **more: Any) -> Mapping[str, Any]:
    made = {"as_of": as_of, "performed": performed, **more}
    return facts(**{k: v for k, v in made.items() if v is not None})


def owed(*states: DutyState) -> Mapping[str, Any]:
    return {"fired": (ACT,), "duties": tuple(("zz.act §5", state) for state in states)}


def done(on: Any = None, of: str = "act", duty: str = "report") -> list[dict[str, Any]]:
    return [{"duty": duty, "of": of, **({"done_on": on} if on else {})}]


STANDINGS: Final[Sequence[Standings]] = (
    Standings(
        "a prohibition and a licence", "the licence lifts what may be engaged, and nothing else",
        BAN + LICENCE,
        (
            (a_good("yes", "no"), P, _FIRED), (a_good("yes", "yes"), A, _LIFTED), (a_good("yes", "?"), U, _OPEN),
            (a_good("?", "no"), U, _OPEN), (a_good("?", "yes"), A, _LIFTED), (a_good("?", "?"), U, _OPEN),
            (a_good("no", "no"), N, {}), (a_good("no", "yes"), N, {}), (a_good("no", "?"), N, {}),
            (facts(act={"kind": "export"}), N, {}), (facts(act={"destination": "GB"}), N, {}), (facts(on="2023-12-31"), N, {}),
            (facts(on="2024-01-01", goods=[]), N, {}), (facts(goods=["…"]), U, _OPEN), (facts(goods=None), U, _OPEN),
            (facts(goods=[{"category": "diamond", "outside_russia_since": "none"}, "…"]), U, {**_OPEN, **_LIFTED}),
            (facts(goods=[{"category": "diamond", "outside_russia_since": "none"}, {"category": "diamond", "outside_russia_since": "2020-01-01"}]), P, {**_FIRED, **_LIFTED}),
            (facts(goods=[{"category": "diamond", "outside_russia_since": "2020-01-01"}, {}]), P, {**_FIRED, **_OPEN}),
        ),
    ),
    Standings(
        "an exemption that is taken back", "an exemption leaves nothing to lift; taking it back restores the prohibition",
        BAN + EXEMPTION + TAKEN_BACK,
        (
            (facts(act={"purpose": "personal", "capacity": "employee"}), N, {}), (facts(act={"purpose": "commercial"}), P, _FIRED),
            (facts(act={"purpose": "personal", "capacity": "grantee"}), P, _FIRED), (facts(act={"purpose": "personal"}), U, _OPEN),
            (facts(act={"capacity": "employee"}), U, _OPEN), (facts(act={"capacity": "grantee"}), P, _FIRED),
            (facts(goods=[{"category": "gold"}]), N, {}),
        ),
    ),
    Standings(
        "a duty", "not over before the eleventh day has passed; done in time, late, or not known",
        BAN + DUTY,
        (
            (report("2024-06-11", []), P, owed(DutyState.OPEN)), (report("2024-06-12", []), P, owed(DutyState.BREACHED)),
            (report("2024-06-12", ["…"]), P, owed(DutyState.UNKNOWN)), (report("2024-06-12"), P, owed(DutyState.UNKNOWN)),
            (report(None, []), P, owed(DutyState.UNKNOWN)), (report("2024-07-01", done("2024-06-11")), P, owed(DutyState.MET)),
            (report("2024-07-01", done("2024-06-12")), P, owed(DutyState.BREACHED)), (report("2024-07-01", done()), P, owed(DutyState.UNKNOWN)),
            (report("2024-07-01", done("2024-06-11", duty="other")), P, owed(DutyState.BREACHED)),
            (report("2024-07-01", done({"on_or_after": "2024-06-10", "on_or_before": "2024-06-13"})), P, owed(DutyState.UNKNOWN)),
            (report("2024-07-01", done("2024-06-11", of="goods[0]"), goods=[{"category": "diamond"}, {"category": "diamond"}]), P, owed(DutyState.MET, DutyState.BREACHED)),
            (report("2024-07-01", [], goods=[{"category": "gold"}]), N, {}),
            (report("2024-07-01", [], goods=[{}]), U, {**_OPEN, "duties": (("zz.act §5", DutyState.UNKNOWN),)}),
        ),
    ),
    Standings(
        "a power", "an exposure stands beside the outcome and never in it",
        BAN + POWER,
        (
            (facts(goods=[], parties=[{"id": "a"}], actor="a"), N, {"exposed": ("zz.act §2",)}),
            (facts(goods=[], parties=[{"id": "a"}, {"id": "b"}], actor="b"), N, {"exposed": ("zz.act §2",)}),
            (facts(goods=[], parties=[{"id": "a"}]), N, {"perhaps_exposed": ("zz.act §2",)}), (facts(goods=[], parties=[]), N, {}),
            (facts(parties=[{"id": "a"}], actor="a"), P, {**_FIRED, "exposed": ("zz.act §2",)}),
        ),
    ),
)  # fmt: skip
