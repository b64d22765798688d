import { createHash } from 'node:crypto';
import type { VerifyCheck } from '../../../shared/model/verify-report.ts';
import type { ByteSource } from '../byte-source.ts';
import { readBlocks, type ReadProgress } from '../read-blocks.ts';

/** Where the samples of a file begin and end, in bytes, and their SHA-256 as they were handed to the system, in hex. */
interface ExpectedSamples {
  readonly startByte: number;
  readonly endByte: number;
  readonly sha256: string;
}

/** Reads all samples of a file. @throws the signal's reason when it is aborted. */
export async function checkDigest(
  source: ByteSource,
  { startByte, endByte, sha256 }: ExpectedSamples,
  progress: ReadProgress,
): Promise<VerifyCheck> {
  const hash = createHash('sha256');
  await readBlocks(source, startByte, endByte, progress, (block) => {
    hash.update(block);
  });
  const ok = hash.digest('hex') === sha256;
  const detail = ok ? 'the samples are those that were decoded' : 'the samples differ';
  return { name: 'pcm-digest', ok, detail };
}
