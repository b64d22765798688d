/** A part of the source tree and what its modules may import besides themselves. */
export interface Layer {
  /** Folder, relative to the project's root. */
  readonly folder: string;
  /** Folders, or single modules without their suffix, of other layers. */
  readonly imports: readonly string[];
  /** Files of the project that are data, or folders of them. */
  readonly data?: readonly string[];
  /** npm packages. */
  readonly packages: readonly string[];
  /** Node's built-in modules: any, or these. */
  readonly builtins: 'any' | readonly string[];
  /** May read the wall clock and draw random numbers. */
  readonly clock?: true;
  /** May draw random ids. */
  readonly ids?: true;
}

/** Who may import whom. The architecture test holds it, and ESLint shows it while one types. */
export const LAYERS: readonly Layer[] = [
  { folder: 'shared', imports: [], packages: ['valibot', 'luxon'], builtins: [] },
  {
    folder: 'electron/media',
    imports: ['shared'],
    packages: ['xmlbuilder2'],
    builtins: ['node:zlib', 'node:crypto'],
  },
  {
    folder: 'electron/io',
    imports: ['electron/media', 'shared'],
    data: ['package.json'],
    packages: ['opusscript', 'opus-decoder'],
    builtins: 'any',
    clock: true,
    ids: true,
  },
  {
    folder: 'electron/catalog',
    imports: ['electron/io', 'shared'],
    packages: ['better-sqlite3'],
    builtins: 'any',
  },
  {
    folder: 'electron/services',
    imports: ['electron/media', 'electron/io', 'electron/catalog', 'shared'],
    packages: ['valibot', 'mediabunny'],
    builtins: 'any',
    ids: true,
  },
  {
    folder: 'electron/workers',
    imports: [
      'electron/services/export-job',
      'electron/services/peaks',
      'electron/io',
      'electron/media',
      'shared',
    ],
    packages: [],
    builtins: 'any',
  },
  {
    folder: 'electron/main',
    imports: ['electron/services', 'electron/workers', 'electron/io', 'shared'],
    packages: ['electron', 'electron-updater'],
    builtins: 'any',
  },
  {
    folder: 'electron/browser-host',
    imports: ['electron/services', 'electron/workers', 'electron/io', 'shared'],
    packages: ['ws'],
    builtins: 'any',
  },
  {
    folder: 'electron/cli',
    // `tailslate serve` starts host 2.
    imports: [
      'electron/services',
      'electron/workers',
      'electron/io',
      'electron/browser-host/run',
      'electron/browser-host/confine',
      'electron/browser-host/desktop',
      'electron/browser-host/reach',
      'shared',
    ],
    packages: ['commander'],
    builtins: 'any',
  },
  { folder: 'electron/preload', imports: ['shared'], packages: ['electron'], builtins: [] },
  {
    folder: 'renderer',
    imports: ['shared'],
    data: ['resources'],
    packages: ['svelte', 'bits-ui', '@lucide/svelte'],
    builtins: [],
    ids: true,
  },
];
