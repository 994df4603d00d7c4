"""Where things are kept from one run to the next: the user's cache folder, or another, or nowhere."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

#: Where to keep them instead of the user's cache folder, or `off`.
SETTING: Final = "SANCTIONS_RULES_CACHE"


def folder() -> Path | None:
    """Where things are kept; None where they are not."""
    setting = os.environ.get(SETTING, "")
    if setting.lower() == "off":
        return None
    if setting:
        return Path(setting)
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        base = Path(os.environ.get(name, ""))
        if base.is_absolute():
            return base / "sanctions-rules"
    try:
        return Path.home() / ".cache" / "sanctions-rules"
    except RuntimeError:  # nobody's home is known
        return None


def ours(status: os.stat_result, most_bytes: int) -> bool:
    """Not too big, and not of another user, who could have written anything. Where there are users."""
    known = hasattr(os, "getuid")
    return status.st_size <= most_bytes and (not known or status.st_uid in (os.getuid(), 0))
