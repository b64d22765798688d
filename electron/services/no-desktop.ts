import type { Contract } from '../../shared/ipc/contract.ts';
import type { Implementations } from '../../shared/ipc/declare.ts';
import { AppError } from '../../shared/model/errors.ts';

type Desktop = Implementations<Contract>['desktop'];

/** A desktop of which nothing can be had; a host puts what it has over it. */
export const NO_DESKTOP: Desktop = {
  calls: {
    pickFolder: () => unavailable('A folder dialog'),
    pickPaths: () => unavailable('A file dialog'),
    reveal: () => unavailable('The file manager'),
    openExternal: () => unavailable('Opening another page'),
    listFolder: () => unavailable('A list of folders'),
    makeFolder: () => unavailable('Making a folder'),
  },
  values: {},
};

function unavailable(what: string): Promise<never> {
  return Promise.reject(
    new AppError('unavailable', `${what} is not to be had from a page in a browser.`, {
      next: 'Use the desktop program for it.',
    }),
  );
}
