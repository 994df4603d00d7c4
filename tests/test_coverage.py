"""Coverage by text, line and time: a small law, a few scenarios, and exactly what they show."""

from __future__ import annotations

import json
import re
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from command import said
from small import HEAD, facts, law_of

from sanctions_rules.author.coverage import Covered, Level, Line, Way, count, coverage
from sanctions_rules.author.coverage.allowed import Allowed, excused, read_allowed
from sanctions_rules.author.coverage.html import to_html
from sanctions_rules.author.coverage.machines import to_cobertura, to_lcov
from sanctions_rules.author.coverage.pages import report, to_json
from sanctions_rules.author.coverage.parts import coverage_of
from sanctions_rules.cli import FINDINGS, INVALID, OK
from sanctions_rules.diagnostics import FactsError
from sanctions_rules.rulebooks import Law, load_path
from sanctions_rules.scenario import Scenario

RULES = """
provision zz.act §1 "The ban"
  cites "s. 1"
  checked primary
  in force from 2024-01-01 until 2025-01-01
  binds us_person
  prohibits import of good into US
  when any of
      (a) good.category is diamond
      (b) good.category is gold
    end
    and good is russian
  except where act.purpose is personal
end

definition zz.act §2 "Russian"
  cites "s. 2"
  checked primary
  in force from 2020-01-01, no end stated
  defines good is russian
  when good.mined_in includes RU
end

definition zz.act §3 "US person"
  cites "s. 3"
  checked primary
  in force from 2020-01-01, no end stated
  defines party is us_person
  when party.organised_under is US
end
"""


def scenario(name: str, under: str = "US", purpose: str = "commercial", **more: Any) -> Scenario:
    """Somebody imports a diamond that was mined in Russia on 1 June 2024."""
    good = {"mined_in": ["RU"], **more.pop("good", {})}
    act = {"purpose": purpose, **more.pop("act", {})}
    party = {"id": "a", "organised_under": under} if under else {"id": "a"}
    given = facts(parties=[party], actor="a", act=act, good=good, **more)
    return Scenario(name, "made up", given, {"zz": {}})


#: Each shows one thing more, in this order.
SCENARIOS = (
    scenario("from Russia"),
    scenario("from Botswana", good={"mined_in": ["BW"]}),
    scenario("gold", good={"category": "gold"}),
    scenario("of a firm of France", under="FR"),
    scenario("for oneself", purpose="personal"),
    scenario("the year after", on="2025-06-01"),
)


def shown(found: tuple[Covered, ...]) -> dict[str, tuple[str, str]]:
    """For each text and line what was seen, and what was not."""
    return {
        one.name.removeprefix("zz.act "): tuple(
            ", ".join(str(w) for w in Way if w in ways) for ways in (one.seen, one.lacking)
        )
        for text in found
        for one in (text, *text.lines)
    }  # type: ignore[return-value]


@pytest.fixture(scope="module")
def found() -> tuple[Covered, ...]:
    return coverage(law_of(RULES), SCENARIOS, by_line=True)


def test_each_line_is_seen_the_ways_that_it_went(found: tuple[Covered, ...]) -> None:
    assert shown(found) == {
        "§1": ("true, false, excepted", "unknown"),
        "§1: in force from 2024-01-01 until 2025-01-01": ("in force, ended", "not yet in force"),
        "§1: binds us_person": ("true, false", "unknown"),
        "§1: prohibits import of good into US": ("true", "false, unknown"),
        "§1: any of": ("true", "false, unknown"),
        "§1: good.category is diamond": ("true", "false, unknown"),
        "§1: good.category is gold": ("true", "false, unknown"),
        "§1: good is russian": ("true, false", "unknown"),
        "§1: act.purpose is personal": ("true, false", "unknown"),
        "§2": ("true, false", "unknown"),
        "§2: in force from 2020-01-01, no end stated": ("in force", "not yet in force"),
        "§2: good.mined_in includes RU": ("true, false", "unknown"),
        "§3": ("true, false", "unknown"),
        "§3: in force from 2020-01-01, no end stated": ("in force", "not yet in force"),
        "§3: party.organised_under is US": ("true, false", "unknown"),
    }


