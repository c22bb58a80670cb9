"""Read Codex's files: every generation, any size, any damage.

Other rooms use these doors and need to know no line format:

- `rollout.summary.summarize(path, checkpoint)`: one file to a `RolloutSummary`
  and its turn spans; incremental, so that a grown file costs only its tail.
- `rollout.merge.merge(rollouts)`: all files of one thread to a `ThreadSummary`.
- `rollout.thread.read_turns(spans)`: spans to turns with their items, reading
  only the bytes of those spans.
- `rollout.thread.read_item(span, item_id)`: one item with its texts whole.
- `rollout.texts.search_texts(spans)`: what the full-text index keeps of turns.
- `rollout.names.read_names(path)`: `session_index.jsonl`.

Below them: `lines` (bytes to lines, `elide` for huge ones), `heads` (what a line is
without parsing it), `formats` (lines to `records`), `fold` and `items_fold` (records
to summaries and to items).

Knows nothing of SQLite, of the wire, of clocks, of other processes.
"""
