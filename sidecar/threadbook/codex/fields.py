"""Read fields of a JSON object that another program wrote: lenient, never raising.

Codex's wire grows from version to version; what is missing or of another type than
expected reads as None or as empty.
"""

from __future__ import annotations

from typing import cast

JsonObject = dict[str, object]


def as_object(value: object) -> JsonObject:
    """Return *value* when it is an object, else an empty one."""
    return cast("JsonObject", value) if isinstance(value, dict) else {}


def object_at(source: JsonObject, key: str) -> JsonObject:
    """Return the object at *key*, else an empty one."""
    return as_object(source.get(key))


def list_at(source: JsonObject, key: str) -> list[object]:
    """Return the array at *key*, else an empty one."""
    value = source.get(key)
    return cast("list[object]", value) if isinstance(value, list) else []


def objects_at(source: JsonObject, key: str) -> list[JsonObject]:
    """Return the objects in the array at *key*."""
    return [as_object(value) for value in list_at(source, key) if value]


def texts_at(source: JsonObject, key: str) -> list[str]:
    """Return the strings in the array at *key*."""
    return [value for value in list_at(source, key) if isinstance(value, str)]


def text_at(source: JsonObject, key: str) -> str | None:
    """Return the string at *key*."""
    value = source.get(key)
    return value if isinstance(value, str) else None


def number_at(source: JsonObject, key: str) -> float | None:
    """Return the number at *key*."""
    value = source.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value


def integer_at(source: JsonObject, key: str) -> int | None:
    """Return the number at *key*, without its fraction."""
    value = number_at(source, key)
    return None if value is None else int(value)


def milliseconds_at(source: JsonObject, key: str) -> int | None:
    """Return the time at *key*, which Codex gives in seconds, as Unix ms."""
    value = number_at(source, key)
    return None if value is None else int(value * 1000)


def tag_at(source: JsonObject, key: str) -> str | None:
    """Return the name of a variant: `"x"`, `{"x": ...}` and `{"type": "x"}` alike."""
    value = source.get(key)
    if isinstance(value, str):
        return value
    variant = as_object(value)
    kind = variant.get("type")
    if isinstance(kind, str):
        return kind
    return next(iter(variant), None)
