"""Where the frozen sidecar begins: `extension/bundled/threadbook/threadbook`."""

from __future__ import annotations

from multiprocessing import freeze_support

from threadbook.cli.main import main

if __name__ == "__main__":
    # The index summarises big homes in worker processes, which start here again.
    freeze_support()
    main()
