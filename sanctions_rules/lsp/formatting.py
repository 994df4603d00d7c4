"""One layout for a rule file, from the editor. The layout itself is made elsewhere."""

from __future__ import annotations

from sanctions_rules.diagnostics import RulebookError
from sanctions_rules.language.format import rulebook_text
from sanctions_rules.language.parse import parse, read_source
from sanctions_rules.limits import DEFAULT


def formatted(text: str, name: str) -> str:
    """The text of a rule file as it is printed. Raises RulebookError where it cannot be read.

    A text with comments is left as it is: the printed form has none.
    """
    source, problems = read_source(name, text.encode("utf-8", "surrogatepass"), DEFAULT)
    blocks, found = parse(source, DEFAULT) if source else ([], [])
    errors = [p for p in (*problems, *found) if p.severity == "error"]
    if errors or source is None:
        raise RulebookError(errors, {})
    if any("#" in line for line in text.split("\n")):
        return text
    return rulebook_text(blocks)
