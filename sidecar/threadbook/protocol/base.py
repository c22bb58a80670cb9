"""WireModel, the base of every message body."""

import json
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticSerializationError


class WireModel(BaseModel):
    """camelCase on the wire, frozen, unknown fields refused, built when first used."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        serialize_by_alias=True,
        json_schema_serialization_defaults_required=True,
        defer_build=True,
    )

    def model_dump_json(self, **options: Any) -> str:  # noqa: ANN401 - as pydantic has it
        """Return it as JSON, also where the name of a file in it is no text."""
        try:
            return super().model_dump_json(**options)
        except PydanticSerializationError:
            plain = json.dumps(self.model_dump(**options), ensure_ascii=False)
            # As lists write such names: escaped, not every reader of JSON takes them.
            return plain.encode(errors="replace").decode()
