// `npm run sbom`: out/sbom.cdx.json, a CycloneDX list of what is shipped: the packages that the build took code from or
// that are installed beside it (as out/licences.txt has them), and Electron. Made from npm's own list of everything, of which most are tools.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const { status, stdout, stderr } = spawnSync(npm, ['sbom', '--sbom-format', 'cyclonedx'], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 1 << 28,
  shell: process.platform === 'win32',
});
if (status !== 0) {
  console.error(`npm sbom failed: ${stderr.trim()}`);
  process.exit(1);
}
const { components, dependencies, ...rest } = JSON.parse(stdout);
const licences = readFileSync(join(root, 'out/licences.txt'), 'utf8');
const shipped = new Set(
  Array.from(licences.matchAll(/^ {2}(\S+) (\S+) \(/gm), ([, name, version]) => `${name}@${version}`),
);
const kept = components.filter(
  ({ name, version }) => name === 'electron' || shipped.has(`${name}@${version}`),
);
const refs = new Set([rest.metadata.component['bom-ref'], ...kept.map((part) => part['bom-ref'])]);
// Neither time nor serial number: the same program has the same list.
delete rest.metadata.timestamp;
delete rest.serialNumber;
const document = {
  ...rest,
  components: kept.map((part) => ({ ...part, scope: 'required', properties: undefined })),
  dependencies: dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((name) => refs.has(name)) })),
};
writeFileSync(join(root, 'out/sbom.cdx.json'), `${JSON.stringify(document, undefined, 2)}\n`);
const missing = [...shipped].filter((id) => !kept.some(({ name, version }) => `${name}@${version}` === id));
if (missing.length > 0) {
  console.error(`npm does not list ${missing.join(', ')}`);
  process.exit(1);
}
console.error(`out/sbom.cdx.json: ${kept.length} packages`);
