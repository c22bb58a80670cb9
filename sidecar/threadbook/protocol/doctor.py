"""The state of the house: home, codex, index."""

from typing import Literal

from threadbook.protocol.base import WireModel


class HomeDoctorParams(WireModel):
    """How closely to look."""

    thorough: bool = False
    """Read the whole index for damage too, and look into every folder: seconds,
    where there is much."""


class Finding(WireModel):
    """One thing that was looked at."""

    check: str
    """Stable names: `home`, `config`, `permissions`, `codex`, `index`, `names`, `book`,
    `rollouts`, `locks`, `trash`, `watch`."""
    level: Literal["ok", "warning", "error"]
    message: str
    remedy: str | None
    """What to do about it."""


class HomeDoctorResponse(WireModel):
    """All findings, and the facts that programs want."""

    findings: tuple[Finding, ...]
    codex_home: str
    codex_path: str | None
    codex_version: str | None
    index_path: str
    task_count: int
    version: str
    """Threadbook's."""
