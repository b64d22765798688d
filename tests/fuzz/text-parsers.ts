import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import * as v from 'valibot';
import { keptBatch } from '../../electron/services/export-queue/kept-batch.ts';
import { parseAnnotations, serialiseAnnotations } from '../../electron/services/library/annotations.ts';
import { DEFAULT_SETTINGS } from '../../electron/services/settings/default-settings.ts';
import {
  EMPTY_DOCUMENT,
  parseSettings,
  serialiseSettings,
} from '../../electron/services/settings/settings-file.ts';
import { contract } from '../../shared/ipc/contract.ts';
import { exportItem } from '../../shared/ipc/contract/exports.ts';
import type { Call } from '../../shared/ipc/declare.ts';
import { hostMessage } from '../../shared/ipc/envelope.ts';
import { isMediaPath, mediaPath, parseMediaPath } from '../../shared/ipc/media-path.ts';
import { parsePacketFrame, serialisePacketFrame } from '../../shared/ipc/packet-frame.ts';
import { serve } from '../../shared/ipc/serve.ts';
import { AppError } from '../../shared/model/errors.ts';
import { arbitraryOf } from '../support/arbitrary.ts';
import { FakeApp } from '../support/fake-api.ts';
import { mutated, mutatedJson, pick } from './mutation.ts';
import { type OpenParser, type Parser, refused } from './parser.ts';

const decoder = new TextDecoder();

/** Texts of which half of the inputs are whole JSON with a wrong field, and half broken bytes. */
function brokenJson(texts: readonly string[]): OpenParser['make'] {
  const seeds = texts.map((text) => Buffer.from(text));
  return (random) =>
    random.next() < 0.5 ? mutated(seeds, random) : mutatedJson(pick(texts, random), random);
}

/** Values of a schema, always the same. */
function samples(schema: v.GenericSchema, count: number): readonly unknown[] {
  return fc.sample(arbitraryOf(schema), { seed: 11, numRuns: count });
}

/** Every call of the contract is refused by what lies behind it: whatever else is said comes from the serving. */
function refusing(): FakeApp['implementations'] {
  const app = new FakeApp().implementations;
  const domains = Object.entries(app).map(([domain, { calls, values }]) => {
    const refuse = (): Promise<never> => Promise.reject(new AppError('unavailable', 'Nothing is to be had.'));
    return [domain, { calls: Object.fromEntries(Object.keys(calls).map((name) => [name, refuse])), values }];
  });
  return Object.fromEntries(domains) as FakeApp['implementations'];
}

function ipc(): OpenParser {
  const implementations = refusing();
  const messages: unknown[] = [
    { kind: 'watch', name: 'library.state' },
    { kind: 'unwatch', name: 'library.state' },
    { kind: 'seen', name: 'exports.queue' },
  ];
  for (const [domain, { calls }] of Object.entries(contract)) {
    for (const [name, { input }] of Object.entries<Call>(calls)) {
      for (const value of samples(input, 2))
        messages.push({ kind: 'call', id: messages.length, name: `${domain}.${name}`, input: value });
    }
  }
  return {
    make: brokenJson(messages.map((message) => JSON.stringify(message))),
    read: async (bytes) => {
      let data: unknown = decoder.decode(bytes);
      try {
        data = JSON.parse(data as string);
      } catch {
        // As a transport hands it on.
      }
      const answers: unknown[] = [];
      let take: (data: unknown) => void = () => undefined;
      const port = {
        send: (message: unknown) => void answers.push(message),
        onMessage: (listener: (data: unknown) => void) => {
          take = listener;
        },
        onClose: () => undefined,
      };
      const end = serve(contract, implementations, port, {
        runId: 'fuzz',
        acceptPackets: () => undefined,
        onFault: (error) => {
          throw new Error('a fault of the serving', { cause: error });
        },
      });
      take(data);
      await new Promise(setImmediate);
      end();
      for (const answer of answers) v.parse(hostMessage, answer);
      const failure = answers.find((answer) => v.parse(hostMessage, answer).kind === 'failure');
      return failure !== undefined && JSON.stringify(failure).includes('"usage"') ? 'refused' : 'read';
    },
  };
}

