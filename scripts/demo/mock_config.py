"""The config.toml of a CODEX_HOME that knows the mock model and nothing else.

Imports nothing of its neighbours, so that the tests can import it, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_CONFIG = """\
model = "{model}"
model_provider = "mock"
approval_policy = "{approval}"
sandbox_mode = "{sandbox}"
check_for_update_on_startup = false

[model_providers.mock]
name = "mock"
base_url = "{base_url}"
wire_api = "responses"
requires_openai_auth = false
request_max_retries = 1
stream_max_retries = 1
stream_idle_timeout_ms = 20000
supports_websockets = false

[analytics]
enabled = false
[feedback]
enabled = false
[otel]
exporter = "none"
trace_exporter = "none"
metrics_exporter = "none"
[features]
apps = false
plugins = false
remote_plugin = false
daemon_auto_start = false
"""


def write_config(
    home: Path,
    base_url: str,
    *,
    model: str = "gpt-5",
    approval: str = "never",
    sandbox: str = "danger-full-access",
) -> None:
    """Write a config.toml whose only provider is the mock at *base_url*.

    Codex's terminal interface must not start its daemon, which would outlive us.
    """
    home.mkdir(parents=True, exist_ok=True)
    text = _CONFIG.format(
        model=model, approval=approval, sandbox=sandbox, base_url=base_url
    )
    (home / "config.toml").write_text(text, encoding="utf-8")
