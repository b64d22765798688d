import fc from 'fast-check';
import type * as v from 'valibot';

/** What is looked at of any schema; valibot's own types tell each kind apart and nothing in general. */
interface Node {
  readonly type: string;
  readonly pipe?: readonly Node[];
  readonly entries?: Readonly<Record<string, Node>>;
  readonly item?: Node;
  readonly wrapped?: Node;
  readonly key?: Node;
  readonly value?: Node;
  readonly options?: readonly unknown[];
  readonly literal?: unknown;
  readonly requirement?: unknown;
}

interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly integer: boolean;
  readonly trimmed: boolean;
}

/** Keys that valibot leaves out of every record. */
const UNSAFE_KEYS: ReadonlySet<string> = new Set(['__proto__', 'prototype', 'constructor']);

/** Values that a schema takes and gives back unchanged, as JSON can carry them: no -0, nothing endless. */
export function arbitraryOf(schema: v.GenericSchema): fc.Arbitrary<unknown> {
  return arbitrary(schema);
}

function arbitrary(node: Node): fc.Arbitrary<unknown> {
  const { least, most, integer, trimmed } = boundsOf(node);
  switch (node.type) {
    case 'object':
    case 'strict_object':
      return objectOf(node.entries ?? {});
    case 'string': {
      const text = fc.string({ minLength: Math.max(0, least), maxLength: Math.min(most, least + 20) });
      return trimmed ? text.filter((value) => value.trim() === value) : text;
    }
    case 'number': {
      if (integer) {
        return fc.integer({
          min: Math.max(least, Number.MIN_SAFE_INTEGER),
          max: Math.min(most, Number.MAX_SAFE_INTEGER),
        });
      }
      const range = { min: Math.max(least, -1e300), max: Math.min(most, 1e300) };
      return fc.double({ ...range, noNaN: true }).map((value) => value + 0);
    }
    case 'boolean':
      return fc.boolean();
    case 'picklist':
      return fc.constantFrom(...(node.options ?? []));
    case 'literal':
      return fc.constant(node.literal);
    case 'union':
    case 'variant':
      return fc.oneof(...(node.options as readonly Node[]).map(arbitrary));
    case 'nullable':
      return fc.option(arbitrary(inner(node.wrapped)), { nil: null });
    case 'array':
      return fc.array(arbitrary(inner(node.item)), {
        minLength: Math.max(0, least),
        maxLength: Math.min(most, Math.max(0, least) + 3),
      });
    case 'record':
      return fc.dictionary(
        arbitrary(inner(node.key)).filter((key) => !UNSAFE_KEYS.has(key as string)) as fc.Arbitrary<string>,
        arbitrary(inner(node.value)),
        { maxKeys: 3, noNullPrototype: true },
      );
    default:
      throw new Error(`no arbitrary for a schema of type ${node.type}`);
  }
}

/** Optional entries are there or left out, as a caller writes them. */
function objectOf(entries: Readonly<Record<string, Node>>): fc.Arbitrary<object> {
  const isOptional = ({ type }: Node): boolean => type === 'optional' || type === 'exact_optional';
  const model = Object.fromEntries(
    Object.entries(entries).map(([key, node]) => [
      key,
      arbitrary(isOptional(node) ? inner(node.wrapped) : node),
    ]),
  );
  const requiredKeys = Object.keys(entries).filter((key) => !isOptional(inner(entries[key])));
  return fc.record(model, { requiredKeys, noNullPrototype: true });
}

function boundsOf(node: Node): Bounds {
  const actions = actionsOf(node);
  const limit = (...types: readonly string[]): number[] =>
    actions
      .filter(({ type, requirement }) => types.includes(type) && typeof requirement === 'number')
      .map(({ requirement }) => requirement as number);
  return {
    least: Math.max(node.type === 'number' ? -Infinity : 0, ...limit('min_value', 'min_length')),
    most: Math.min(Infinity, ...limit('max_value', 'max_length')),
    integer: actions.some(({ type }) => type === 'integer' || type === 'safe_integer'),
    trimmed: actions.some(({ type }) => type === 'trim'),
  };
}

/** What is asked of a value beyond its type; the first part of a pipe is a schema that may be a pipe itself. */
function actionsOf({ pipe = [] }: Node): readonly Node[] {
  const [schema, ...actions] = pipe;
  return schema === undefined ? [] : [...actionsOf(schema), ...actions];
}

function inner(node: Node | undefined): Node {
  if (node === undefined) throw new Error('a schema lacks its part');
  return node;
}