def test_what_is_not_known_is_seen_where_it_keeps_the_answer_open() -> None:
    unknown = {"category": "diamond", "mined_in": {"unknown": "not asked"}}
    found = shown(
        coverage(
            law_of(RULES),
            [
                scenario("mined nobody knows where", good=unknown),
                scenario("of a firm from nobody knows where", under=""),
                scenario("mined nobody knows where, coal", good={**unknown, "category": "coal"}),
            ],
            by_line=True,
        )
    )
    assert found["§1"][0] == "false, unknown"
    assert found["§1: good is russian"][0] == "true, unknown"
    assert found["§1: binds us_person"][0] == "true, unknown"
    # of coal it is false that it is gold, and nothing else decides that
    assert found["§1: good.category is gold"][0] == "false"
    assert found["§3: party.organised_under is US"][0] == "true, unknown"


OWNED = """
definition zz.act §2 "Blocked"
  cites "s. 2"
  in force from before 2024-01-01, no end stated
  defines person is blocked
  when any of
      - some listing of person.listings has
          listing.list is sdn
        end
      - person.type is not person
        and person is owned by blocked together, at least 50 percent of shares
    end
end

provision zz.act §3 "Paying the blocked"
  cites "s. 3"
  checked primary
  in force from 2024-01-01, no end stated
  prohibits payment to recipient
  when recipient is blocked
end
"""


def payment(name: str, percent: int, listed: bool = False, kind: str = "company") -> Scenario:
    """Somebody pays x, of whom one who is listed holds so much."""
    stake = {"owner": "l", "asset": "x", "percent": percent, "basis": "shares",
             "is_indirect": False, "held_from": "2015-01-01", "held_until": "none"}  # fmt: skip
    given: dict[str, Any] = {
        "act": {"kind": "payment", "recipients": ["x"], "events": {"conduct": "2024-06-01"}},
        "parties": [
            {"id": "l", "type": "company", "listings": [{"list": "sdn"}]},
            {"id": "x", "type": kind, "listings": [{"list": "sdn"}] if listed else []},
        ],
        "licences_held": "none",
        "ownership": [stake] if percent else [],
    }
    return Scenario(name, "made up", given, {"zz": {}})


@pytest.mark.parametrize(
    ("case", "owned", "listed", "paid"),
    [
        (payment("half", 50), "true", "true, false", "true"),
        (payment("less", 49), "false", "true, false", "false"),
        (payment("listed itself", 0, listed=True), "", "true", "true"),
    ],
)
def test_a_line_that_passes_on_by_ownership_is_seen_apart_from_who_is_listed(
    case: Scenario, owned: str, listed: str, paid: str
) -> None:
    found = shown(coverage(law_of(OWNED), [case], by_line=True))
    line = "§2: person is owned by blocked together, at least 50 percent of shares"
    assert found[line][0] == owned
    assert found["§2: some listing of person.listings has"][0] == listed
    assert found["§3: recipient is blocked"][0] == paid


FILLED = """
provision zz.act §1 "Listed things"
  cites "s. 1"
  checked primary
  in force from 2024-01-01, no end stated
  prohibits import of good into US
  when good is listed_thing
  leaves open good is listed_thing
              to Treasury
end

determination zz.act §2 "Gold is one"
  cites "s. 2"
  checked primary
  issued 2024-03-01 by Treasury
  in force from 2024-03-01, no end stated
  fills zz.act §1 listed_thing
  with good.category is gold
end
"""


def test_a_line_of_what_fills_a_text_and_its_time() -> None:
    gold = scenario("gold in February", good={"category": "gold"}, on="2024-02-01")
    found = shown(coverage(law_of(FILLED), [gold], by_line=True))
    assert found["§2: in force from 2024-03-01, no end stated"] == ("not yet in force", "in force")
    assert found["§1: in force from 2024-01-01, no end stated"] == ("in force", "not yet in force")
    assert found["§2: good.category is gold"][0] == ""
    gold = scenario("gold in March", good={"category": "gold"}, on="2024-03-01")
    found = shown(coverage(law_of(FILLED), [gold], by_line=True))
    assert found["§2: good.category is gold"][0] == "true"


