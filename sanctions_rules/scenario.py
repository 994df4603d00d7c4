"""Scenarios: facts with an expected decision, as files that a lawyer can read and a test can run.

A scenario file is `*.scenarios.toml` (or YAML): `[[scenario]]` tables with `name`, `source`,
`facts`, optionally `base`, `about`, `known_on`, `readings`, and `expect` by regime, with
`expect.compare` for why the regimes that are expected differ. A base is a file of ordinary facts under the scenario's own; `[each.goods]` in it holds for every item.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, cast

from sanctions_rules.codes import COUNTRIES
from sanctions_rules.compare import Comparison
from sanctions_rules.compare.homes import at_home
from sanctions_rules.core import Norm
from sanctions_rules.decision import (
    Decision,
    DutyState,
    Finding,
    Outcome,
    RegimeDecision,
    Standing,
)
from sanctions_rules.diagnostics import Diagnostic, FactsError, did_you_mean
from sanctions_rules.facts import Case
from sanctions_rules.read import build_case, parse_text
from sanctions_rules.rulebooks import Law
from sanctions_rules.source import Source
from sanctions_rules.themes import Cause

#: How a scenario file's name ends.
SUFFIXES = (".scenarios.toml", ".scenarios.yaml", ".scenarios.yml")
KEYS = (
    "name",
    "source",
    "base",
    "facts",
    "about",
    "known_on",
    "readings",
    "expect",
    "missing_law",
    "home",
)
EXPECTED = ("outcome", "presumptive", "because", "not_because", "missing", "missing_exactly", "missing_law",
            "exposures", "duties", "liabilities", "derogations", "terms", "reading_sensitive", "judgements")  # fmt: skip

#: An outcome that nobody has stated yet, as a draft has it. A scenario with it fails.
UNCONFIRMED: Final = "UNCONFIRMED"
#: Beside the regimes under `expect`: what is expected of their comparison.
COMPARE = "compare"
EXPECTED_OF_COMPARISON = ("causes",)


@dataclass(frozen=True)
class Scenario:
    """One case and what the law is expected to say of it."""

    name: str
    source: str
    facts: Mapping[str, Any]
    expect: Mapping[str, Mapping[str, Any]]
    about: tuple[str, ...] = ()
    known_on: date | None = None
    readings: Mapping[str, str] = field(default_factory=dict[str, str])
    base: str = ""
    file: str = ""
    causes: tuple[str, ...] = ()  # why the regimes are expected to differ
    home: Mapping[str, str] = field(default_factory=dict[str, str])

    def case(self) -> Case:
        return build_case(self.facts, closed_by="this scenario")

    def cases(self, regimes: Iterable[str]) -> Iterator[tuple[Case, tuple[str, ...]]]:
        """The case and the regimes asked of it: one for all, or one for each at its own home."""
        case, asked = self.case(), tuple(regimes)
        if not self.home:
            yield case, asked
            return
        for regime in asked:
            yield at_home(case, self.home, regime), (regime,)


@dataclass(frozen=True)
class Result:
    """A scenario that was run: what differs from what was expected, in sentences."""

    scenario: Scenario
    decision: Decision
    failures: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.failures


def scenario_files(path: Path) -> list[Path]:
    """The scenario files that a path means: itself, or all in a folder, at any depth."""
    found = sorted(path.rglob("*")) if path.is_dir() else [path]
    return [file for file in found if file.name.endswith(SUFFIXES) and file.is_file()]


def read_scenarios(path: Path, bases: Path | None = None) -> list[Scenario]:
    """The scenarios of one file. Raises FactsError; unknown keys are errors.

    `bases`: the folder of base files; by default `bases` beside the file or beside its folder.
    """
    try:
        source = Source(path.name, path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise FactsError(
            [
                Diagnostic(
                    "encoding",
                    f"the file is not UTF-8: byte {error.start} cannot be read",
                    path=path.name,
                )
            ]
        ) from None
    data = parse_text(source, "toml" if path.suffix == ".toml" else "yaml")
    if not isinstance(data, dict) or set(cast("dict[str, Any]", data)) != {"scenario"}:
        raise FactsError(
            [
                Diagnostic(
                    "wrong-shape",
                    "a scenario file holds [[scenario]] tables and nothing else",
                    path=path.name,
                )
            ]
        )
    folder = bases or next(
        (p for p in (path.parent / "bases", path.parent.parent / "bases") if p.is_dir()), None
    )
    found: list[Scenario] = []
    read: dict[str, dict[str, Any]] = {}  # bases, each once
    for index, raw in enumerate(
        _shaped(cast("dict[str, Any]", data)["scenario"], list, "scenario", path.name)
    ):
        where = f"{path.name}: scenario[{index}]"
        found.append(_scenario(_shaped(raw, dict, "a scenario", where), where, folder, read))
    return found


def _shaped(value: Any, kind: type, what: str, where: str) -> Any:
    if not isinstance(value, kind):
        wanted = {dict: "a table", list: "a list", str: "text"}[kind]
        raise FactsError(
            [Diagnostic("wrong-shape", f"{what} is {wanted}, not `{str(value)[:60]}`", path=where)]
        )
    return value


def _unknown(keys: Iterable[str], known: tuple[str, ...], where: str) -> None:
    for key in keys:
        if key not in known:
            raise FactsError(
                [
                    Diagnostic(
                        "unknown-field",
                        f"a scenario has no `{key}`",
                        path=where,
                        help=did_you_mean(key, known) or "it has: " + ", ".join(known),
                    )
                ]
            )


def _scenario(
    raw: dict[str, Any], where: str, bases: Path | None, read: dict[str, dict[str, Any]]
) -> Scenario:
    _unknown(raw, KEYS, where)
    for key in ("name", "source", "facts", "expect"):
        if key not in raw:
            raise FactsError([Diagnostic("no-" + key, f"the scenario has no `{key}`", path=where)])
    for key, kind in (("name", str), ("source", str), ("facts", dict), ("expect", dict)):
        _shaped(raw[key], kind, f"`{key}`", where)
    for key, kind in (("base", str), ("about", list), ("readings", dict), ("home", dict)):
        _shaped(raw.get(key, kind()), kind, f"`{key}`", where)
    where = f"{where} ({raw['name']})"
    for regime, expected in cast("dict[str, dict[str, Any]]", raw["expect"]).items():
        _shaped(expected, dict, f"`expect.{regime}`", where)
        if regime == COMPARE:
            continue
        _unknown(expected, EXPECTED, f"{where} expect.{regime}")
        outcome = expected.get("outcome")
        if outcome is not None and outcome not in (*Outcome.__members__, UNCONFIRMED):
            raise FactsError(
                [
                    Diagnostic(
                        "unknown-outcome",
                        f"`{outcome}` is not an outcome",
                        path=where,
                        help=did_you_mean(str(outcome), Outcome.__members__),
                    )
                ]
            )
    facts = cast("dict[str, Any]", raw["facts"])
    base = raw.get("base", "")
    if base:
        if base not in read:
            if bases is None or not (bases / f"{base}.toml").is_file():
                raise FactsError([Diagnostic("no-base", f"there is no base `{base}`", path=where)])
            text = (bases / f"{base}.toml").read_text(encoding="utf-8")
            read[base] = cast("dict[str, Any]", parse_text(Source(f"{base}.toml", text), "toml"))
        facts = merge(read[base], facts)
    known_on = raw.get("known_on")
    if isinstance(known_on, str):  # YAML and JSON have no days of their own
        with suppress(ValueError):
            known_on = date.fromisoformat(known_on)
    if known_on is not None and (isinstance(known_on, datetime) or not isinstance(known_on, date)):
        raise FactsError(
            [
                Diagnostic(
                    "wrong-type",
                    f"`known_on` is a day, not `{str(known_on)[:60]}`",
                    path=where,
                    help="as in 2024-02-19",
                )
            ]
        )
    by_regime = {r: e for r, e in cast("dict[str, Any]", raw["expect"]).items() if r != COMPARE}
    return Scenario(
        raw["name"], raw["source"], facts, by_regime, tuple(raw.get("about", ())),
        known_on, raw.get("readings", {}), base, where,
        tuple(_causes(raw["expect"].get(COMPARE, {}), f"{where} expect.{COMPARE}")),
        _home(raw.get("home", {}), where),
    )  # fmt: skip


def _causes(expected: dict[str, Any], where: str) -> list[str]:
    """Why the regimes are expected to differ: words of a closed list."""
    _unknown(expected, EXPECTED_OF_COMPARISON, where)
    known = [str(cause) for cause in Cause]
    causes = _shaped(expected.get("causes", []), list, "`causes`", where)
    for cause in causes:
        if cause not in known:
            near = did_you_mean(str(cause), known) or "it is one of: " + ", ".join(known)
            said = f"`{str(cause)[:60]}` is not a cause why regimes differ"
            raise FactsError([Diagnostic("unknown-cause", said, path=where, help=near)])
    return causes


def _home(given: dict[str, Any], where: str) -> Mapping[str, str]:
    """The country at which each regime is asked of the act."""
    for regime, country in given.items():
        if country not in COUNTRIES:
            said = f"`{str(country)[:60]}` is no country: the home of `{regime}`"
            help = "a code of ISO 3166-1, as in DE"
            raise FactsError([Diagnostic("unknown-country", said, path=where, help=help)])
    return given


def merge(base: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts laid over a base: tables merge key by key, lists replace, `each` fills in every item."""
    plain = {k: v for k, v in base.items() if k != "each"}
    made = _over(plain, facts)
    for collection, defaults in cast("dict[str, dict[str, Any]]", base.get("each", {})).items():
        items = made.get(collection)
        inner = (
            cast("dict[str, Any]", items).get("items", items) if isinstance(items, dict) else items
        )
        if isinstance(inner, list):
            filled = [
                _over(defaults, cast("dict[str, Any]", i)) if isinstance(i, dict) else i
                for i in cast("list[Any]", inner)
            ]
            made[collection] = (
                {**cast("dict[str, Any]", items), "items": filled}
                if isinstance(items, dict)
                else filled
            )
    return made


