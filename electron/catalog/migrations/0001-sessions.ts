/** Sessions, their tags and the words to find them by; schema.sql explains the columns. */
export const SESSIONS = `
CREATE TABLE sessions (
  session_key INTEGER PRIMARY KEY,
  session_id TEXT NOT NULL UNIQUE,
  log_session_id TEXT NOT NULL,
  place TEXT NOT NULL CHECK (place IN ('library', 'linked')),
  folder TEXT NOT NULL,
  format TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  facts TEXT NOT NULL,
  annotations TEXT NOT NULL,
  title TEXT NOT NULL,
  title_key TEXT NOT NULL,
  start_unix_micros INTEGER,
  zone TEXT,
  duration_samples INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL,
  player_count INTEGER NOT NULL,
  players TEXT NOT NULL,
  tags TEXT NOT NULL,
  recording INTEGER NOT NULL,
  recovered INTEGER NOT NULL,
  damaged INTEGER NOT NULL,
  exported INTEGER NOT NULL,
  missing INTEGER NOT NULL,
  newer INTEGER NOT NULL,
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

CREATE VIRTUAL TABLE search USING fts5 (
  title, players, tags, markers, notes,
  content = '', contentless_delete = 1, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2'
);

CREATE TABLE condition (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  is_open INTEGER NOT NULL,
  is_complete INTEGER NOT NULL
) STRICT;
INSERT INTO condition VALUES (1, 0, 0);
`;
