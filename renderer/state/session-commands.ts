import { t } from '../messages/locale.svelte.ts';
import type { Timeline } from '../session/timeline.svelte.ts';
import type { Command } from './commands.svelte.ts';
import type { WindowState } from './window.svelte.ts';

/** What can be done in the session place. */
export function sessionCommands(window: WindowState): Command[] {
  const { session, navigation } = window;
  const isOpen = (): boolean => navigation.place === 'session' && session.detail !== null;
  const on = (run: (timeline: Timeline) => unknown) => () => {
    if (session.timeline !== null) run(session.timeline);
  };
  const command = (id: string, title: () => string, keys: string | null, run: () => unknown): Command => ({
    id: `session.${id}`,
    menu: 'session',
    scope: 'session',
    title,
    ...(keys === null ? {} : { keys }),
    enabled: isOpen,
    run,
  });
  const step = (frames: number) =>
    on((timeline) => session.playback.seek(timeline.face.stepped(timeline.playheadSamples, frames)));
  return [
    command(
      'play',
      () => (session.playback.isPlaying ? t('command.pause') : t('command.play')),
      'Space',
      () => session.playback.toggle(),
    ),
    command(
      'shuttleBack',
      () => t('command.shuttleBack'),
      'J',
      () => session.playback.shuttle(-1),
    ),
    command(
      'stop',
      () => t('command.stop'),
      'K',
      () => session.playback.stop(),
    ),
    command(
      'shuttleForward',
      () => t('command.shuttleForward'),
      'L',
      () => session.playback.shuttle(1),
    ),
    command(
      'addMarker',
      () => t('command.addMarker'),
      'M',
      async () => {
        session.naming = (await session.addMarker()) ?? null;
      },
    ),
    command(
      'renamePlayer',
      () => t('command.renamePlayer'),
      null,
      () => {
        session.renaming += 1;
      },
    ),
    command('frameBack', () => t('command.frameBack'), 'Left', step(-1)),
    command('frameForward', () => t('command.frameForward'), 'Right', step(1)),
    command(
      'toStart',
      () => t('command.toStart'),
      'Home',
      () => session.playback.seek(0),
    ),
    command(
      'toEnd',
      () => t('command.toEnd'),
      'End',
      on((timeline) => session.playback.seek(timeline.view.durationSamples)),
    ),
    command(
      'zoomIn',
      () => t('command.zoomIn'),
      'Plus',
      on((timeline) => timeline.zoomIn()),
    ),
    command(
      'zoomOut',
      () => t('command.zoomOut'),
      '-',
      on((timeline) => timeline.zoomOut()),
    ),
    command(
      'zoomWhole',
      () => t('command.zoomWhole'),
      'Shift+Z',
      on((timeline) => timeline.zoomWhole()),
    ),
    command(
      'verifyLogs',
      () => t('command.verifyLogs'),
      null,
      () => session.verifyLogs(),
    ),
  ];
}