#: Tables that are groups of facts. Every other one is a value, and replaces what lies under it whole.
_GROUPS = ("act", "events")


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    made = dict(below)
    for key, value in above.items():
        under = made.get(key)
        if key in _GROUPS and isinstance(value, dict) and isinstance(under, dict):
            made[key] = _over(cast("dict[str, Any]", under), cast("dict[str, Any]", value))
        else:
            made[key] = value
    return made


# -- running -------------------------------------------------------------------------------------


def run(law: Law, scenario: Scenario) -> Result:
    """Decide the scenario and compare; every difference is a sentence."""
    case = scenario.case()
    asked: dict[str, Any] = {
        "regimes": [r for r in scenario.expect or law.regimes if r in law.regimes],
        "about": scenario.about, "known_on": scenario.known_on, "readings": scenario.readings,
    }  # fmt: skip
    if not scenario.causes and not scenario.home:
        decision = law.decide(case, **asked)
        return Result(scenario, decision, differences(law, case, decision, scenario.expect))
    homes = {r: c for r, c in scenario.home.items() if r in asked["regimes"]}
    comparison = law.compare(case, **asked, homes=homes)
    failures = [
        text for decision in comparison.decisions
        for text in differences(law, decision.source.case, decision, {
            regime: expected for regime, expected in scenario.expect.items()
            if regime in decision.regimes or regime not in law.regimes
        })
    ]  # fmt: skip
    return Result(
        scenario,
        comparison.decisions[0],
        (*dict.fromkeys(failures), *_uncaused(comparison, scenario.causes)),
    )


