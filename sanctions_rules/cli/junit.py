"""JUnit XML, the report that continuous integration reads."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree


def suites(cases: Sequence[ElementTree.Element], seconds: float | None = None) -> str:
    """Test cases as one suite; a case failed where it has a `failure`."""
    attributes = {
        "name": "sanctions-rules", "tests": str(len(cases)),
        "failures": str(sum(case.find("failure") is not None for case in cases)), "errors": "0",
    }  # fmt: skip
    if seconds is not None:
        attributes["time"] = f"{seconds:.3f}"
    suite = ElementTree.Element("testsuite", attributes)
    suite.extend(cases)
    root = ElementTree.Element("testsuites")
    root.append(suite)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=False)


def printable(text: str) -> str:
    """XML cannot hold control characters, even escaped."""
    return "".join(c if c.isprintable() or c == "\n" else "?" for c in text)
