"""Where the frozen sidecar begins: `extension/bundled/threadbook/threadbook`."""

from __future__ import annotations

import sys

from threadbook.index import looker

if __name__ == "__main__":
    if sys.argv[1:] == [looker.FROZEN_FLAG]:
        looker.main()
    else:
        from threadbook.cli.main import main

        main()
