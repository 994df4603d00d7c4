"""The packaged law is lint clean, and every check fires where its defect is planted in it.

Here each defect is planted in one place; `make lint-law` plants it in ten and prints the table.
"""

from __future__ import annotations

import re

import pytest
from lint.pages import compiled
from lint.planters import PLANTERS
from lint.planting import law, run

from sanctions_rules.lint import CHECKS, Report, lint
from sanctions_rules.lint.book import Book

#: How many places of the packaged law are silenced; each with its reason, beside it.
SILENCED = 35


@pytest.fixture(scope="module")
def report() -> Report:
    return lint(law().book)


def test_the_packaged_law_is_clean(report: Report) -> None:
    assert [(f.check.code, f.found.message) for f in report.findings] == []


def test_what_is_silenced_is_counted_and_says_why(report: Report) -> None:
    assert len(report.silenced) == SILENCED
    for _, silence in report.silenced:
        assert len(silence.reason.split()) >= 3


def test_every_check_has_its_planter() -> None:
    assert set(PLANTERS) == set(CHECKS)


def test_every_check_fires_where_its_defect_is_planted() -> None:
    """Each in a place of its own; that it is silent elsewhere is what being clean says."""
    outcomes = run(PLANTERS, places=1)
    assert {o.code: o.missed for o in outcomes if o.missed or o.fired != 1} == {}


# -- how a run goes, on small texts -------------------------------------------------------------------------

TWO = """provision rur.act §2 "Caviar."
  cites         "Ruritania Act s. 2"
  checked       primary 2026-08-21
  in force      from 2022-03-11, no end stated
  prohibits     import of good into US
  when          good.category is any of seafood, seafood, gas
end
"""


def fired(text: str, *only: str) -> list[str]:
    made = compiled(text)
    return [f.check.code for f in lint(Book(made.rulebook, made.sources), only).findings]


def test_a_silence_covers_its_line_its_block_or_its_file() -> None:
    assert fired(TWO) == ["title-full-stop", "value-twice"]
    line = TWO.replace("gas\n", "gas  # lint: allow value-twice the act says it twice\n")
    assert fired(line) == ["title-full-stop"]
    assert fired("# lint: allow value-twice the act says it twice\n" + TWO) == ["title-full-stop"]
    both = "# lint: allow value-twice, title-full-stop printed like this\n\n# on caviar\n" + TWO
    assert fired(both) == []
    file = TWO + "# lint: allow-file value-twice the act says it twice\n"
    assert fired(file) == ["title-full-stop"]
    inner = TWO.replace("  when", "  # lint: allow value-twice the act says it twice\n  when")
    assert fired(inner) == ["title-full-stop"]


def test_a_silence_does_not_reach_the_next_block_nor_another_line() -> None:
    other = TWO.replace("§2", "§3").replace("s. 2", "s. 3").replace("Caviar", "Roe")
    both = f"# lint: allow value-twice the act says it twice\n{TWO}\n{other}"
    assert fired(both).count("value-twice") == 1
    wrong = TWO.replace("into US\n", "into US  # lint: allow value-twice the act says it twice\n")
    assert sorted(fired(wrong)) == ["silence-idle", "title-full-stop", "value-twice"]


def test_a_silence_in_quotes_is_none() -> None:
    quoted = TWO.replace(
        "  in force", '  note          "# lint: allow value-twice as printed"\n  in force'
    )
    assert "value-twice" in fired(quoted)


def test_some_checks_alone_leave_the_silences_of_others_in_peace() -> None:
    text = TWO.replace("Caviar.", "Caviar").replace(
        "when", "# lint: allow no-title it has one\n  when"
    )
    assert fired(text, "value-twice", "silence-idle") == ["value-twice"]
    assert "silence-idle" in fired(text)
    with pytest.raises(LookupError, match="no check called `value-thrice`"):
        fired(text, "value-thrice")


def test_law_of_others_is_not_looked_at() -> None:
    made = compiled(TWO)
    elsewhere = Book(
        made.rulebook, {re.sub("^", "rur/", n): s for n, s in made.sources.items()}, ["rur"]
    )
    assert elsewhere.files == ()
