import { createFloatDecoder } from '../../electron/io/opus-decode.ts';
import { editOf, readExported } from './exported-session.ts';

/** What an exported m4a plays: every packet decoded, fillers too, and the edit list applied; an array for each channel. */
export async function decodedTrack(path: string): Promise<readonly Float32Array[]> {
  const { audio, samples } = await readExported(path);
  const edit = editOf(audio);
  const channels = audio.opus?.channels === 2 ? 2 : 1;
  const whole = Array.from(
    { length: channels },
    () => new Float32Array(samples.reduce((sum, { durationSamples }) => sum + durationSamples, 0) + 5760),
  );
  const decoder = await createFloatDecoder(channels);
  let at = 0;
  for (const { bytes } of samples) {
    const decoded = decoder.decode(bytes);
    if (decoded === undefined) throw new Error(`a packet at ${at} cannot be decoded`);
    for (const [channel, values] of decoded.entries()) whole[channel]?.set(values, at);
    at += decoded[0]?.length ?? 0;
  }
  decoder.close();
  return whole.map((values) => values.subarray(edit.startSamples, edit.startSamples + edit.durationSamples));
}
