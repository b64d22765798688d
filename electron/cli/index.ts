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

const { main } = await import('./main.ts');
await main(process.argv.slice(2));

export {};