def test_a_line_that_nothing_turns_on_can_go_no_way(found: tuple[Covered, ...]) -> None:
    dormant = law_of(FILLED.partition("determination")[0])
    lines = {line.text: line for one in coverage(dormant, (), by_line=True) for line in one.lines}
    assert lines["good is listed_thing"].possible == frozenset()
    assert lines["prohibits import of good into US"].possible == {Way.TRUE, Way.FALSE, Way.UNKNOWN}
    assert all(line.possible for one in found for line in one.lines)


# -- counts and pages -------------------------------------------------------------------------------


def test_the_table_counts_texts_lines_and_times(found: tuple[Covered, ...]) -> None:
    assert "\n".join(report(found)) == (
        "zz.act §1  The ban: never unknown\n"
        "  zz.rules:17  in force from 2024-01-01 until 2025-01-01: never not yet in force\n"
        "  zz.rules:18  binds us_person: never unknown\n"
        "  zz.rules:19  prohibits import of good into US: never false, unknown\n"
        "  zz.rules:20  any of: never false, unknown\n"
        "  zz.rules:21  good.category is diamond: never false, unknown\n"
        "  zz.rules:22  good.category is gold: never false, unknown\n"
        "  zz.rules:24  good is russian: never unknown\n"
        "  zz.rules:25  act.purpose is personal: never unknown\n"
        "zz.act §2  Russian: never unknown\n"
        "  zz.rules:31  in force from 2020-01-01, no end stated: never not yet in force\n"
        "  zz.rules:33  good.mined_in includes RU: never unknown\n"
        "zz.act §3  US person: never unknown\n"
        "  zz.rules:39  in force from 2020-01-01, no end stated: never not yet in force\n"
        "  zz.rules:41  party.organised_under is US: never unknown\n"
        "            all  whole    ways    seen  listed  percent\n"
        "texts         3      0      10       7       0     70.0\n"
        "lines         9      0      27      14       0     51.8\n"
        "times         3      0       7       4       0     57.1\n"
        "together     15      0      44      25       0     56.8"
    )
    assert list(report(found, [Level.TIMES]))[-1].split() == [
        "times",
        "3",
        "0",
        "7",
        "4",
        "0",
        "57.1",
    ]


def test_it_is_never_a_hundred_percent_while_something_lacks() -> None:
    ways = frozenset({Way.TRUE, Way.FALSE})
    block = next(iter(law_of(RULES).provisions()))
    whole = Covered(block, ways, {Way.TRUE: ("a",), Way.FALSE: ("a",)})
    assert count([whole]).percent == 100
    assert list(report([*[whole] * 9999, Covered(block, ways, {Way.TRUE: ("a",)})]))[-1].endswith(
        " 99.9"
    )


def test_json_says_all_of_it(found: tuple[Covered, ...]) -> None:
    data = json.loads(to_json(found, ["a sentence"]))
    assert data["stale"] == ["a sentence"]
    assert data["totals"]["lines"] == {
        "all": 9, "whole": 0, "ways": 27, "seen": 14, "listed": 0, "percent": 51.85
    }  # fmt: skip
    text = data["texts"][0]
    assert text["id"] == "zz.act §1" and text["line"] == 14
    assert text["seen"]["true"] == {"scenarios": 2, "first": "from Russia"}
    assert text["lines"][5] == {
        "file": "zz.rules", "line": 22, "slot": "when", "text": "good.category is gold",
        "possible": ["true", "false", "unknown"], "lacking": ["false", "unknown"], "listed": {},
        "seen": {"true": {"first": "gold"}},
    }  # fmt: skip


