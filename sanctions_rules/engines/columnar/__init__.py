"""Many cases at once: the core over Arrow record batches, on two rails of numpy vectors."""

from __future__ import annotations

from sanctions_rules.engines.columnar.engine import Columnar

__all__ = ["Columnar"]
