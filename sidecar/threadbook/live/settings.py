"""Overrides as they add up, and as a turn spells them."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

from threadbook.codex.threads import sandbox_policy
from threadbook.lifecycle.resume import Overrides

if TYPE_CHECKING:
    from threadbook.codex.threads import TurnSettings


def merged(old: Overrides, new: Overrides) -> Overrides:
    """Return *old* with what *new* says otherwise."""
    said = {field.name: getattr(new, field.name) for field in fields(Overrides)}
    return replace(old, **{name: value for name, value in said.items() if value})


def turn_settings(pending: Overrides) -> TurnSettings:
    """Spell what a turn is to change from now on."""
    settings: TurnSettings = {}
    if pending.model:
        settings["model"] = pending.model
    if pending.effort:
        settings["effort"] = pending.effort
    if pending.approval:
        settings["approvalPolicy"] = pending.approval
    if pending.sandbox:
        settings["sandboxPolicy"] = sandbox_policy(pending.sandbox)
    return settings
