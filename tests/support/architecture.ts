import { posix } from 'node:path';
import ts from 'typescript';
import { importsOf, parseSource, visit, type Source } from './imports.ts';
import { LAYERS, type Layer } from './layers.ts';

/** Hosts and their entry points: the only modules that may be called `index`. */
const ENTRY = /^electron\/(?:main|preload|browser-host|cli)\/index\.ts$/;
const KEBAB = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.(?:worker|worklet|svelte|d))?\.ts$/;
const PASCAL = /^(?:[A-Z][a-z0-9]*)+\.svelte$/;
const NAMELESS = /^(?:utils?|helpers?|common|misc|index)\./;
/** Where nothing may depend on the machine: globals that would let it in. */
const AMBIENT = new Set(['process', 'performance', 'fetch', 'setTimeout', 'setInterval', 'setImmediate']);
const CLOCK = new Set(['Date.now', 'DateTime.now', 'Math.random']);
const RANDOM = new Set(['randomUUID', 'randomBytes', 'randomInt', 'randomFillSync', 'getRandomValues']);

/** What the given modules do that the house rules forbid, one sentence each, the module's path first. */
export function violations(sources: readonly Source[]): string[] {
  const paths = new Set(sources.map((source) => source.path));
  const graph = new Map<string, string[]>();
  const found: string[] = [];
  for (const source of sources) {
    const layer = layerOf(source.path);
    const file = parseSource(source);
    const imports = importsOf(file).map((name) => (name.startsWith('.') ? target(source.path, name) : name));
    graph.set(
      source.path,
      imports.filter((name) => paths.has(name)),
    );
    const sentences = [
      ...nameViolations(source.path),
      ...(isBarrel(file) ? ['only passes on what other modules export'] : []),
      ...(layer === undefined ? ['belongs to no layer'] : layerViolations(layer, file, imports)),
    ];
    found.push(...sentences.map((sentence) => `${source.path} ${sentence}`));
  }
  return [...found, ...cycles(graph).map((cycle) => `${cycle.join(' -> ')} is a cycle`)];
}

function layerOf(path: string): Layer | undefined {
  return LAYERS.find((layer) => path.startsWith(`${layer.folder}/`));
}

function target(from: string, specifier: string): string {
  return posix.join(posix.dirname(from), specifier.replace(/\?.*$/, ''));
}

function nameViolations(path: string): string[] {
  const name = posix.basename(path);
  if (NAMELESS.test(name) && !ENTRY.test(path)) return ['is named for no noun'];
  if (path.endsWith('.svelte'))
    return PASCAL.test(name) ? [] : ['is a component whose name is not PascalCase'];
  return KEBAB.test(name) ? [] : ['is not named in kebab-case'];
}

function isBarrel(file: ts.SourceFile): boolean {
  const passesOn = (statement: ts.Statement): boolean =>
    ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined;
  return file.statements.length > 0 && file.statements.every(passesOn);
}

function layerViolations(layer: Layer, file: ts.SourceFile, imports: readonly string[]): string[] {
  const imported = imports.filter((name) => !mayImport(layer, name)).map((name) => `imports ${name}`);
  return [...imported, ...machineViolations(layer, file)];
}

function mayImport(layer: Layer, name: string): boolean {
  if (name.startsWith('node:')) return layer.builtins === 'any' || layer.builtins.includes(name);
  const within = (folder: string): boolean => name.startsWith(`${folder}/`) || name.startsWith(`${folder}.`);
  if (within(layer.folder) || layer.imports.some(within)) return true;
  if (layer.data?.some((path) => name === path || name.startsWith(`${path}/`)) === true) return true;
  return layer.packages.some((allowed) => name === allowed || name.startsWith(`${allowed}/`));
}

/** Reads of the clock, random numbers and, in the pure layers, anything else of the machine. */
function machineViolations(layer: Layer, file: ts.SourceFile): string[] {
  const pure = layer.builtins !== 'any' && layer.folder !== 'renderer' && layer.folder !== 'electron/preload';
  const found: string[] = [];
  visit(file, (node) => {
    const name = ts.isElementAccessExpression(node) ? elementName(node) : node.getText(file);
    if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
      if (layer.clock === undefined && CLOCK.has(name)) found.push(`calls ${name}`);
    } else if (ts.isNewExpression(node) && node.expression.getText(file) === 'Date') {
      if (layer.clock === undefined && (node.arguments?.length ?? 0) === 0) found.push('calls new Date()');
    } else if (ts.isIdentifier(node)) {
      if (layer.ids === undefined && RANDOM.has(name)) found.push(`calls ${name}`);
      if (pure && AMBIENT.has(name) && isUse(node)) found.push(`uses ${name}`);
    }
  });
  return found;
}

function elementName(node: ts.ElementAccessExpression): string {
  const key = ts.isStringLiteralLike(node.argumentExpression) ? node.argumentExpression.text : '';
  return `${node.expression.getText()}.${key}`;
}

/** Whether an identifier stands for a value by that name, and is not the name of a member or declaration. */
function isUse(node: ts.Identifier): boolean {
  return !('name' in node.parent && node.parent.name === node);
}

/** Circles in who imports whom, each written from its first module round to it again. */
function cycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const walk = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) found.push([...trail.slice(start), path]);
    if (start >= 0 || done.has(path)) return;
    for (const next of graph.get(path) ?? []) walk(next, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) walk(path, []);
  return found;
}
