"""Every target of random testing, by its name; each is a line of `tests/README.md`."""

from __future__ import annotations

from typing import Final

from fuzz import laws, readers, texts
from fuzz.target import Target

TARGETS: Final[dict[str, Target]] = {
    target.name: target for room in (texts, laws, readers) for target in room.TARGETS
}
