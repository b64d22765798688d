/** Export batches; schema.sql explains the columns. */
export const EXPORTS = `
CREATE TABLE batches (
  batch_id TEXT NOT NULL PRIMARY KEY,
  created_unix_micros INTEGER NOT NULL,
  finished_unix_micros INTEGER,
  document TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX batches_by_creation ON batches (created_unix_micros);

CREATE TABLE batch_items (
  batch_id TEXT NOT NULL REFERENCES batches ON DELETE CASCADE,
  position INTEGER NOT NULL,
  item_id TEXT NOT NULL,
  session_id TEXT NOT NULL,
  done INTEGER NOT NULL,
  words TEXT NOT NULL,
  document TEXT NOT NULL,
  PRIMARY KEY (batch_id, position),
  UNIQUE (batch_id, item_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX batch_items_by_session ON batch_items (session_id, done);
`;
