"""Where the frozen sidecar begins: `extension/bundled/threadbook/threadbook`."""

from __future__ import annotations

from threadbook.cli.main import main

if __name__ == "__main__":
    main()
