import { createHash } from 'node:crypto';
import { dirname, relative, sep } from 'node:path';
import { detailedError } from '../../../shared/model/detailed-error.ts';
import { AppError } from '../../../shared/model/errors.ts';
import { numberedNames } from '../../../shared/model/file-name.ts';
import { timecodeRate } from '../../../shared/time/timecode.ts';
import { DiskWatch } from '../../io/disk-watch.ts';
import { DISK_CALLS, ensureSubfolder, OutputFile } from '../../io/output-file.ts';
import type { PlaceInFile, Project, ProjectMedia } from '../../media/project/project.ts';
import type { MadeTrack } from './item.ts';
import type {
  MadeMedia,
  PlannedMedia,
  ProjectItem,
  ProjectOutcome,
  WriteProjectOptions,
} from './project-item.ts';
import { skipReason } from './item.ts';

/**
 * Writes a project file that refers to the media as they were named in the end. Who has none is left out and named in
 * the outcome; without any there is nothing to write. Cancelled or failed, it leaves nothing behind.
 * @throws AppError with what, why and what next; the signal's reason when it is aborted.
 */
export async function writeProject(
  item: ProjectItem,
  { signal, made, onPart, owner, disk = DISK_CALLS, watch = new DiskWatch() }: WriteProjectOptions,
): Promise<ProjectOutcome> {
  signal.throwIfAborted();
  const found = item.media.map((planned) => ({ planned, media: made(planned) }));
  if (found.every(({ media }) => media === undefined)) {
    return { status: 'skipped', ...skipReason(detailedError({ kind: 'no-media' })) };
  }
  const { folder, subfolder, stem, extension, existing } = item.output;
  const place = subfolder === '' ? folder : await watch.during(() => ensureSubfolder(folder, subfolder));
  const output = await OutputFile.create(place, `${stem}.${extension}`, {
    calls: watch.counted(disk),
    owner,
    // The program's own thread, which may be recording, is not to wait for this disk.
    writes: 'aside',
  });
  onPart?.(output.partPath);
  try {
    const project = projectOf(
      item,
      found.flatMap(({ planned, media }) => (media === undefined ? [] : [{ planned, media }])),
      dirname(output.partPath),
    );
    const bytes = Buffer.from(await textOf(item, project), 'utf8');
    await output.put(bytes, 0);
    await output.sync();
    signal.throwIfAborted();
    const { path, unsynced } = await output.commit(numberedNames(stem, extension), existing);
    return {
      status: 'done',
      path,
      ...(unsynced !== null && { unsynced }),
      sizeBytes: bytes.length,
      durationSamples: project.durationSamples,
      timecode: item.timecode.label,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      missing: found.flatMap(({ planned, media }) =>
        planned.players
          .filter(({ playerId }) => media?.tracks.some((track) => track.playerId === playerId) !== true)
          .map(({ name }) => name),
      ),
    };
  } catch (error) {
    await watch.during(() => output.discard());
    if (error instanceof AppError && error.code === 'exists' && existing === 'skip') {
      return { status: 'skipped', ...skipReason(error) };
    }
    throw error;
  }
}

/** Loaded when a project is written: the XML library is no small one, and most runs need none. */
async function textOf(item: ProjectItem, project: Project): Promise<string> {
  const { PROJECT_TEXTS } = await import('../../media/project/project-files.ts');
  const text = PROJECT_TEXTS[item.project][item.part];
  if (text === undefined) throw new RangeError(`${item.project} has no file ${item.part}`);
  return text(project);
}

/** Where each of a file's players is: Broadcast Wave has channels alone, the others a track for each player. */
function placesOf(format: ProjectMedia['format'], players: readonly MadeTrack[]): readonly PlaceInFile[] {
  const channels = players.map((player) => player.channels);
  if (format !== 'bwf')
    return channels.map((_channels, at) => ({ tracks: channels, track: at + 1, channel: 1 }));
  const before = (at: number): number => channels.slice(0, at).reduce((sum, each) => sum + each, 0);
  return channels.map((_channels, at) => ({
    tracks: [before(channels.length)],
    track: 1,
    channel: before(at) + 1,
  }));
}

function projectOf(
  item: ProjectItem,
  files: readonly { readonly planned: PlannedMedia; readonly media: MadeMedia }[],
  folder: string,
): Project {
  const { originSamples } = item;
  const media = files.flatMap(({ planned, media: { path, durationSamples, tracks } }) => {
    const places = placesOf(planned.format, tracks);
    return tracks.flatMap(({ playerId, channels }, index): readonly ProjectMedia[] => {
      const player = planned.players.find((each) => each.playerId === playerId);
      const place = places[index];
      if (player === undefined || place === undefined) return [];
      return [
        {
          path,
          relativePath: relative(folder, path).split(sep).join('/'),
          player: player.name,
          colourIndex: player.colourIndex,
          channels,
          place,
          startSamples: planned.originSamples - originSamples,
          startFrame: planned.startFrame,
          durationSamples,
          format: planned.format,
        },
      ];
    });
  });
  return {
    title: item.sessionTitle,
    rate: timecodeRate(item.timecode.rate),
    startFrame: item.timecode.startFrame,
    // A log may hold more than the plan saw of it.
    durationSamples: media.reduce(
      (end, { startSamples, durationSamples }) => Math.max(end, startSamples + durationSamples),
      item.endSamples - originSamples,
    ),
    media,
    markers: item.markers.map((marker) => ({
      ...marker,
      positionSamples: Math.max(0, marker.positionSamples - originSamples),
    })),
  };
}