function packetFrame(): OpenParser {
  const packets = [1, 2, 3].map((size) => new Uint8Array(size * 5).fill(0x78));
  const level = { peakDb: -3, rmsDb: null, clipped: true };
  const frame = { sessionTag: 0x0f8f_ad5b, track: 2, positionSamples: 2 ** 33, packets, level };
  const seeds = [
    serialisePacketFrame(frame),
    serialisePacketFrame({ ...frame, packets: packets.slice(0, 1) }),
  ];
  return {
    make: (random) => mutated(seeds, random),
    read: (bytes) => {
      try {
        const read = parsePacketFrame(bytes);
        if (Buffer.compare(serialisePacketFrame(read).subarray(20), bytes.subarray(20)) !== 0)
          throw new Error('written again the frame is another');
        return 'read';
      } catch (error) {
        return refused(error);
      }
    },
  };
}

function settings(): OpenParser {
  const chosen = { ...DEFAULT_SETTINGS, shortcuts: { 'file.new': 'Ctrl+N' }, language: 'en' };
  const text = serialiseSettings({ ...EMPTY_DOCUMENT, settings: chosen, libraryFolder: '/library' });
  return {
    make: brokenJson([text]),
    read: (bytes) => {
      const document = parseSettings(bytes);
      if (document === undefined) return 'refused';
      const again = parseSettings(Buffer.from(serialiseSettings(document)));
      if (JSON.stringify(again?.settings) !== JSON.stringify(document.settings))
        throw new Error('written again the settings are others');
      return 'read';
    },
  };
}

function annotations(): OpenParser {
  const text = JSON.stringify({
    format: 'tailslate-annotations',
    version: 1,
    title: 'Pilot',
    notes: 'n',
    tags: ['a', 'b'],
    players: { 0: { name: 'Zoë', colorIndex: 3 } },
    markers: { m1: { positionSamples: 960, kind: 'slate', name: 'take' }, m2: null },
    timecode: { rate: '25', zone: 'Europe/Oslo', offsetFrames: -3 },
  });
  return {
    make: brokenJson([text]),
    read: (bytes) => {
      const document = parseAnnotations(bytes);
      if (document === undefined) return 'refused';
      const again = parseAnnotations(Buffer.from(serialiseAnnotations(document)));
      if (JSON.stringify(again?.annotations) !== JSON.stringify(document.annotations))
        throw new Error('written again the annotations are others');
      return 'read';
    },
  };
}

/** The journal of a batch as the program wrote it: two players in two formats, a mix-down, a project file. */
const JOURNAL = join(import.meta.dirname, '..', 'fixtures', 'export-journal', 'batch.jsonl');

function journal(): OpenParser {
  const lines = readFileSync(JOURNAL, 'utf8').trim().split('\n');
  const seeds = [Buffer.from(lines.join('\n'))];
  return {
    make: (random) => {
      if (random.next() < 0.5) return mutated(seeds, random);
      const at = random.int(0, lines.length - 1);
      return Buffer.from(lines.with(at, decoder.decode(mutatedJson(lines[at] ?? '', random))).join('\n'));
    },
    read: (bytes) => {
      const batch = keptBatch(decoder.decode(bytes).split('\n'));
      if (batch === undefined) return 'refused';
      for (const { view } of batch.items) v.parse(exportItem, view);
      return batch.items.length === lines.length - 1 ? 'read' : 'found';
    },
  };
}

function mediaAddress(): OpenParser {
  const ids = { sessionId: '0f8fad5b-d9cb', playerId: 'Zoë/1' };
  const paths = [
    mediaPath({ kind: 'peaks', ...ids, level: 2, start: 5, blocks: 100 }),
    mediaPath({ kind: 'packets', ...ids, startSamples: 0, endSamples: 96_000 }),
  ];
  const seeds = paths.map((path) => Buffer.from(path));
  return {
    make: (random) => mutated(seeds, random),
    read: (bytes) => {
      const path = decoder.decode(bytes);
      if (!isMediaPath(path)) return 'refused';
      try {
        parseMediaPath(path);
        return 'read';
      } catch (error) {
        return refused(error);
      }
    },
  };
}

const parser = (name: string, oneIn: number, open: () => OpenParser): Parser => ({
  name,
  oneIn,
  open: () => Promise.resolve(open()),
});

export const TEXT_PARSERS: readonly Parser[] = [
  parser('ipc', 8, ipc),
  parser('packet-frame', 1, packetFrame),
  parser('settings', 8, settings),
  parser('annotations', 4, annotations),
  parser('journal', 8, journal),
  parser('media-address', 1, mediaAddress),
];
