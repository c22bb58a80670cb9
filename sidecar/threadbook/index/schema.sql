-- The whole index. Derived from CODEX_HOME: never migrated, only rebuilt
-- (schema.py makes the version from this text).

CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value
) WITHOUT ROWID;

-- Counts up with every change of a task; rows remember when they changed last.
INSERT INTO meta VALUES ('change', 0);

-- Tells this file from all others that lay or will lie at its path.
INSERT INTO meta VALUES ('epoch', hex(randomblob(16)));

-- One row a rollout file. Narrow, because every scan reads it whole.
CREATE TABLE files (
  id INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again: passages are named by it
  path BLOB NOT NULL UNIQUE,          -- below CODEX_HOME; bytes, as names may be any
  thread_id TEXT NOT NULL,
  rollout_id TEXT NOT NULL,
  base_rollout_id TEXT,               -- history_base: where the prefix lies ...
  base_end INTEGER,                   -- ... and the ordinal before which it ends
  inode INTEGER NOT NULL,
  size INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  offset INTEGER NOT NULL,            -- complete lines read, uncompressed bytes
  fingerprint BLOB,                   -- of the bytes around 0 and `offset`
  version INTEGER NOT NULL,           -- the change that wrote this row last
  unfilled_from INTEGER DEFAULT 0     -- first turn whose texts can't be found yet
);
CREATE INDEX files_by_thread ON files (thread_id);
CREATE INDEX files_by_rollout ON files (rollout_id);
CREATE INDEX files_by_base ON files (base_rollout_id)
  WHERE base_rollout_id IS NOT NULL;

CREATE INDEX files_unfilled ON files (id) WHERE unfilled_from IS NOT NULL;

-- The heavy part of a file's row.
CREATE TABLE summaries (
  file_id INTEGER PRIMARY KEY,
  summary BLOB NOT NULL,              -- RolloutSummary
  checkpoint BLOB                     -- rollout.summary's, to go on from `offset`
);

-- When a file's tokens were used, where its summary does not say it (spending.py).
CREATE TABLE spent (
  file_id INTEGER PRIMARY KEY,
  spent BLOB NOT NULL
);

-- One row a turn, numbered from 0 in its file.
CREATE TABLE spans (
  file_id INTEGER NOT NULL,
  number INTEGER NOT NULL,
  start INTEGER NOT NULL,
  "end" INTEGER,
  turn_id TEXT NOT NULL,
  start_ordinal INTEGER,
  started_at INTEGER,
  status TEXT NOT NULL,
  preview TEXT NOT NULL,
  message_count INTEGER NOT NULL,
  dropped INTEGER NOT NULL,
  PRIMARY KEY (file_id, number)
) WITHOUT ROWID;

-- What Codex says of a thread elsewhere than in its rollouts.
CREATE TABLE said (
  thread_id TEXT PRIMARY KEY,
  said BLOB NOT NULL                  -- codex_state.Said
) WITHOUT ROWID;

-- One row a task: what lists filter and sort by.
CREATE TABLE tasks (
  thread_id TEXT PRIMARY KEY,
  state TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  size INTEGER NOT NULL,
  title TEXT NOT NULL,                -- display name, casefolded, cut
  sub_agent INTEGER NOT NULL,
  status TEXT NOT NULL,
  folder TEXT,                        -- folders.folder_key(cwd)
  name TEXT,
  model TEXT,
  provider TEXT,
  source TEXT,
  branch TEXT,
  parent TEXT,                        -- the thread whose sub-agent this is
  origin TEXT,                        -- the thread that this was forked from
  limits_at INTEGER,
  active_file INTEGER NOT NULL,
  changed_at INTEGER NOT NULL         -- meta.change
) WITHOUT ROWID;
CREATE INDEX tasks_by_updated ON tasks (state, updated_at, thread_id, sub_agent);
CREATE INDEX tasks_by_created ON tasks (state, created_at, thread_id, sub_agent);
CREATE INDEX tasks_by_size ON tasks (state, size, thread_id, sub_agent);
CREATE INDEX tasks_by_title ON tasks (state, title, thread_id, sub_agent);
CREATE INDEX tasks_by_folder ON tasks (state, folder, updated_at, thread_id, sub_agent)
  WHERE folder IS NOT NULL;
CREATE INDEX tasks_by_name ON tasks (name) WHERE name IS NOT NULL;
CREATE INDEX tasks_by_parent ON tasks (parent) WHERE parent IS NOT NULL;
CREATE INDEX tasks_by_origin ON tasks (origin) WHERE origin IS NOT NULL;
CREATE INDEX tasks_by_limits ON tasks (limits_at) WHERE limits_at IS NOT NULL;
CREATE INDEX tasks_by_change ON tasks (changed_at);

-- The heavy part of a task's row.
CREATE TABLE task_rows (
  thread_id TEXT PRIMARY KEY,
  data BLOB NOT NULL                  -- TaskRow
);

-- Tasks whose files are gone, for those who follow changes.
CREATE TABLE removed (
  thread_id TEXT PRIMARY KEY,
  changed_at INTEGER NOT NULL
) WITHOUT ROWID;

-- The texts of one turn, compressed: for snippets, and to take words out again.
CREATE TABLE passages (
  turn INTEGER PRIMARY KEY,           -- passages.turn_number
  data BLOB NOT NULL
);

-- Files that are gone, whose passages are still there.
CREATE TABLE orphans (
  file_id INTEGER PRIMARY KEY
);

-- Row numbers are passages.passage_number; columns are what words.prepare returns.
CREATE VIRTUAL TABLE words USING fts5 (
  text, parts,
  content = '', tokenize = 'unicode61 remove_diacritics 2'
);