def test_lcov_adds_up(found: tuple[Covered, ...]) -> None:
    lines = to_lcov(found).splitlines()
    assert lines[0] == "TN:" and lines[1] == "SF:zz.rules" and lines[-1] == "end_of_record"
    assert all(re.fullmatch(r"(TN|SF|FN|FNDA|FNF|FNH|BRDA|BRF|BRH|DA|LF|LH):.*|end_of_record", one) for one in lines)  # fmt: skip
    fields = [one.partition(":")[::2] for one in lines]
    branches = [value.split(",") for key, value in fields if key == "BRDA"]
    data = [value.split(",") for key, value in fields if key == "DA"]
    totals = {
        key: int(value) for key, value in fields if key in ("FNF", "FNH", "BRF", "BRH", "LF", "LH")
    }
    assert totals == {"FNF": 3, "FNH": 3, "BRF": 44, "BRH": 25, "LF": 15, "LH": 15}
    assert len(branches) == 44 and sum(b[3] == "1" for b in branches) == 25
    assert len({(b[0], b[2]) for b in branches}) == 44, "a branch is named once"
    assert [d[0] for d in data] == sorted({d[0] for d in data}, key=int)
    assert "FNDA:6,zz.act §1" in lines and "FN:14,zz.act §1" in lines


def test_a_line_that_was_never_reached_has_branches_that_were_never_taken() -> None:
    nothing = coverage(law_of(RULES), (), by_line=True)
    lines = to_lcov(nothing).splitlines()
    assert "BRDA:22,0,0,-" in lines and "DA:22,0" in lines and "LH:0" in lines
    root = ElementTree.fromstring(to_cobertura(nothing, ["."]))
    assert (root.get("line-rate"), root.get("branch-rate")) == ("0.0000", "0.0000")


#: The elements of coverage-04.dtd with their attributes, and what may stand in each.
DTD = {
    "coverage": ({"line-rate", "branch-rate", "lines-covered", "lines-valid", "branches-covered",
                  "branches-valid", "complexity", "version", "timestamp"}, ["sources", "packages"]),
    "sources": (set(), ["source"]),
    "source": (set(), []),
    "packages": (set(), ["package"]),
    "package": ({"name", "line-rate", "branch-rate", "complexity"}, ["classes"]),
    "classes": (set(), ["class"]),
    "class": ({"name", "filename", "line-rate", "branch-rate", "complexity"}, ["methods", "lines"]),
    "methods": (set(), ["method"]),
    "method": ({"name", "signature", "line-rate", "branch-rate", "complexity"}, ["lines"]),
    "lines": (set(), ["line"]),
    "line": ({"number", "hits", "branch", "condition-coverage"}, ["conditions"]),
    "conditions": (set(), ["condition"]),
    "condition": ({"number", "type", "coverage"}, []),
}  # fmt: skip


def test_cobertura_is_what_its_dtd_says_and_adds_up(found: tuple[Covered, ...]) -> None:
    text = to_cobertura(found, ["my/rules"], 1_700_000_000_000)
    assert text.startswith('<?xml version="1.0" ?>\n<!DOCTYPE coverage SYSTEM ')
    root = ElementTree.fromstring(text)
    for element in root.iter():
        attributes, children = DTD[element.tag]
        assert set(element.attrib) == attributes, element.tag
        assert [c.tag for c in element if c.tag not in children] == []
    assert root.attrib == {
        "line-rate": "1.0000", "branch-rate": "0.5682", "lines-covered": "15", "lines-valid": "15",
        "branches-covered": "25", "branches-valid": "44", "complexity": "0", "version": "1",
        "timestamp": "1700000000000",
    }  # fmt: skip
    assert root.findtext("sources/source") == "my/rules"
    one = root.find("packages/package/classes/class")
    assert one is not None and one.get("filename") == "zz.rules"
    gold = one.find("lines/line[@number='22']")
    assert gold is not None and gold.get("condition-coverage") == "33% (1/3)"
    assert [c.get("coverage") for c in gold.iter("condition")] == ["100%", "0%", "0%"]
    assert [m.get("name") for m in one.iter("method")] == ["zz.act §1", "zz.act §2", "zz.act §3"]


class Page(HTMLParser):
    """Which elements are open where, and what the page says."""

    VOID = ("meta", "br")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.said: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.said.append(data)


def page(found: tuple[Covered, ...], stale: tuple[str, ...] = ()) -> Page:
    read = Page()
    read.feed(to_html(found, law_of(RULES).compiled.text.sources, (), stale))
    assert read.open == []
    return read


