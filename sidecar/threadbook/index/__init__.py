"""The tasks index: derived, disposable, shared by all windows and the CLI.

Rollouts are ground truth: deleting the index file loses nothing, a wrong schema
version rebuilds it. The only room (with `book`) that knows SQLite.
"""
