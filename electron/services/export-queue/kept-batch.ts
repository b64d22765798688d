import * as v from 'valibot';
import { existing, projectFormat } from '../../../shared/ipc/contract/export-choices.ts';
import { exportBatch, exportItem } from '../../../shared/ipc/contract/exports.ts';
import { path, rate } from '../../../shared/ipc/contract/values.ts';
import { MIX_KBPS } from '../../../shared/model/media-formats.ts';
import type { Batch, QueuedItem } from './batch.ts';

/**
 * Batches as they are kept, checked when they are read: they come with their library, which may be anybody's. What is
 * checked stays the object that was read, fields of other versions included.
 */

const samples = v.pipe(v.number(), v.safeInteger());
const name = v.pipe(v.string(), v.maxLength(2000));

/** Of a name that stays in its folder; behind a colon Windows has a drive's own folder, or another stream. */
const fileName = v.pipe(name, v.regex(/^[^/\\:\0]+$/u), v.notValue('.'), v.notValue('..'));

/** A way down from a folder, with forward slashes; empty for none. */
const subfolder = v.pipe(
  name,
  v.check((way) => way === '' || way.split('/').every((part) => v.is(fileName, part))),
);

const work = v.looseObject({
  sessionTitle: name,
  markers: v.array(v.looseObject({ positionSamples: samples, kind: v.string(), name: v.string() })),
  originSamples: samples,
  endSamples: samples,
  timecode: v.looseObject({ rate, startFrame: samples, label: name }),
  output: v.looseObject({
    folder: path,
    subfolder,
    stem: fileName,
    extension: v.pipe(v.string(), v.regex(/^\w{1,10}$/u)),
    existing,
  }),
});

const pcm = v.picklist(['s16', 's24', 'f32']);
const places = v.array(v.looseObject({ panPercent: v.number(), gainDb: v.number() }));

const channels = v.picklist([1, 2]);

const mediaWork = v.looseObject({
  ...work.entries,
  sessionFolder: path,
  live: v.optional(v.literal(true)),
  format: v.variant('kind', [
    v.looseObject({ kind: v.literal('m4a'), fragmented: v.boolean() }),
    v.looseObject({ kind: v.picklist(['bwf', 'mov']), samples: pcm }),
    v.looseObject({ kind: v.literal('ogg') }),
    v.looseObject({ kind: v.literal('mix'), samples: pcm, places }),
    v.looseObject({ kind: v.picklist(['mix-m4a', 'mix-ogg']), kbps: v.picklist(MIX_KBPS), places }),
  ]),
  players: v.array(v.looseObject({ id: name, name, index: samples })),
  of: samples,
  localStart: v.nullable(v.looseObject({ date: name, time: name })),
  verify: v.boolean(),
});

const projectWork = v.looseObject({
  ...work.entries,
  project: projectFormat,
  part: samples,
  media: v.array(
    v.looseObject({
      fileName: name,
      players: v.array(v.looseObject({ playerId: name, name, colourIndex: samples, channels })),
      format: v.picklist(['m4a', 'bwf', 'mov', 'ogg']),
      originSamples: samples,
      endSamples: samples,
      startFrame: samples,
    }),
  ),
});

const made = v.looseObject({
  path,
  durationSamples: samples,
  tracks: v.array(v.looseObject({ playerId: name, channels })),
});

const keptItem = v.looseObject({
  view: exportItem,
  work: v.union([mediaWork, projectWork]),
  made: v.optional(made),
  partPath: v.nullable(path),
});

const { problems } = exportBatch.entries;
const keptHead = v.looseObject({
  ...v.omit(exportBatch, ['batchId', 'held', 'changes', 'counts', 'problems', 'problemCount', 'items'])
    .entries,
  /** Names a file. */
  batchId: v.pipe(v.string(), v.regex(/^[\w-]{1,100}$/u)),
  // Batches of before they were kept have none.
  problems: v.optional(problems),
});

/**
 * A batch of what was kept of it, each line a document in JSON.
 * @param lines the batch, then its items, of which the last of an id counts; those that break off or are none are
 *   passed over, and so are those that would lead out of the batch's folder.
 * @returns undefined when the first line is no batch.
 */
export function keptBatch([first = '', ...lines]: readonly string[]): Batch | undefined {
  const head = parsedLine(first);
  if (!v.is(keptHead, head)) return undefined;
  const items = new Map<string, QueuedItem>();
  for (const text of lines) {
    const line = parsedLine(text);
    if (!v.is(keptItem, line) || line.work.output.folder !== head.outFolder) continue;
    items.set(line.view.itemId, line as QueuedItem);
  }
  return { ...head, problems: head.problems ?? [], items: [...items.values()] };
}

/** Undefined for a line that is no JSON. */
export function parsedLine(line: string): unknown {
  try {
    const value: unknown = JSON.parse(line);
    return value;
  } catch {
    return undefined;
  }
}