def test_the_page_shows_each_line_with_a_sign_and_words_before_any_colour(
    found: tuple[Covered, ...],
) -> None:
    read = page(found)
    said = " ".join(" ".join(read.said).split())
    assert "22 ◐ (b) good.category is gold true · never false, unknown" in said
    assert "56.8 %" in said
    marked = [attrs for tag, attrs in read.tags if tag == "li" and attrs.get("class")]
    signs = [one for one in read.said if one and one in "✓◐✗≡"]
    assert len(signs) >= len(marked) == 12 + 4 + 1, "lines, the legend, one file"
    assert not any(tag in ("script", "link", "img") or "src" in attrs for tag, attrs in read.tags)
    assert [attrs for tag, attrs in read.tags if tag == "html"] == [{"lang": "en-GB"}]


def test_the_page_escapes_what_scenarios_are_called() -> None:
    found = coverage(law_of(RULES), [scenario('<img src=x onerror="y">')], by_line=True)
    assert not any(tag == "img" for tag, _ in page(found).tags)


def test_the_page_tells_each_reason_in_full(found: tuple[Covered, ...]) -> None:
    entries = [Allowed("zz.act §1", False, (Way.UNKNOWN,), "because <b>so</b>")]
    read = page(*excused(found, entries))
    assert "never unknown: because <b>so</b>" in read.said


# -- reasons ----------------------------------------------------------------------------------------


def written(folder: Path, text: str) -> Path:
    path = folder / "allowed.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_is_listed_with_its_reason_counts_and_is_said_to_be_listed(
    found: tuple[Covered, ...], tmp_path: Path
) -> None:
    path = written(
        tmp_path,
        '[[allowed]]\nof = "zz.act §1"\nways = ["unknown"]\nreason = "everything is known of it"\n'
        '[[allowed]]\npattern = "zz\\\\.act §[23]"\nways = ["unknown"]\nreason = "nor of these"\n',
    )
    listed, stale = excused(found, read_allowed(path))
    assert stale == ()
    counted = count(listed, Level.TEXTS)
    assert (counted.whole, counted.ways, counted.seen, counted.excused) == (3, 10, 7, 3)
    assert counted.percent == 100
    assert listed[0].excused == {Way.UNKNOWN: "everything is known of it"}


