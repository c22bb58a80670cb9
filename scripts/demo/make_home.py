"""Write the demo's CODEX_HOME, as `threadbook demo` does, and a mock model's config.

    python scripts/demo/make_home.py --home DIR [--work DIR] [--base-url URL]
        [--seed N] [--now UNIX_MS]

The folders of the tasks are made below `--work`. With `--base-url` the config lets
Codex talk to the mock model there. The same arguments give the same bytes.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from mock_config import write_config

from threadbook.demo.home import make_home


def main() -> None:
    """Write the home."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--work", type=Path, help="without it only a config is written")
    parser.add_argument("--base-url", help="write a config for the mock model there")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--now", type=int, default=None, help="Unix milliseconds")
    options = parser.parse_args()
    home = options.home.resolve()
    if options.work:
        now = options.now or time.time_ns() // 1_000_000
        make_home(home, options.work.resolve(), now=now, seed=options.seed)
    if options.base_url:
        # So that `[[escalate:...]]` asks, which is what there is to be tried.
        write_config(
            home,
            options.base_url,
            model="gpt-5.5",
            approval="on-request",
            sandbox="workspace-write",
        )


if __name__ == "__main__":
    main()
