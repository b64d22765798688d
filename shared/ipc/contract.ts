import { app } from './contract/app.ts';
import { desktop } from './contract/desktop.ts';
import { exports } from './contract/exports.ts';
import { library } from './contract/library.ts';
import { recording } from './contract/recording.ts';
import { settingsDomain } from './contract/settings.ts';
import type { ApiOf, ValueName, ValueOf } from './declare.ts';

/**
 * Everything the program does for a window, a page or a terminal, declared once. Hosts serve it, clients connect
 * to it, and both check what crosses with these validators.
 */
export const contract = { app, library, exports, settings: settingsDomain, recording, desktop } as const;

export type Contract = typeof contract;
export type Api = ApiOf<Contract>;
/** Names of the watched values, as `watch` takes them. */
export type WatchName = ValueName<Contract>;
export type WatchValue<N extends WatchName> = ValueOf<Contract, N>;
