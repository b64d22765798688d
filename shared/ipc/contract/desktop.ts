import * as v from 'valibot';
import { call, type Domain } from '../declare.ts';
import { path, nothing, text } from './values.ts';

/** What only a desktop can do; where it cannot be done the call fails with `unavailable`. */
export const desktop = {
  calls: {
    /** Null when the dialog was dismissed. */
    pickFolder: call(
      v.strictObject({ title: text(200), startFolder: v.nullable(path) }),
      v.object({ path: v.nullable(path) }),
    ),
    /** Files and session folders to open. */
    pickPaths: call(v.strictObject({ title: text(200) }), v.object({ paths: v.array(path) })),
    reveal: call(v.strictObject({ path }), nothing),
    /** Only addresses on the program's own list. */
    openExternal: call(v.strictObject({ url: text(2000) }), nothing),
    /** The folders in a folder, within the roots the host was started with; null for the roots themselves. */
    listFolder: call(
      v.strictObject({ path: v.nullable(path) }),
      v.object({
        path: v.nullable(path),
        parent: v.nullable(path),
        writable: v.boolean(),
        folders: v.array(v.object({ name: text(300), path })),
        /** Files that `library.add` may take. */
        files: v.array(v.object({ name: text(300), path })),
      }),
    ),
    makeFolder: call(v.strictObject({ parent: path, name: text(200) }), v.object({ path })),
  },
  values: {},
} as const satisfies Domain;
