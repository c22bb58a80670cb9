"""Read Codex's files: every generation, any size, any damage.

Other rooms use four doors and need to know no line format:

- `rollout.summary.summarize(path, checkpoint)`: one file to a `RolloutSummary`
  and its turn spans; incremental, so that a grown file costs only its tail.
- `rollout.merge.merge(rollouts)`: all files of one thread to a `ThreadSummary`.
- `rollout.thread.read_turns(spans)`: spans to turns with their items, reading
  only the bytes of those spans.
- `rollout.names.read_names(path)`: `session_index.jsonl`.

Knows nothing of SQLite, of the wire, of clocks, of other processes.
"""
