import type { VerifyCheck } from '../../../shared/model/verify-report.ts';
import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import type { ByteSource } from '../../media/byte-source.ts';
import { MIX_CONTENT } from '../../media/mp4/metadata.ts';
import { pcmBytes } from '../../media/pcm/pcm-format.ts';
import { checkWave, waveFrames } from '../../media/wav/check-wave.ts';
import { readWave, type Wave } from '../../media/wav/read-wave.ts';
import { compareSamples } from './compare-samples.ts';
import type { Verified, VerifyFileOptions } from './file-verification.ts';
import { sessionOf, withSources } from './source-session.ts';
import { compareLoudness } from './stated-loudness.ts';
import { statedStart } from './stated-start.ts';

/** Why a file's samples are proven by nothing in it. */
export const NO_DIGEST =
  'the samples: the format carries no digest; --session compares them with the packets';
const NO_ORIGIN = 'the samples: the file does not say where in the session it begins';
const MIXED =
  'the samples: how loud each player was made is not in the file; export the mix again to compare';

/** Verifies a Broadcast Wave file; that of a mix-down by itself alone, its loudness measured. */
export async function verifyWaveFile(
  path: string,
  source: ByteSource,
  sessionFolder: string | undefined,
  options: VerifyFileOptions,
): Promise<Verified> {
  const wave = await readWave(source);
  const { facts } = wave;
  const fact = (name: string): string | undefined => facts.get(name)?.[0];
  const start = statedStart(fact('TIMECODE_START'), fact('TIMECODE_RATE'));
  const checks: VerifyCheck[] = [...checkWave(wave, start?.startSamples)];
  const isMix = fact('CONTENT') === MIX_CONTENT;
  if (isMix && checks.every(({ ok }) => ok)) checks.push(await compareLoudness(source, wave, options));
  const notCompared: string[] = [];
  let session: string | null = null;
  if (sessionFolder === undefined) notCompared.push(isMix ? MIXED : NO_DIGEST);
  else {
    const opened = await sessionOf(path, fact('SESSION_ID'), sessionFolder);
    session = opened.folder;
    const originSamples = Number(fact('ORIGIN_SAMPLES') ?? NaN);
    if (isMix) notCompared.push(MIXED);
    else if (!Number.isSafeInteger(originSamples)) notCompared.push(NO_ORIGIN);
    else if (checks.every(({ ok }) => ok)) {
      const origin = {
        playerIds: facts.get('PLAYER_ID') ?? [],
        originSamples,
        durationSamples: waveFrames(wave),
      };
      checks.push(
        ...(await withSources(path, opened, origin, options.signal, (sources) =>
          compareWave(source, wave, sources, options),
        )),
      );
    } else notCompared.push('the samples: the file itself is not as it should be');
  }
  return {
    format: isMix ? 'mix' : 'bwf',
    encoded: false,
    session,
    notCompared,
    report: {
      ok: checks.every(({ ok }) => ok),
      tailslate: facts.has('SESSION_ID'),
      sizeBytes: source.sizeBytes,
      fragmented: false,
      checks,
      tracks: [],
      timecode: start?.timecode ?? null,
      findings: [],
      firstDifference: null,
    },
  };
}

async function compareWave(
  source: ByteSource,
  wave: Wave,
  sources: Parameters<typeof compareSamples>[1],
  options: VerifyFileOptions,
): Promise<readonly VerifyCheck[]> {
  const { format, channels, dataStartByte } = wave;
  const expected = sources.reduce((sum, { track }) => sum + track.channels, 0);
  if (format === undefined || channels !== expected) {
    const detail = `${channels} channels, the session's players have ${expected}`;
    return [{ name: 'session-samples', ok: false, detail }];
  }
  const form = { format, frames: waveFrames(wave), order: 'interleaved' } as const;
  const secondBytes = SAMPLE_RATE * channels * pcmBytes(format);
  return compareSamples(source, sources, form, (second) => dataStartByte + second * secondBytes, options);
}
