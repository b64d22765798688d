import type { Api, WatchValue } from '../../shared/ipc/contract.ts';

type Answer<F extends (input: never) => Promise<unknown>> = Awaited<ReturnType<F>>;

export type AppInfo = Answer<Api['app']['info']>;
export type SessionRow = Answer<Api['library']['list']>['rows'][number];
export type SessionState = SessionRow['states'][number];
export type SessionDetail = Answer<Api['library']['get']>;
export type Marker = SessionDetail['markers'][number];
export type Lane = Answer<Api['library']['lanes']>['lanes'][number];
export type LibraryQuery = Parameters<Api['library']['ids']>[0];
export type SortColumn = LibraryQuery['sort']['by'];
export type LibraryStatus = WatchValue<'library.state'>;
export type AddAnswer = Answer<Api['library']['add']>;
export type Storage = Answer<Api['library']['storage']>;
export type Offers = Answer<Api['exports']['offers']>;
export type ExportPlan = Answer<Api['exports']['plan']>;
export type ExportRequest = Parameters<Api['exports']['plan']>[0];
export type ExportChoices = ExportRequest['choices'];
export type Preset = Offers['presets'][number];
export type Queue = WatchValue<'exports.queue'>;
export type ExportBatch = Queue['batches'][number];
export type ExportStarted = Answer<Api['exports']['start']>;
export type ExportProblem = ExportStarted['problems'][number];
export type ExportItem = ExportBatch['items'][number];
export type Settings = WatchValue<'settings.current'>['settings'];
export type SettingsChange = Parameters<Api['settings']['change']>[0];
export type FolderListing = Answer<Api['desktop']['listFolder']>;
export type Recording = NonNullable<WatchValue<'recording.state'>>;
