import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Contract } from '../../shared/ipc/contract.ts';
import type { Implementations } from '../../shared/ipc/declare.ts';
import type { FaultHook } from '../../shared/ipc/envelope.ts';
import { parsePacketFrame } from '../../shared/ipc/packet-frame.ts';
import { AppError } from '../../shared/model/errors.ts';
import { after, monotonicMicros, wallUnixMicros } from '../io/clock.ts';
import { kindOf } from '../io/folder.ts';
import { fsError } from '../io/fs-error.ts';
import { makeFolder } from '../io/make-folder.ts';
import { removePart } from '../io/output-file.ts';
import { aboutApp, type AboutHost } from './about-app.ts';
import { recorderOf } from './folders/recorder.ts';
import { BegunBatches } from './export-queue/begun-batches.ts';
import { exportsDomain } from './export-queue/domain.ts';
import { ExportQueue } from './export-queue/queue.ts';
import type { RunQueued } from './export-job/item.ts';
import { writeProject } from './export-job/write-project.ts';
import type { HostedApp } from './hosted-app.ts';
import { Library } from './library/library.ts';
import { LibraryPaths } from './library/paths.ts';
import type { Importer } from './library/ports.ts';
import { libraryPorts } from './library/system-ports.ts';
import { Media } from './media.ts';
import type { RunPeaks } from './peaks/peaks-service.ts';
import { Recording } from './recording/recording.ts';
import { sessionFolders } from './recording/session-folders.ts';
import { systemPorts } from './recording/system-ports.ts';
import { Settings } from './settings/settings.ts';

/** Threads that do the long work; a host starts them and they end with the program. */
export interface AppWorkers {
  readonly runItem: RunQueued;
  /** Files made at the same time. */
  readonly jobs: number;
  readonly runPeaks: RunPeaks;
  close(): Promise<void>;
}

export interface AppOptions {
  /** Settings, presets and caches. */
  readonly userDataFolder: string;
  /** The library for this run; undefined for the one of the settings. */
  readonly libraryFolder: string | undefined;
  /** Where the library lies until somebody chooses a place. */
  readonly defaultLibraryFolder: string;
  readonly about: AboutHost;
  readonly desktop: (libraryFolder: string) => Implementations<Contract>['desktop'];
  /** Moves a file or folder to the system's trash. @throws AppError('unavailable') where there is none. */
  readonly trash: (path: string) => Promise<void>;
  readonly importers: readonly Importer[];
  readonly workers: AppWorkers;
  readonly onFault: FaultHook;
}

/**
 * Puts the program together, for whichever host: settings, library, recorder, export queue, waveforms.
 * @throws AppError('locked') when another program has the library; others when its folders cannot be used.
 */
export async function createApp(options: AppOptions): Promise<HostedApp> {
  const { userDataFolder, workers, onFault } = options;
  await makeFolder(userDataFolder).catch((error: unknown) => {
    throw fsError(error, 'make-settings', userDataFolder);
  });
  const settings = await Settings.open(userDataFolder);
  const libraryFolder = options.libraryFolder ?? settings.libraryFolder ?? options.defaultLibraryFolder;
  const holder = `Tailslate (process ${process.pid})`;
  const ports = libraryPorts({
    holder,
    trash: options.trash,
    importers: options.importers,
    timecodeDefaults: () => settings.current.timecode,
    onFault,
  });
  const library = await Library.open(libraryFolder, ports);
  if (settings.notice !== undefined) library.notice(settings.notice);
  const refresh = (): void => {
    library.refresh().catch((error: unknown) => onFault(error, 'library'));
  };
  const media = new Media({
    folderOf: (sessionId) => library.folderOf(sessionId),
    cacheFolder: join(userDataFolder, 'peaks'),
    runPeaks: workers.runPeaks,
    clock: { monotonicMicros, after },
    onFault,
  });
  const { own } = new LibraryPaths(libraryFolder);
  const recording = new Recording(
    systemPorts({
      holder,
      besides: (await kindOf(own)) === undefined ? libraryFolder : own,
      folders: (title, startUnixMicros, zone) => sessionFolders(libraryFolder, title, startUnixMicros, zone),
      durabilityMillis: () => settings.current.durabilityMillis,
      onSession: refresh,
    }),
  );
  const queue = ExportQueue.open({
    store: library.batches,
    begun: new BegunBatches(join(userDataFolder, 'begun-exports')),
    onHeld: (held) => {
      const batches = held.map(({ title, outFolder: folder }) => ({ title, folder }));
      library.notice({ kind: 'exports-held', batches });
    },
    run: workers.runItem,
    writeProject,
    jobs: workers.jobs,
    removePart,
    clock: { wallUnixMicros, monotonicMicros, after },
    onExported: refresh,
    onUnkept: (error) => {
      const isNew = library.noticeOnce({ kind: 'exports-unkept' });
      if (isNew) onFault(error, 'exports');
    },
  });
  const exports = exportsDomain({
    queue,
    store: library.batches,
    session: async (sessionId) => {
      const { title, players, markers } = await library.calls.get({ sessionId });
      const folder = library.folderOf(sessionId);
      return {
        folder,
        title,
        playerNames: new Map(players.map(({ playerId, name }) => [playerId, name])),
        markers: markers.map(({ positionSamples, kind, name }) => ({ positionSamples, kind, name })),
        recording: (await recorderOf(folder)) !== null,
      };
    },
    presets: () => settings.values.current.value.presets,
    clock: { wallUnixMicros, after },
    newId: randomUUID,
  });
  return {
    implementations: {
      app: aboutApp({ libraryFolder, userDataFolder }, options.about, onFault),
      library,
      exports,
      settings,
      recording,
      desktop: options.desktop(libraryFolder),
    },
    media,
    acceptPackets: (bytes) => {
      const acceptance = recording.accept(parsePacketFrame(bytes));
      if (acceptance === 'refused') throw refusedFrame();
    },
    close: async () => {
      // The recording first: whatever else goes wrong, it is whole.
      await recording.close();
      await queue.close();
      await media.close();
      await workers.close();
      await library.close();
    },
  };
}

function refusedFrame(): AppError {
  return new AppError('usage', 'The recording does not take these packets.', {
    next: 'Its alerts say why.',
  });
}
