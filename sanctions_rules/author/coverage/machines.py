"""Coverage for the tools of continuous integration: Cobertura XML and LCOV.

A line of the law is a line, each way that it can go a branch of it: true, false, unknown, excepted, or
where its time stands. A text is a function (LCOV) or a method (Cobertura), a rule file a class. A line
is hit where any way of it was seen; a way that is listed with its reason is no branch.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from xml.etree import ElementTree

from sanctions_rules.author.coverage.model import Covered, Way, everything

DOCTYPE = '<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">'


@dataclass
class Row:
    """A line of a file: each way that something on it can go, and whether it was seen."""

    branches: list[tuple[str, bool]]

    @property
    def hit(self) -> bool:
        return any(seen for _, seen in self.branches)


def _rows(found: Iterable[Covered]) -> dict[int, Row]:
    rows: dict[int, Row] = {}
    for one in everything(found):
        for way in Way:
            if way in one.possible and (way in one.seen or way not in one.excused):
                row = rows.setdefault(one.number, Row([]))
                row.branches.append((f"{one.name}: {way}", way in one.seen))
    return dict(sorted(rows.items()))


def _by_file(found: Iterable[Covered]) -> dict[str, list[Covered]]:
    files: dict[str, list[Covered]] = defaultdict(list)
    for one in found:
        files[one.block.head.file].append(one)
    return dict(sorted(files.items()))


def to_lcov(found: Sequence[Covered]) -> str:
    """The trace file that genhtml and editors read."""
    return "".join(f"{line}\n" for line in _lcov(found))


def _lcov(found: Sequence[Covered]) -> Iterator[str]:
    for file, texts in _by_file(found).items():
        rows = _rows(texts)
        named = [(t.number, t.name.replace(",", ";"), _hits(t)) for t in texts]
        yield "TN:"
        yield f"SF:{file}"
        yield from (f"FN:{number},{name}" for number, name, _ in named)
        yield from (f"FNDA:{hits},{name}" for _, name, hits in named)
        yield f"FNF:{len(named)}"
        yield f"FNH:{sum(hits > 0 for _, _, hits in named)}"
        for number, row in rows.items():
            for index, (_, seen) in enumerate(row.branches):
                yield f"BRDA:{number},0,{index},{int(seen) if row.hit else '-'}"
        yield f"BRF:{sum(len(row.branches) for row in rows.values())}"
        yield f"BRH:{sum(seen for row in rows.values() for _, seen in row.branches)}"
        yield from (f"DA:{number},{int(row.hit)}" for number, row in rows.items())
        yield f"LF:{len(rows)}"
        yield f"LH:{sum(row.hit for row in rows.values())}"
        yield "end_of_record"


def _hits(one: Covered) -> int:
    """How many scenarios reached the text."""
    return len({name for names in one.seen.values() for name in names})


def to_cobertura(found: Sequence[Covered], sources: Iterable[str], milliseconds: int = 0) -> str:
    """The report that GitLab, Jenkins and others read. `milliseconds`: when, since 1970 UTC."""
    by_file = _by_file(found)
    root = ElementTree.Element("coverage", {
        **_rates([_rows(texts) for texts in by_file.values()], counted=True),
        "complexity": "0", "version": "1", "timestamp": str(milliseconds),
    })  # fmt: skip
    listed = ElementTree.SubElement(root, "sources")
    for source in sources:
        ElementTree.SubElement(listed, "source").text = source
    packages = ElementTree.SubElement(root, "packages")
    folders: dict[str, dict[str, list[Covered]]] = defaultdict(dict)
    for file, texts in by_file.items():
        folders[str(PurePosixPath(file).parent)][file] = texts
    for folder, files in folders.items():
        package = ElementTree.SubElement(packages, "package", {
            "name": folder.replace("/", "."), **_rates([_rows(t) for t in files.values()]),
            "complexity": "0",
        })  # fmt: skip
        classes = ElementTree.SubElement(package, "classes")
        for file, texts in files.items():
            _class(classes, file, texts)
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" ?>\n{DOCTYPE}\n{text}\n'


def _class(classes: ElementTree.Element, file: str, texts: Sequence[Covered]) -> None:
    rows = _rows(texts)
    made = ElementTree.SubElement(classes, "class", {
        "name": PurePosixPath(file).name, "filename": file, **_rates([rows]), "complexity": "0",
    })  # fmt: skip
    methods = ElementTree.SubElement(made, "methods")
    for text in texts:
        own = _rows([text])
        method = ElementTree.SubElement(methods, "method", {
            "name": text.name, "signature": "", **_rates([own]), "complexity": "0",
        })  # fmt: skip
        _lines(method, own)
    _lines(made, rows)


def _lines(parent: ElementTree.Element, rows: Mapping[int, Row]) -> None:
    lines = ElementTree.SubElement(parent, "lines")
    for number, row in rows.items():
        seen, ways = sum(s for _, s in row.branches), len(row.branches)
        line = ElementTree.SubElement(lines, "line", {
            "number": str(number), "hits": str(int(row.hit)), "branch": "true",
            "condition-coverage": f"{100 * seen // ways}% ({seen}/{ways})",
        })  # fmt: skip
        conditions = ElementTree.SubElement(line, "conditions")
        for index, (name, was) in enumerate(row.branches):
            ElementTree.SubElement(conditions, "condition", {
                "number": str(index), "type": name.rpartition(": ")[2],
                "coverage": "100%" if was else "0%",
            })  # fmt: skip


def _rates(files: Sequence[Mapping[int, Row]], counted: bool = False) -> dict[str, str]:
    rows = [row for rows in files for row in rows.values()]
    lines, hit = len(rows), sum(row.hit for row in rows)
    branches = sum(len(row.branches) for row in rows)
    seen = sum(was for row in rows for _, was in row.branches)
    rates = {
        "line-rate": f"{hit / lines:.4f}" if lines else "1",
        "branch-rate": f"{seen / branches:.4f}" if branches else "1",
    }
    if not counted:
        return rates
    return rates | {
        "lines-covered": str(hit), "lines-valid": str(lines),
        "branches-covered": str(seen), "branches-valid": str(branches),
    }  # fmt: skip
