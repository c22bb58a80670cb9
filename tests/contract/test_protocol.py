from __future__ import annotations

import importlib.util
import inspect
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest

from threadbook import errors
from threadbook.handlers import HANDLERS, handler
from threadbook.protocol.errors import ERROR_CODES, ErrorKind
from threadbook.protocol.methods import NOTIFICATIONS, REQUESTS

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]


def generator() -> ModuleType:
    path = ROOT / "scripts" / "generate_protocol.py"
    spec = importlib.util.spec_from_file_location("generate_protocol", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_files_are_fresh() -> None:
    stale = generator().stale()

    assert stale == "", f"run: python scripts/generate_protocol.py\n{stale}"


def test_every_request_has_a_handler_and_no_handler_lacks_a_request() -> None:
    assert set(HANDLERS) == set(REQUESTS)


@pytest.mark.parametrize("method", sorted(HANDLERS))
def test_a_handler_takes_the_context_first_and_then_its_params(method: str) -> None:
    parameters = list(inspect.signature(handler(method)).parameters)

    assert parameters == ["context", "params"]


@pytest.mark.parametrize("method", sorted(REQUESTS))
def test_bodies_are_named_after_their_method(method: str) -> None:
    room, _, verb = method.partition("/")
    stem = room.capitalize() + verb[0].upper() + verb[1:]

    params, response = REQUESTS[method]

    assert (params.__name__, response.__name__) == (f"{stem}Params", f"{stem}Response")


def test_every_notification_body_says_that_it_is_one() -> None:
    assert all(
        body.__name__.endswith("Notification") for body in NOTIFICATIONS.values()
    )


def _leaves(kind: type[errors.TaskError]) -> list[type[errors.TaskError]]:
    below = kind.__subclasses__()
    return [leaf for sub in below for leaf in _leaves(sub)] if below else [kind]


def test_every_fault_has_a_code_of_its_own_and_stands_in_the_tree() -> None:
    kinds = {leaf.kind for leaf in _leaves(errors.TaskError)}

    assert kinds == set(ERROR_CODES)
    assert len(set(ERROR_CODES.values())) == len(ERROR_CODES)
    assert kinds | {"invalidParams", "internal"} == set(get_args(ErrorKind))
    for leaf in _leaves(errors.TaskError):
        assert leaf.__name__ in (errors.__doc__ or "")
        assert leaf.kind in (errors.__doc__ or "")
