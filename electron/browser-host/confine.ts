import { troubleOfError } from '../../shared/model/detailed-error.ts';
import { AppError } from '../../shared/model/errors.ts';
import type { HostedApp } from '../services/hosted-app.ts';
import { realRoots, within, withinOrNew } from './reach.ts';

type Calls = HostedApp['implementations'];
type Added = Awaited<ReturnType<Calls['library']['calls']['add']>>;

/**
 * The program for a page, which names paths as it likes: what it opens and where it writes lies within the roots,
 * whatever links lead out of them. Everything else a page names is an id that the program looks up.
 * @param roots folders; those that are not there are left out.
 */
export function confined(app: HostedApp, roots: readonly string[]): HostedApp {
  const { library, exports } = app.implementations;
  const inside = async <T extends { readonly outFolder: string }>(request: T): Promise<T> => ({
    ...request,
    outFolder: await withinOrNew(request.outFolder, await realRoots(roots)),
  });
  return {
    media: app.media,
    acceptPackets: (frame) => app.acceptPackets(frame),
    close: () => app.close(),
    implementations: {
      ...app.implementations,
      library: {
        values: library.values,
        calls: {
          ...library.calls,
          add: async ({ paths, copy }) => {
            const { reachable, refused } = await sorted(paths, await realRoots(roots));
            if (reachable.length === 0) return { taken: [], refused };
            const added = await library.calls.add({ paths: reachable, copy });
            return { taken: added.taken, refused: [...refused, ...added.refused] };
          },
        },
      },
      exports: {
        values: exports.values,
        calls: {
          ...exports.calls,
          plan: async (request) => exports.calls.plan(await inside(request)),
          start: async (request) => exports.calls.start(await inside(request)),
        },
      },
    },
  };
}

/** The paths within the roots, without links, and why the others are not taken. */
async function sorted(
  paths: readonly string[],
  roots: readonly string[],
): Promise<{ readonly reachable: readonly string[]; readonly refused: Added['refused'] }> {
  const reachable: string[] = [];
  const refused: Added['refused'][number][] = [];
  for (const path of paths) {
    try {
      reachable.push(await within(path, roots));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      refused.push({ path, trouble: troubleOfError(error) });
    }
  }
  return { reachable, refused };
}
