import { arch, platform, release } from 'node:os';
import { APP_VERSION } from '../io/app-version.ts';
import { coreCount } from '../io/cores.ts';
import { opusCodec, type OpusCodecName } from '../io/opus-codec.ts';
import { SilenceSet } from '../media/opus/silence.ts';

/** One part of the installation and whether it works. */
export interface DiagnosedPart {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

export interface Diagnosis {
  /** Whether sessions can be exported here. */
  readonly ok: boolean;
  readonly version: string;
  readonly parts: readonly DiagnosedPart[];
}

/** Looks at what this installation runs on. It names versions and parts, never files or people. */
export function diagnose(): Diagnosis {
  const used = encoderInUse();
  const parts: DiagnosedPart[] = [
    { name: 'tailslate', ok: true, detail: APP_VERSION },
    { name: 'node', ok: true, detail: process.versions.node },
    { name: 'system', ok: true, detail: `${platform()} ${release()} ${arch()}, ${coreCount()} cores` },
    used,
    encoder('native', '@discordjs/opus'),
    encoder('wasm', 'opusscript'),
  ];
  return { ok: used.ok, version: APP_VERSION, parts };
}

/** The encoder that exports will use, having encoded silence with it. */
function encoderInUse(): DiagnosedPart {
  try {
    const codec = opusCodec();
    new SilenceSet(codec.createEncoder(1));
    return { name: 'opus encoder', ok: true, detail: `${codec.name}. ${codec.reason}` };
  } catch (error) {
    return { name: 'opus encoder', ok: false, detail: reason(error) };
  }
}

function encoder(name: OpusCodecName, packageName: string): DiagnosedPart {
  try {
    new SilenceSet(opusCodec(name).createEncoder(2));
    return { name: `opus ${name}`, ok: true, detail: packageName };
  } catch (error) {
    return { name: `opus ${name}`, ok: false, detail: reason(error) };
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
