import type { Api } from '../../shared/ipc/contract.ts';

/** A command of the window's registry, as the window publishes it. */
export type Command = Parameters<Api['app']['describeCommands']>[0]['commands'][number];
