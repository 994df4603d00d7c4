"""How a problem is shown: the place itself, and no more of a long line than is of use."""

from __future__ import annotations

import pytest

from sanctions_rules.diagnostics import FactsError
from sanctions_rules.read import read_case


@pytest.mark.parametrize("before", [0, 50, 5_000])
@pytest.mark.parametrize("after", [0, 50, 5_000])
def test_of_a_long_line_only_the_part_about_the_fault_is_shown(before: int, after: int) -> None:
    text = '{"note": "' + "y" * before + '", oops, "other": "' + "x" * after + '"}'
    with pytest.raises(FactsError) as found:
        read_case(text, "json")
    _, _, _, line, marks, *_ = str(found.value).splitlines()
    assert len(line) < 180
    # the mark stands under the place itself
    assert line[marks.index("^") :].startswith("oops")


def test_a_line_that_is_not_long_is_shown_whole() -> None:
    with pytest.raises(FactsError) as found:
        read_case('{"note": "a line", oops}', "json")
    assert '1 | {"note": "a line", oops}' in str(found.value)
