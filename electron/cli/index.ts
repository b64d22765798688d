#!/usr/bin/env node
// The terminal's entry. Nothing is imported statically: native addons end an older Node with a crash,
// so its version is checked before anything that could load one.
const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24) {
  console.error(`tailslate needs Node 24 or newer; this is ${process.version}`);
  console.error(
    'Inside the project run it as "npm run tailslate --", which brings its own Node; or install Node 24.',
  );
  process.exit(1);
}

// Compiled code is kept beside the program, as trusted as the program is: loading takes half the time the next time.
// Where that cannot be written, as in a system's own folder, nothing is kept.
if (import.meta.filename.endsWith('.js')) {
  process.getBuiltinModule('node:module').enableCompileCache(`${import.meta.dirname}/.compiled`);
}

await import('../io/thread-pool.ts');
const { main } = await import('./main.ts');
await main(process.argv.slice(2));

export {};
