-- The catalog as the newest migration leaves it. Nothing reads this file at run time: the migrations make the schema,
-- and a test holds them to this text. SCHEMA.md tells what holds between tables and files.

-- A session: what its folder says (facts), what people said about it (annotations), and columns to sort and find by.
CREATE TABLE sessions (
  session_key INTEGER PRIMARY KEY,
  -- Name of the session everywhere in the program; the log's own, or one derived from it for a second copy.
  session_id TEXT NOT NULL UNIQUE,
  -- The id that the logs state.
  log_session_id TEXT NOT NULL,
  -- 'library': folder is a name within the library folder. 'linked': folder is an absolute path.
  place TEXT NOT NULL CHECK (place IN ('library', 'linked')),
  folder TEXT NOT NULL,
  -- 'tailslate' or 'nano-wal'.
  format TEXT NOT NULL,
  -- Names, sizes and times of the files that the facts were read from; other files mean other facts.
  fingerprint TEXT NOT NULL,
  -- JSON: what the logs and the manifest say.
  facts TEXT NOT NULL,
  -- JSON: what people changed; a copy of the file that annotations lie in.
  annotations TEXT NOT NULL,
  -- As shown: edited or recorded.
  title TEXT NOT NULL,
  -- The title without case, for sorting.
  title_key TEXT NOT NULL,
  -- Wall clock at T0, microseconds since 1970 UTC; NULL when nothing tells it.
  start_unix_micros INTEGER,
  -- IANA zone it was recorded in; NULL when nothing tells it.
  zone TEXT,
  -- Samples of 1/48000 s from T0 to the end.
  duration_samples INTEGER NOT NULL,
  -- Bytes of all files in the folder.
  size_bytes INTEGER NOT NULL,
  player_count INTEGER NOT NULL,
  -- JSON array of { playerId, name, colorIndex }, as a row of the list shows them.
  players TEXT NOT NULL,
  -- JSON array of strings; session_tags holds the same for finding.
  tags TEXT NOT NULL,
  -- States, 0 or 1 each.
  recording INTEGER NOT NULL,
  recovered INTEGER NOT NULL,
  damaged INTEGER NOT NULL,
  exported INTEGER NOT NULL,
  missing INTEGER NOT NULL,
  newer INTEGER NOT NULL,
  -- 1 while it is on its way to the trash: in no list, but it can be restored.
  hidden INTEGER NOT NULL,
  UNIQUE (place, folder)
) STRICT;

CREATE INDEX sessions_by_start ON sessions (start_unix_micros, session_key);
CREATE INDEX sessions_by_title ON sessions (title_key, session_key);
CREATE INDEX sessions_by_length ON sessions (duration_samples, session_key);
CREATE INDEX sessions_by_size ON sessions (size_bytes, session_key);
CREATE INDEX sessions_by_players ON sessions (player_count, session_key);

CREATE TABLE session_tags (
  tag TEXT NOT NULL,
  session_key INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
  PRIMARY KEY (tag, session_key)
) STRICT, WITHOUT ROWID;

CREATE INDEX session_tags_by_session ON session_tags (session_key);

-- Words of each session, by session_key as rowid; the texts themselves are not kept a second time.
CREATE VIRTUAL TABLE search USING fts5 (
  title, players, tags, markers, notes,
  content = '', contentless_delete = 1, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2'
);

-- One row about the catalog itself.
CREATE TABLE condition (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  -- 1 while a program has it open. Found so on opening, the one before did not close it in order.
  is_open INTEGER NOT NULL,
  -- 1 once everything on the disk has been taken in.
  is_complete INTEGER NOT NULL
) STRICT;

-- Export batches; the journals in .tailslate/exports are the truth.
CREATE TABLE batches (
  batch_id TEXT NOT NULL PRIMARY KEY,
  -- Microseconds since 1970 UTC.
  created_unix_micros INTEGER NOT NULL,
  -- NULL while any item is still to be done.
  finished_unix_micros INTEGER,
  -- JSON: the batch without its items.
  document TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX batches_by_creation ON batches (created_unix_micros);

-- The files of a batch, in order.
CREATE TABLE batch_items (
  batch_id TEXT NOT NULL REFERENCES batches ON DELETE CASCADE,
  position INTEGER NOT NULL,
  item_id TEXT NOT NULL,
  session_id TEXT NOT NULL,
  -- 1 once the file is finished.
  done INTEGER NOT NULL,
  -- Session title, player and file name in lower case, one a line: what a search looks at.
  words TEXT NOT NULL,
  -- JSON: the whole item.
  document TEXT NOT NULL,
  PRIMARY KEY (batch_id, position),
  UNIQUE (batch_id, item_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX batch_items_by_session ON batch_items (session_id, done);

-- Sessions that were exported by a batch that people took out of the history; the journals say so as well.
CREATE TABLE exported_sessions (
  session_id TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;