def _uncaused(comparison: Comparison, expected: Iterable[str]) -> Iterator[str]:
    found = [str(cause) for cause in comparison.causes]
    for cause in expected:
        if cause not in found:
            named = " ".join(d.sentence for d in comparison.differences) or "nothing"
            yield f"{COMPARE}: `{cause}` is no cause why they differ; these are: {named}"


def differences(
    law: Law, case: Case, decision: Decision, expect: Mapping[str, Mapping[str, Any]]
) -> tuple[str, ...]:
    """Where the decision is not what is expected of each regime: every difference is a sentence."""
    absent = [
        f"{regime}: no rulebook of it is loaded"
        for regime in expect
        if regime not in decision.regimes
    ]
    return tuple(absent) + tuple(
        f"{regime}: {text}" for regime, expected in expect.items() if regime in decision.regimes
        for text in _compare(law, case, decision[regime], expected, decision.known_on)
    )  # fmt: skip


def _compare(
    law: Law, case: Case, got: RegimeDecision, expected: Mapping[str, Any], known_on: date | None
) -> Iterator[str]:
    if expected.get("outcome") == UNCONFIRMED:
        yield "the expected outcome is not confirmed; read the law, and write what it gives"
        return
    if "outcome" in expected and str(got.outcome) != expected["outcome"]:
        yield f"the outcome is {got.outcome}, not {expected['outcome']}"
        return
    if "presumptive" in expected and str(got.presumptive_outcome) != expected["presumptive"]:
        yield f"the presumptive outcome is {got.presumptive_outcome}, not {expected['presumptive']}"
    carried = set(bearing(law.norms(), got))
    for name in expected.get("because", ()):
        if name not in carried:
            yield f"`{name}` does not bear the outcome; these do: {', '.join(sorted(carried))}"
    for name in expected.get("not_because", ()):
        if name in carried:
            yield f"`{name}` bears the outcome"
    missing = [str(leaf) for leaf in got.missing]
    named = {*missing, *(leaf.place for leaf in got.missing if leaf.need == "range")}
    for name in expected.get("missing", ()):
        if name not in named:
            yield f"`{name}` is not asked for; asked are: {', '.join(missing) or 'nothing'}"
    if "missing_exactly" in expected and sorted(missing) != sorted(expected["missing_exactly"]):
        yield f"asked are: {', '.join(missing) or 'nothing'}"
    if expected.get("missing_law") and not any(leaf.need == "law" for leaf in got.missing):
        yield f"no piece of law is asked for; asked are: {', '.join(missing) or 'nothing'}"
    exposed = [e.finding for e in got.exposures]
    yield from _answers("exposure", exposed, expected.get("exposures", {}))
    yield from _answers("liability", got.liabilities, expected.get("liabilities", {}))
    yield from _answers("derogation", got.derogations, expected.get("derogations", {}))
    for key, state in expected.get("duties", {}).items():
        name, _, whom = key.partition(" of ")
        states = {
            str(d.state)
            for d in got.duties
            if name in ids(d.finding.norm) and whom in (d.finding.subject, d.finding.subject_id, "")
        }
        found = next((s for s in ("breached", "unknown", "open", "met") if s in states), "not_owed")
        if found != state:
            yield f"the duty {key} is {found}, not {state}"
    for text, answer in expected.get("terms", {}).items():
        match = re.fullmatch(r"([a-z0-9_.]+)\((.*)\)", text)
        if match is None:
            yield f"`{text}` is not a term of an item, as in us.us_person(actor-id)"
            continue
        held = law.holds(match[1], case, match[2] or None, known_on=known_on)
        if held is not (None if answer == "unknown" else answer):
            yield f"{text} is {'unknown' if held is None else held}, not {answer}"
    for point in expected.get("reading_sensitive", ()):
        if not any(r.point == point and r.sensitive for r in got.readings):
            yield f"the answer is not said to turn on the reading of {point}"
    for name in expected.get("judgements", ()):
        if name not in got.judgements:
            yield f"the answer is not said to rest on the judgement {name}"


