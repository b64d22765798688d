/** Export batches; schema.sql explains the columns. */
export const EXPORTS = `
CREATE TABLE batches (
  batch_id TEXT NOT NULL PRIMARY KEY,
  created_unix_micros INTEGER NOT NULL,
  finished_unix_micros INTEGER,
  words TEXT NOT NULL,
  document TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX batches_by_creation ON batches (created_unix_micros);

CREATE TABLE batch_sessions (
  session_id TEXT NOT NULL,
  batch_id TEXT NOT NULL REFERENCES batches ON DELETE CASCADE,
  done INTEGER NOT NULL,
  PRIMARY KEY (session_id, batch_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX batch_sessions_by_batch ON batch_sessions (batch_id);
`;
