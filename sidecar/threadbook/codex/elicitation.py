"""The form of an MCP elicitation: its JSON schema as questions, answers as its values.

The schema is flat by the protocol's own rule: an object of strings, numbers,
booleans and enumerations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from threadbook.codex.fields import (
    as_object,
    object_at,
    objects_at,
    text_at,
    texts_at,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from threadbook.codex.fields import (
        JsonObject,
    )

_YES, _NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of the form."""

    name: str
    title: str
    description: str | None
    options: tuple[str, ...]
    """What can be chosen; empty: anything can be typed."""


def form_questions(schema: JsonObject) -> tuple[FormField, ...]:
    """Return the fields of the form, in the schema's order."""
    return tuple(
        FormField(
            name=name,
            title=text_at(field, "title") or name,
            description=text_at(field, "description"),
            options=tuple(_choices(field)),
        )
        for name, value in object_at(schema, "properties").items()
        if (field := as_object(value))
    )


def elicited_content(
    schema: JsonObject, answers: Mapping[str, Sequence[str]]
) -> JsonObject:
    """Turn answers into the values that the schema wants; what can't be is left out."""
    content: JsonObject = {}
    for name, value in object_at(schema, "properties").items():
        said = answers.get(name, ())
        converted = _value(as_object(value), said) if said else None
        if converted is not None:
            content[name] = converted
    return content


def _choices(field: JsonObject) -> dict[str, object]:
    """Return what each shown choice stands for."""
    if text_at(field, "type") == "boolean":
        return {_YES: True, _NO: False}
    if text_at(field, "type") == "array":
        field = object_at(field, "items")
    titled = objects_at(field, "oneOf") or objects_at(field, "anyOf")
    if titled:
        return {
            text_at(one, "title") or str(one.get("const")): one.get("const")
            for one in titled
        }
    values, names = texts_at(field, "enum"), texts_at(field, "enumNames")
    shown = names if len(names) == len(values) else values
    return dict(zip(shown, values, strict=True))


def _value(field: JsonObject, said: Sequence[str]) -> object:
    choices = _choices(field)
    match text_at(field, "type"):
        case "array":
            return [choices.get(one, one) for one in said]
        case "integer" | "number" as kind:
            try:
                return int(said[0]) if kind == "integer" else float(said[0])
            except ValueError:
                return None
        case _:
            return choices.get(said[0], said[0])
