/** Sessions whose exports left the history; schema.sql explains the column. */
export const EXPORTED = `
CREATE TABLE exported_sessions (
  session_id TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;
`;