def _answers(what: str, findings: Iterable[Finding], expected: Mapping[str, str]) -> Iterator[str]:
    words = {"TRUE": "yes", "UNKNOWN": "unknown"}
    found_at = list(findings)
    for key, answer in expected.items():
        name, _, whom = key.partition(" of ")
        states = {
            words[one.truth.name]
            for one in found_at
            if name in ids(one.norm) and whom in (one.subject_id, one.subject, "")
        }
        found = "yes" if "yes" in states else "unknown" if "unknown" in states else "no"
        if found != answer:
            yield f"{what} {key} is {found}, not {answer}"


def ids(norm: Norm) -> tuple[str, ...]:
    """Every name that a norm goes by: ours, its fill's, and those of the sources it was read from."""
    return (norm.id, norm.provision, norm.fill, *norm.source_ids)


def bearing(norms: Iterable[Norm], got: RegimeDecision) -> Iterator[str]:
    """Ids of what carries the outcome: what binds, lifts, excepts, or may bind."""
    kinds = {
        Outcome.PROHIBITED: (Standing.BINDS,),
        Outcome.AUTHORISED: (Standing.LIFTED,),
        Outcome.UNDETERMINED: (Standing.MAY_BIND, Standing.CONFLICT),
        Outcome.NOT_PROHIBITED: (Standing.EXCEPTED, Standing.DISPLACED),
    }[got.outcome]  # fmt: skip
    by_id = {n.id: n for n in norms}
    for finding in got.standing(*kinds):
        if finding.norm.verb != "prohibits":
            continue
        own = finding.norm
        if (
            got.outcome in (Outcome.PROHIBITED, Outcome.UNDETERMINED)
            or finding.norm.fill in finding.because_of
        ):
            yield from ids(own)
        for name in finding.because_of:
            if name in by_id:
                yield from ids(by_id[name])


