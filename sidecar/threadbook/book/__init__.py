"""The user's own data: what can't be derived from rollouts.

Pins, tags, notes, cleared marks, moved folders, what was seen, schedules.
Never rebuilt; migrated forward only, with a copy of the file made first.
"""