def test_a_reason_that_is_not_needed_is_stale(found: tuple[Covered, ...]) -> None:
    entries = [
        Allowed("zz.act §1", False, (Way.TRUE, Way.UNKNOWN), "a"),
        Allowed("zz.act §9", False, (Way.TRUE,), "b"),
        Allowed("zz.act §1: good.category is gold", False, (Way.FALSE,), "c"),
        Allowed("zz.act §2.*", True, (Way.EXCEPTED,), "d"),
    ]
    assert excused(found, entries)[1] == (
        "`zz.act §1` is listed with a reason, and none is needed for: true",
        "`zz.act §9` is listed with a reason, and there is no such text or line",
        "`zz.act §2.*` is listed with a reason, and none is needed for: excepted",
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[[allow]]\nof = "x"', "holds [[allowed]] tables and nothing else"),
        ('[[allowed]]\nof = "x"\nways = ["true"]\n', "allowed[0] gives no reason"),
        ('[[allowed]]\nof = "x"\nways = ["maybe"]\nreason = "r"\n', "a list of: true, false"),
        ('[[allowed]]\nof = "x"\nways = []\nreason = "r"\n', "a list of: true, false"),
        ('[[allowed]]\nways = ["true"]\nreason = "r"\n', "has `of` or `pattern`"),
        (
            '[[allowed]]\nof = "x"\npattern = "x"\nways = ["true"]\nreason = "r"\n',
            "`of` or `pattern`",
        ),
        ('[[allowed]]\npattern = "("\nways = ["true"]\nreason = "r"\n', "`pattern` of allowed[0]"),
    ],
)
def test_a_list_of_reasons_that_is_not_one_is_refused(
    text: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(FactsError, match=re.escape(message)):
        read_allowed(written(tmp_path, text))


# -- several processes, and the command ---------------------------------------------------------------


def rules_in(folder: Path) -> Path:
    path = folder / "zz.rules"
    path.write_text(HEAD + RULES, encoding="utf-8")
    return path


def test_two_processes_find_what_one_does(tmp_path: Path) -> None:
    make = partial(load_path, rules_in(tmp_path))
    one, two = (coverage_of(make, SCENARIOS, jobs)[1] for jobs in (1, 2))

    def told(found: tuple[Covered, ...]) -> list[tuple[str, Any]]:
        return [(o.name, dict(o.seen)) for t in found for o in (t, *t.lines)]

    assert told(one) == told(two)
    assert any(isinstance(o, Line) for t in one for o in t.lines)


VALUED = """
provision zz.act §1 "Dear things"
  cites "s. 1"
  checked primary
  in force from 2024-01-01, no end stated
  prohibits import of good into US
  when good.price_per_barrel is more than cap
  leaves open cap as USD per barrel
              to Treasury
end

determination zz.act §2 "The cap"
  cites "s. 2"
  checked primary
  issued 2024-03-01 by Treasury
  in force from 2024-03-01, no end stated
  fills zz.act §1 cap
  gives USD 60 per barrel
end
"""


def test_the_time_of_what_gives_a_value() -> None:
    oil = {
        "category": "crude_oil",
        "price_per_barrel": {"amount": 70, "currency": "USD"},
        "mined_in": [],
    }
    days = {"2024-02-29": "not yet in force", "2024-03-01": "in force"}
    for day, state in days.items():
        found = shown(coverage(law_of(VALUED), [scenario(day, good=oil, on=day)], by_line=True))
        assert found["§2: in force from 2024-03-01, no end stated"][0] == state


SCENARIO = """
[[scenario]]
name = "from Russia"
source = "made up"
facts.actor = "a"
facts.parties = [{ id = "a", organised_under = "US" }]
facts.act = { kind = "import", destination = "US", purpose = "commercial", events.conduct = 2024-06-01 }
facts.goods = [{ category = "diamond", mined_in = ["RU"] }]
facts.licences_held = "none"
expect.zz.outcome = "PROHIBITED"
"""


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenarios = tmp_path / "zz.scenarios.toml"
    scenarios.write_text(SCENARIO, encoding="utf-8")
    asked = ("coverage", scenarios, "--rules", rules_in(tmp_path))
    code, out, _ = said(capsys, *asked, "--of", "texts", "--fail-under", "30")
    assert (code, out.split()[-7:]) == (OK, ["texts", "3", "0", "10", "3", "0", "30.0"])
    assert said(capsys, *asked, "--of", "texts", "--fail-under", "31")[0] == FINDINGS
    listed = written(
        tmp_path,
        '[[allowed]]\npattern = "zz.act §[123]"\nways = ["false", "unknown", "excepted"]\nreason = "why not"\n',
    )
    code, out, _ = said(capsys, *asked, "--of", "texts", "--allowed", listed, "--fail-under", "100")
    assert (code, out.split()[-1]) == (OK, "100.0")
    listed.write_text(listed.read_text("utf-8").replace('"false"', '"false", "true"'), "utf-8")
    code, out, _ = said(capsys, *asked, "--allowed", listed)
    assert code == FINDINGS and "stale: `zz.act §[123]` is listed with a reason" in out
    listed.write_text("allowed = 1", "utf-8")
    code, _, err = said(capsys, *asked, "--allowed", listed)
    assert code == INVALID and "[[allowed]] tables" in err
    for format, beginning in (("json", "{"), ("html", "<!doctype"), ("cobertura", "<?xml"), ("lcov", "TN:")):  # fmt: skip
        code, out, _ = said(capsys, *asked, "--format", format)
        assert code == OK and out.startswith(beginning), format


def test_the_reasons_for_the_packaged_law_name_texts_that_it_has(whole_law: Law) -> None:
    names = {block.id for block in whole_law.provisions()}
    for entry in read_allowed(Path(__file__).parent / "coverage_allowed.toml"):
        assert any(map(entry.means, names)), entry.of
        assert len(entry.reason) > 20, entry.of
