import type { Api } from '../../shared/ipc/contract.ts';
import type { WholeApp } from '../support/whole-app.ts';

/** Everything of these sessions, as the built-in archive preset has it. */
export async function archiveOf(
  { api }: WholeApp,
  sessionIds: readonly string[],
  outFolder: string,
): Promise<Parameters<Api['exports']['start']>[0]> {
  const { presets } = await api.exports.offers({});
  const archive = presets.find(({ presetId }) => presetId === 'archive');
  if (archive === undefined) throw new Error('there is no archive preset');
  return {
    selection: sessionIds.map((sessionId) => ({ sessionId, playerIds: null })),
    presetId: 'archive',
    choices: archive.choices,
    outFolder,
  };
}
