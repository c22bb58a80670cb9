"""Progress: a long request tells how far it is, as LSP has it (`$/progress`).

For clients that send a `workDoneToken` with the request.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from threadbook.handlers.progress import reporting

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    Notify = Callable[[str, Any], None]


def take_token(raw: Any) -> tuple[Any, object]:
    """Return the params without their token, and the token; None: there is none."""
    if not isinstance(raw, dict):
        return raw, None
    params = dict(cast("dict[str, Any]", raw))
    token = params.pop("workDoneToken", None)
    return params, token


@contextmanager
def told(notify: Notify, token: object, title: str) -> Generator[None]:
    """Tell the client how far the request inside the block is; on the loop."""
    if not isinstance(token, str | int):
        yield
        return

    def tell(value: dict[str, object]) -> None:
        notify("$/progress", {"token": token, "value": value})

    def report(done: int, total: int) -> None:
        percentage = 100 * done // total if total else 100
        said = {"message": f"{done}/{total}", "percentage": percentage}
        tell({"kind": "report", **said})

    tell({"kind": "begin", "title": title, "cancellable": True, "percentage": 0})
    try:
        with reporting(report):
            yield
    finally:
        tell({"kind": "end"})
