/**
 * Whether a session counts as exported, in SQL: a batch has a finished file of it, or had one before people took it out
 * of the history.
 * @param sessionId an expression that gives the session's id.
 */
export function isExported(sessionId: string): string {
  return `(
    EXISTS (SELECT 1 FROM batch_items i WHERE i.session_id = ${sessionId} AND i.done = 1)
    OR EXISTS (SELECT 1 FROM exported_sessions e WHERE e.session_id = ${sessionId})
  )`;
}