# -- JSON Schema ---------------------------------------------------------------------------------


def json_schema() -> dict[str, Any]:
    """The form of a scenario file as JSON Schema (2020-12); facts are left to the schema of a case."""
    texts = {"type": "array", "items": {"type": "string"}}
    answers = {"type": "object", "additionalProperties": {"enum": ["yes", "no", "unknown"]}}
    words: dict[str, Any] = {
        "outcome": {"enum": [*Outcome.__members__, UNCONFIRMED]}, "presumptive": {"enum": list(Outcome.__members__)},
        "missing_law": {"type": "boolean"},
        **dict.fromkeys(("exposures", "liabilities", "derogations"), answers),
        "duties": {"type": "object", "additionalProperties": {"enum": [str(s) for s in DutyState]}},
        "terms": {"type": "object", "additionalProperties": {"enum": [True, False, "unknown"]}},
    }  # fmt: skip
    expected = {
        "type": "object", "additionalProperties": False,
        "properties": {key: words.get(key, texts) for key in EXPECTED},
    }  # fmt: skip
    of_comparison = {
        "type": "object", "additionalProperties": False,
        "properties": {"causes": {"type": "array", "items": {"enum": [str(c) for c in Cause]}}},
    }  # fmt: skip
    held: dict[str, Any] = {
        "name": {"type": "string"}, "source": {"type": "string", "description": "where the expected answer comes from"},
        "base": {"type": "string", "description": "a file of ordinary facts, in the folder `bases`"},
        "facts": {"type": "object", "description": "a case: see the schema `case`"}, "about": texts,
        "known_on": {"type": "string", "format": "date"},
        "readings": {"type": "object", "additionalProperties": {"type": "string"}},
        "home": {
            "type": "object", "additionalProperties": {"type": "string"},
            "description": "by regime, the country that each of these among the facts is read as",
        },
        "expect": {
            "type": "object", "description": "by regime, and `compare` for why they differ",
            "properties": {COMPARE: of_comparison}, "additionalProperties": expected,
        },
    }  # fmt: skip
    one = {
        "type": "object", "properties": held, "required": ["name", "source", "facts", "expect"],
        "additionalProperties": False,
    }  # fmt: skip
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Scenarios", "type": "object",
        "properties": {"scenario": {"type": "array", "items": one}}, "required": ["scenario"],
        "additionalProperties": False,
    }  # fmt: skip
