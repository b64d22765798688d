import { InvalidArgumentError, Option } from 'commander';
import { MEDIA_FORMATS } from '../../shared/model/media-formats.ts';
import { PROJECT_FORMATS } from '../../shared/model/project-formats.ts';

/** The timecode rate. */
export function fpsOption(): Option {
  return new Option(
    '--fps <rate>',
    'timecode rate: 23.976 24 25 29.97df 29.97ndf 30 48 50 59.94df 59.94ndf 60',
  ).default('25');
}

/** May be repeated; Commander's own list of choices would take a single one. */
export function formatOption(): Option {
  const formats = MEDIA_FORMATS.map(({ format }) => format);
  return new Option(
    '--format <format>',
    `file format: ${formats.join(', ')}; may be repeated (default: the preset's, else m4a)`,
  ).argParser((value: string, before: string[] | undefined) => {
    if (formats.some((format) => format === value)) return [...(before ?? []), value];
    throw new InvalidArgumentError(`Allowed choices are ${formats.join(', ')}.`);
  });
}

/** The same of project files. */
export function projectOption(): Option {
  const projects = PROJECT_FORMATS.map(({ project }) => project);
  return new Option(
    '--project <project>',
    `project file beside the media: ${projects.join(', ')}; may be repeated`,
  ).argParser((value: string, before: string[] | undefined) => {
    if (projects.some((project) => project === value)) return [...(before ?? []), value];
    throw new InvalidArgumentError(`Allowed choices are ${projects.join(', ')}.`);
  });
}

/** The time zone of the timecode. */
export function zoneOption(): Option {
  return new Option(
    '--zone <zone>',
    'time zone of the timecode: local, utc or a name such as Europe/Oslo (default: where it was recorded, else local)',
  );
}

/** Takes an option that may be repeated. */
export function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}
