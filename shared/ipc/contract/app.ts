import * as v from 'valibot';
import { call, type Domain } from '../declare.ts';
import { id, nothing, path, text, whole } from './values.ts';

/** What only some hosts can do; the window offers nothing that would be refused. */
const abilities = v.object({
  /** Native dialogs for folders and files; otherwise `desktop.listFolder` feeds a browser of ours. */
  pickPaths: v.boolean(),
  reveal: v.boolean(),
  trash: v.boolean(),
  /** A menu bar of the system's that the host builds from `describeCommands`. */
  nativeMenu: v.boolean(),
});

export const appInfo = v.object({
  version: text(40),
  host: v.picklist(['electron', 'browser', 'in-process']),
  platform: v.picklist(['darwin', 'win32', 'linux']),
  /** BCP 47, of the machine. */
  locale: text(40),
  libraryFolder: path,
  abilities,
});

const command = v.object({
  id,
  title: text(100),
  /** Menu it stands in, in reading order: file, edit, view, session, window, help, export-batch. */
  menu: id,
  /** Electron accelerator syntax; null without one. */
  shortcut: v.nullable(text(60)),
  enabled: v.boolean(),
  checked: v.nullable(v.boolean()),
});

export const app = {
  calls: {
    info: call(nothing, appInfo),
    /** What this installation is and can do, redacted for a problem report: part by part, and as a text. */
    diagnose: call(
      nothing,
      v.object({
        /** Whether sessions can be exported here. */
        ok: v.boolean(),
        version: text(40),
        parts: v.array(v.object({ name: text(100), ok: v.boolean(), detail: text(10_000) })),
        /** What failed lately, the newest last. */
        faults: v.array(text(10_000)),
        text: text(200_000),
      }),
    ),
    /** Names and licences of everything shipped. */
    licences: call(nothing, v.object({ text: text(2_000_000) })),
    /** The window's command registry, which the native menu shows. */
    describeCommands: call(v.strictObject({ commands: v.pipe(v.array(command), v.maxLength(300)) }), nothing),
    /** Something went wrong in the window itself; noted without personal data. */
    noteFault: call(v.strictObject({ message: text(2000), place: text(200) }), nothing),
  },
  values: {
    /** The last command chosen in a native menu; `serial` grows with each. */
    menuCommand: v.object({ serial: whole, command: v.nullable(id) }),
    /** Paths that the system handed over (dropped on the icon, opened by file association), to be added. */
    openedPaths: v.object({ serial: whole, paths: v.array(path) }),
  },
} as const satisfies Domain;
