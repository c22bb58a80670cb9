"""Answer: raw params in, a serialised response or an error out; never neither."""

from __future__ import annotations

import asyncio
import inspect
import logging
import traceback
from functools import partial
from typing import TYPE_CHECKING, Any

import orjson
from pydantic import ValidationError
from pygls.exceptions import JsonRpcException

from threadbook.errors import TaskError
from threadbook.handlers import handler
from threadbook.handlers.patience import patiently
from threadbook.protocol.errors import ERROR_CODES, ErrorData
from threadbook.protocol.methods import REQUESTS
from threadbook.server.progress import take_token, told
from threadbook.server.protocol import INTERNAL_ERROR, INVALID_PARAMS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from concurrent.futures import Executor

    from threadbook.handlers.context import Context
    from threadbook.protocol.base import WireModel
    from threadbook.server.progress import Notify

    Local = Callable[[], Awaitable[orjson.Fragment]]
    Share = Callable[[str, Any, Local], Awaitable[orjson.Fragment]]

_log = logging.getLogger(__name__)


def answer(
    method: str,
    context: Callable[[], Context],
    pool: Executor,
    notify: Notify,
    share: Share | None = None,
) -> Callable[[Any], Awaitable[orjson.Fragment]]:
    """Return the handler of *method* as pygls wants it.

    Plain functions run on *pool*, again while the task that they want may still turn
    up; coroutine functions run on the loop, and may tell through *notify* how far they
    are. *share* may have others answer. Whatever goes wrong, the result is one
    `JsonRpcException` with our error shape.
    """

    async def respond(raw: Any) -> orjson.Fragment:
        try:
            params, token = take_token(raw)
            with told(notify, token, method):
                local = partial(_respond, method, context, pool, params)
                if share is None:
                    return await local()
                return await share(method, params, local)
        except JsonRpcException:
            # Another process of ours has said it so.
            raise
        except TaskError as error:
            raise _expected(error) from error
        except ValidationError as error:
            raise _invalid(method, error) from error
        except Exception as error:  # the last door: a fault of ours is an answer too
            _log_fault(method, error)
            raise _fault(error) from error

    return respond


async def _respond(
    method: str, context: Callable[[], Context], pool: Executor, raw: Any
) -> orjson.Fragment:
    params_type, _ = REQUESTS[method]
    params = params_type.model_validate(raw or {}, by_name=False, by_alias=True)
    function = handler(method)
    if inspect.iscoroutinefunction(function):
        response = await function(context(), params)
        return orjson.Fragment(_written(response))
    loop = asyncio.get_running_loop()

    def work() -> str | bytes:
        return _written(function(context(), params))

    text = await patiently(lambda: loop.run_in_executor(pool, work))
    return orjson.Fragment(text)


def _written(response: WireModel | bytes) -> str | bytes:
    if isinstance(response, bytes):
        return response
    return response.model_dump_json(by_alias=True)


def _expected(error: TaskError) -> JsonRpcException:
    return JsonRpcException(
        message=str(error),
        code=ERROR_CODES[error.kind],
        data={"kind": error.kind, "facts": error.data()},
    )


def _invalid(method: str, error: ValidationError) -> JsonRpcException:
    reasons = [
        f"{'.'.join(str(part) for part in found['loc'])}: {found['msg']}"
        for found in error.errors(
            include_url=False, include_context=False, include_input=False
        )
    ]
    return JsonRpcException(
        message=f"The params of {method} do not fit: {'; '.join(reasons)}",
        code=INVALID_PARAMS,
        data={"kind": "invalidParams", "facts": {"reasons": reasons}},
    )


def _fault(error: Exception) -> JsonRpcException:
    return JsonRpcException(
        message=f"Threadbook failed unexpectedly ({type(error).__name__}); "
        "the log has the place",
        code=INTERNAL_ERROR,
        data=ErrorData(kind="internal", facts={}).model_dump(by_alias=True),
    )


def _log_fault(method: str, error: Exception) -> None:
    """Log where it happened, not what it said: messages may quote conversations."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    _log.error("%s failed with %s\n%s", method, type(error).__name__, frames)
