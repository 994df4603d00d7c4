"""XML as light nodes that know their line: no entities, no document types, nothing fetched.

The one room of `defusedxml`. What was complete before a fault is kept, with the fault beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from sanctions_rules.adapters.snapshot import problem
from sanctions_rules.diagnostics import Diagnostic, FactsError
from sanctions_rules.limits import DEFAULT as LIMITS


@dataclass(slots=True)
class Node:
    """One element. `tag` is its name without namespace; `closed`: its end tag was read."""

    tag: str
    line: int
    namespace: str = ""
    attributes: dict[str, str] = field(default_factory=dict[str, str])
    children: list[Node] = field(default_factory=list["Node"])
    text: str = ""
    closed: bool = False

    def all(self, *path: str) -> Iterator[Node]:
        """The elements at the end of a path of tags."""
        if not path:
            yield self
            return
        for child in self.children:
            if child.tag == path[0]:
                yield from child.all(*path[1:])

    def first(self, *path: str) -> Node | None:
        return next(self.all(*path), None)

    def get(self, *path: str) -> str:
        """The text at the end of a path, stripped; empty where there is none."""
        found = self.first(*path)
        return found.text.strip() if found else ""


def parse(data: bytes, file: str) -> tuple[Node | None, list[Diagnostic]]:
    """The root, as far as it was read, and what is wrong. Raises FactsError without the extra."""
    try:
        from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
        from defusedxml.sax import make_parser  # type: ignore[import-untyped]
    except ImportError:
        said = "reading XML needs the extra `lists`"
        help = "pip install 'sanctions-rules[lists]'"
        raise FactsError([problem(file, 0, "no-defusedxml", said, help=help)]) from None
    from xml.sax import SAXParseException
    from xml.sax.handler import feature_namespaces

    parser: Any = make_parser()
    parser.forbid_dtd = True
    parser.setFeature(feature_namespaces, True)
    builder = _builder(parser)
    parser.setContentHandler(builder)
    problems: list[Diagnostic] = []
    try:
        parser.parse(BytesIO(data))
    except DefusedXmlException as error:
        kind = {"DTDForbidden": "a document type"}.get(type(error).__name__, "an entity")
        said = f"the file declares {kind}, which is not read"
        problems.append(problem(file, _line(parser), "xml-forbidden", said))
    except SAXParseException as error:
        line = error.getLineNumber() or 0
        said = f"this is not well-formed XML: {error.getMessage()}"
        inside = next((n for n in reversed(builder.open)), None)
        if inside is not None:
            said += f", inside `{inside.tag[:40]}` that began in line {inside.line}"
        problems.append(problem(file, line, "bad-xml", said))
    except (UnicodeError, LookupError):
        problems.append(problem(file, 1, "encoding", "the encoding of the file cannot be read"))
    except _TooMuch as error:
        problems.append(problem(file, _line(parser), error.args[0], error.args[1]))
    return builder.root, problems


class _TooMuch(Exception):
    """A limit that was met: its code, and what is said of it."""


def _line(parser: Any) -> int:
    return int(parser.getLineNumber() or 0)


def _builder(parser: Any) -> Any:
    from xml.sax.handler import ContentHandler

    class Builder(ContentHandler):
        def __init__(self) -> None:
            super().__init__()
            self.root: Node | None = None
            self.open: list[Node] = []
            self.parts: list[list[str]] = []
            self.sizes: list[int] = []

        def startElementNS(self, name: Any, qname: Any, attrs: Any) -> None:
            if len(self.open) >= LIMITS.nesting:
                said = f"elements lie in one another deeper than {LIMITS.nesting}"
                raise _TooMuch("limit.nesting", said)
            space, tag = name
            given = {key[1]: str(value) for key, value in attrs.items()}
            node = Node(tag, _line(parser), space or "", given)
            if self.open:
                self.open[-1].children.append(node)
            else:
                self.root = node
            self.open.append(node)
            self.parts.append([])
            self.sizes.append(0)

        def characters(self, content: str) -> None:
            if not self.parts:
                return
            self.parts[-1].append(content)
            self.sizes[-1] += len(content)
            if self.sizes[-1] > LIMITS.cell:
                said = f"a text is longer than {LIMITS.cell} characters"
                raise _TooMuch("limit.cell", said)

        def endElementNS(self, name: Any, qname: Any) -> None:
            node = self.open.pop()
            node.text = "".join(self.parts.pop())
            self.sizes.pop()
            node.closed = True

    return Builder()
