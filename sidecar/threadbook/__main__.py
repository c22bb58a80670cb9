"""`python -m threadbook` is the `threadbook` command."""

from __future__ import annotations

from threadbook.cli.main import main

if __name__ == "__main__":
    main()
