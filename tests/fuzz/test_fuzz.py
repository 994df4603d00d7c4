"""A short run of each target, another seed each day; and every input that once failed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fuzz import laws, target
from fuzz.target import Skip, Target, kept, run
from fuzz.targets import TARGETS

from sanctions_rules.language.compile import compile_rulebook
from sanctions_rules.testing.choices import Draw, Seeded
from sanctions_rules.testing.rulebooks import rulebook_by

README = Path(__file__).parents[1] / "README.md"
#: Where so few inputs say nothing that the run means something: a share of all.
TELLING = 0.6


@pytest.mark.parametrize("name", TARGETS)
def test_the_promise_holds(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    one = TARGETS[name]
    tally = run(one, one.short, seed=date.today().isoformat())
    with capsys.disabled():
        print(f"\n{tally}")
    assert not tally.failures, tally.failures[0]
    assert tally.skipped <= TELLING * tally.cases
    assert tally.reached


def test_a_fifth_of_the_mutated_rules_reaches_resolve() -> None:
    tally = run(TARGETS["mutated_rules"], 400, seed="share")
    assert tally.reached["reached resolve"] >= 400 / 5, tally


@pytest.mark.parametrize(
    ("name", "path"), kept(), ids=lambda v: v.stem if isinstance(v, Path) else v
)
def test_what_once_failed(name: str, path: Path) -> None:
    list(TARGETS[name].check(json.loads(path.read_text("utf-8"))))


def test_every_target_is_a_line_of_the_readme() -> None:
    told = dict(re.findall(r"(?m)^\| `(\w+)` \| (.+) \|$", README.read_text("utf-8")))
    assert told == {name: one.promise for name, one in TARGETS.items()}
    assert len(TARGETS) >= 15


# -- what finds failures is itself tested ----------------------------------------------------------


def test_a_failure_is_found_made_smaller_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(data: dict[str, Any]) -> Iterator[str]:
        assert not ("bad" in data["words"] and data["text"].count("x") > 1)
        yield "fine"

    def make(draw: Draw) -> dict[str, Any]:
        words = draw.some(["a", "b", "bad", "c", "d"], 5, 3)
        return {"words": words, "text": "".join(draw.pick("xyz") for _ in range(30))}

    tally = run(Target("planted", "", make, check, 1), 50)
    (failure,) = tally.failures
    assert failure.data == {"words": ["bad"], "text": "xx"}
    assert "AssertionError" in failure.error
    monkeypatch.setattr(target, "CORPUS", tmp_path)
    assert json.loads(failure.keep().read_text()) == failure.data
    assert [name for name, _ in kept()] == ["planted"]


def test_what_stalls_is_a_failure() -> None:
    def check(_: Any) -> Iterator[str]:
        with target.in_time(1):
            while True:
                pass
        yield "never"

    tally = run(Target("stalling", "", lambda _: "", check, 1), 1)
    assert "Stalled" in tally.failures[0].error


def test_the_same_seed_draws_the_same_inputs() -> None:
    for one in TARGETS.values():
        if one.name != "certificate_of_scenarios":
            assert one.make(Seeded(f"{one.name} same")) == one.make(Seeded(f"{one.name} same"))


def test_a_wrong_exception_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The targets over drawn law fail where the law is read wrongly."""
    right = laws.answer
    monkeypatch.setattr(laws, "answer", lambda law, case: right(laws.law_of(list(map(_turned, _blocks(law)))), case))  # fmt: skip
    tally = run(TARGETS["exceptions"], 40, seed="wrong")
    assert tally.failures


def _blocks(law: Any) -> list[str]:
    from sanctions_rules.language.format import block_text

    return [block_text(block) for block in law.compiled.rulebook.blocks]


def _turned(block: str) -> str:
    """The text where a condition says the opposite."""
    return block.replace("is_indirect is yes", "is_indirect is no")


# -- drawn rulebooks -------------------------------------------------------------------------------


def test_every_drawn_rulebook_compiles_and_every_construct_is_drawn() -> None:
    text = ""
    for seed in range(150):
        drawn = rulebook_by(Seeded(f"all {seed}"))
        assert compile_rulebook(drawn.files()).program.norms
        text += drawn.text
    for word in (
        "prohibits", "authorises", "exempts", "displaces", "withdraws", "requires", "empowers", "defines", "asks",
        "fills", "leaves open", "binds", "except where", "unless shown that", "provided that", "measured at",
        "no end stated", "until unknown", "from unknown between", "through", "owned by", "controlled by", "is judged",
        "is covered by", "falls under", "other than", "any of", "all of", "none of", "at least 2 of", "some", "every",
        "is none", "is exactly", "includes", "days after act.events.conduct", "is not actor",
    ):  # fmt: skip
        assert re.search(rf"\b{word}\b", text), word


def test_rulebooks_are_drawn_by_hypothesis_too() -> None:
    from hypothesis import given, settings

    from sanctions_rules.testing.strategies import rulebooks

    @settings(max_examples=15, deadline=None, database=None)
    @given(rulebooks())
    def compiles(drawn: Any) -> None:
        assert compile_rulebook(drawn.files()).program.norms

    compiles()


def test_an_input_made_smaller_that_is_no_law_says_nothing() -> None:
    with pytest.raises(Skip):
        list(TARGETS["certificate"].check({"blocks": ["nonsense"], "facts": []}))
