import type { BwfSpec } from '../../../electron/media/wav/bwf.ts';

/** The file of FORMAT.md's example: three frames in mono at 29.97 drop frame from 10:00:00;00, with one cue. */
export function bwfSpec(changes: Partial<BwfSpec> = {}): BwfSpec {
  return {
    format: 's24',
    sampleRate: 48_000,
    channels: 1,
    frames: 3,
    bext: {
      description: 'Pilot / Zoë',
      originator: 'Tailslate',
      originatorReference: 's1',
      date: '2026-11-20',
      time: '10:00:00',
      timeReferenceSamples: 1_727_998_272,
      codingHistory: 'A=PCM\r\n',
    },
    ixml: {
      project: 'P',
      note: '',
      familyId: 's1',
      fileSetIndex: '1',
      timecodeRate: '30000/1001',
      dropFrame: true,
      bitDepth: 24,
      sampleRate: 48_000,
      timeReferenceSamples: 1_727_998_272,
      channelNames: ['Zoë'],
      user: '',
    },
    cues: [{ atSamples: 1, name: 'Clap' }],
    ...changes,
  };
}
