"""The tasks index: derived, disposable, shared by all windows and the CLI.

Rollouts are ground truth: deleting the index file loses nothing, a wrong schema
version rebuilds it. The only room (with `book`) that knows SQLite.

Doors for the rooms above:

- `index.tasks.open_index(home)`: an `Index`, which answers (list, get, resolve,
  last, spans, ...). Thread-safe; every process may have one.
- `index.sync.Sync(home, index)`: brings the index up to date with the files.
- `index.types`: what is asked and answered.

Two locks let many processes share one index (`leadership.py`): whoever holds the
lease keeps it up to date for all; nobody waits for a lock to read.
"""
