"""Writes one rollout of a size: `python -m bench.one_big HOME FOLDER MB`.

The task ran in FOLDER and is called "Look at this picture".
"""

from __future__ import annotations

import sys
from pathlib import Path

from bench.bench_rollout import make_big

if __name__ == "__main__":
    home, folder, megabytes = sys.argv[1:]
    make_big(Path(home), int(megabytes), cwd=folder)
