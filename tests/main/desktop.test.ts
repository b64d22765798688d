import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PAGE } from '../../electron/main/scheme.ts';
import { CHANNEL } from '../../shared/ipc/bridge.ts';
import { attempt } from '../support/electron/contents.ts';
import {
  click,
  connectPage,
  menuItem,
  settled,
  speak,
  startDesk,
  watched,
} from '../support/electron/desk.ts';
import { emitters, resetElectron } from '../support/electron/state.ts';
import { FakeCore, fakeParts } from '../support/electron/fake-core.ts';
import { startDesktop } from '../../electron/main/desktop.ts';
import { nativeTheme } from '../support/electron/electron.ts';
import type { WatchValue } from '../../shared/ipc/contract.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { countsOf } from '../../shared/model/export-counts.ts';

const recordingState = { positionSamples: 480_000 } as WatchValue<'recording.state'>;

describe('start', () => {
  test('opens the window on our own scheme, shown when there is something to see', async () => {
    const { window, electron } = await startDesk();
    expect(window.loaded).toEqual([PAGE.window]);
    expect(window.options.show).toBe(false);
    expect(window.visible).toBe(true);
    expect(electron.schemes).toEqual([
      {
        scheme: 'app',
        privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true },
      },
    ]);
    expect(electron.sandboxed).toBe(true);
  });

  test('says in a dialog why it cannot', async () => {
    const electron = resetElectron(temporaryFolder());
    const parts = { ...fakeParts(new FakeCore()), createCore: () => Promise.reject(new Error('no disk')) };
    await startDesktop(parts, [], '/');
    expect(electron.asked[0]?.options.message).toBe('Tailslate cannot start');
    expect(electron.exitCode).toBe(1);
  });

  test('--user-data and --library say where things lie', async () => {
    const folder = join(temporaryFolder(), 'portable');
    const electron = resetElectron('/elsewhere');
    let ports: unknown;
    const core = new FakeCore();
    const parts = fakeParts(core);
    const createCore = (given: unknown) => {
      ports = given;
      return Promise.resolve(core);
    };
    await startDesktop({ ...parts, createCore }, ['--user-data', folder, '--library=/takes'], '/');
    expect(electron.paths.get('userData')).toBe(folder);
    expect(ports).toMatchObject({ userDataFolder: folder, libraryFolder: '/takes' });
  });
});

describe('one instance', () => {
  test('a second start hands its paths over and ends', async () => {
    const electron = resetElectron(temporaryFolder());
    electron.firstInstance = false;
    await startDesktop(fakeParts(new FakeCore()), ['take', '/b/session.json'], '/a');
    expect(electron.lockData).toEqual({ paths: ['/a/take', '/b'] });
    expect(electron.quits).toBe(1);
    expect(electron.windows).toEqual([]);
  });

  test('the first comes forward and opens them', async () => {
    const { window } = await startDesk();
    const page = connectPage(window);
    window.minimized = true;
    emitters.app.emit('second-instance', {}, [], '/', { paths: ['/a/take', 7, ''] });
    await settled();
    expect(window).toMatchObject({ minimized: false, focused: true });
    expect(watched(page, 'app.openedPaths')).toEqual({ serial: 1, paths: ['/a/take'] });
    for (const hostile of [null, 'x', { paths: 'y' }, { paths: new Array(5000).fill('/a') }])
      emitters.app.emit('second-instance', {}, [], '/', hostile);
    expect(watched(page, 'app.openedPaths')).toEqual({ serial: 1, paths: ['/a/take'] });
  });

  test('paths of the command line and of the system are opened', async () => {
    const starting = startDesk({ argv: ['take one'] });
    attempt(emitters.app, 'open-file', {}, '/b/session.json');
    const { window } = await starting;
    const page = connectPage(window);
    expect(watched(page, 'app.openedPaths')).toEqual({ serial: 1, paths: ['/home/someone/take one', '/b'] });
    expect(attempt(emitters.app, 'open-file', {}, '/c')).toBe(true);
    expect(watched(page, 'app.openedPaths')).toEqual({ serial: 2, paths: ['/c'] });
  });
});

describe('the window remembers where it stood', () => {
  test('and opens there again', async () => {
    const folder = temporaryFolder();
    writeFileSync(
      join(folder, 'window.json'),
      JSON.stringify({ bounds: { x: 50, y: 60, width: 1000, height: 700 }, maximized: true }),
    );
    const { window } = await startDesk({ userDataFolder: folder });
    expect(window.options).toMatchObject({ x: 50, y: 60, width: 1000, height: 700 });
    expect(window.maximized).toBe(true);
    window.maximized = false;
    window.close();
    await settled();
    expect(JSON.parse(readFileSync(join(folder, 'window.json'), 'utf8'))).toEqual({
      bounds: { x: 50, y: 60, width: 1000, height: 700 },
      maximized: false,
    });
  });

  test.each([
    [
      'off every screen',
      '{"bounds":{"x":9000,"y":0,"width":1000,"height":700}}',
      { width: 1000, height: 700 },
    ],
    [
      'above the screen',
      '{"bounds":{"x":0,"y":-500,"width":1000,"height":700}}',
      { width: 1000, height: 700 },
    ],
    ['larger than it', '{"bounds":{"x":0,"y":25,"width":9000,"height":9000}}', { width: 1920, height: 1055 }],
    ['no state', 'null', { width: 1280, height: 800 }],
    ['half a file', '{"bounds":', { width: 1280, height: 800 }],
    [
      'numbers that are none',
      '{"bounds":{"x":"1","y":null,"width":1e999,"height":2}}',
      { width: 1280, height: 800 },
    ],
  ])('unless that is %s', async (_name, text, size) => {
    const folder = temporaryFolder();
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'window.json'), text);
    const { window } = await startDesk({ userDataFolder: folder });
    expect(window.options).toMatchObject(size);
    expect(window.options.y ?? 25).toBeGreaterThanOrEqual(25);
  });
});

describe('leaving', () => {
  test('without a recording closes the core, then the program', async () => {
    const { electron, core, window } = await startDesk();
    window.close();
    await settled();
    expect(electron.asked).toEqual([]);
    expect(core.closed).toBe(1);
    expect(electron.exitCode).toBe(0);
    expect(window.destroyed).toBe(true);
  });

  test('during a recording asks, and the safe answer keeps recording', async () => {
    const { electron, core, window } = await startDesk();
    core.set('recording.state', recordingState);
    electron.responses.push(0);
    window.close();
    await settled();
    expect(electron.asked[0]?.options).toMatchObject({
      message: 'A recording is running.',
      buttons: ['Keep recording', 'Stop and quit'],
      defaultId: 0,
      cancelId: 0,
    });
    expect(window.destroyed).toBe(false);
    expect(core.calls).toEqual([]);
    expect(core.closed).toBe(0);
  });

  test('stops it at its last position before anything closes', async () => {
    const { electron, core } = await startDesk();
    core.set('recording.state', recordingState);
    electron.responses.push(1);
    const order: string[] = [];
    core.answers.set('recording.stop', () => {
      order.push(`stopped with ${core.closed} closed`);
      core.set('recording.state', null);
      return { sessionId: 's' };
    });
    attempt(emitters.app, 'before-quit');
    await settled();
    expect(core.calls).toEqual([['recording.stop', { positionSamples: 480_000 }]]);
    expect(order).toEqual(['stopped with 0 closed']);
    expect(core.closed).toBe(1);
    expect(electron.exitCode).toBe(0);
  });

  test('stays open when it cannot be stopped', async () => {
    const { electron, core, window } = await startDesk();
    core.set('recording.state', recordingState);
    electron.responses.push(1, 0);
    window.close();
    await settled();
    expect(electron.asked[1]?.options.message).toBe('The recording could not be stopped.');
    expect(window.destroyed).toBe(false);
    expect(electron.exitCode).toBeUndefined();
  });

  test('a second wish to close while the question is open asks nothing more', async () => {
    const { electron, core, window } = await startDesk();
    core.set('recording.state', recordingState);
    let answer: (button: number) => void = () => undefined;
    electron.responses.push(new Promise((resolve) => (answer = resolve)));
    window.close();
    attempt(emitters.app, 'before-quit');
    window.close();
    await settled();
    expect(electron.asked).toHaveLength(1);
    answer(0);
    await settled();
    expect(window.destroyed).toBe(false);
  });

  test('a system that shuts down is not kept waiting by a question', async () => {
    const { electron, core } = await startDesk();
    core.set('recording.state', recordingState);
    core.answers.set('recording.stop', () => ({ sessionId: 's' }));
    emitters.power.emit('shutdown');
    await settled();
    expect(electron.asked).toEqual([]);
    expect(core.calls.map(([name]) => name)).toEqual(['recording.stop']);
    expect(core.closed).toBe(1);
  });
});

describe('the menu bar', () => {
  const command = { shortcut: null, enabled: true, checked: null };
  test('shows what the window published and tells it what was chosen', async () => {
    const { electron, window } = await startDesk();
    const page = connectPage(window);
    await page.api.app.describeCommands({
      commands: [
        { ...command, id: 'record.new', title: 'New Recording', menu: 'file', shortcut: 'CmdOrCtrl+N' },
        { ...command, id: 'export.archive', title: 'Archive & more', menu: 'export-batch' },
        { ...command, id: 'play', title: 'Play', menu: 'session', shortcut: 'Space', enabled: false },
        { ...command, id: 'theme.dark', title: 'Dark', menu: 'view', checked: true },
        { ...command, id: 'odd', title: 'Odd', menu: 'help', shortcut: 'Ctrl+Nonsense' },
      ],
    });
    expect(menuItem(electron, 'File', 'New Recording').accelerator).toBe('CmdOrCtrl+N');
    // A bare key is shown and left to the page, which is typing in it.
    expect(menuItem(electron, 'Session', 'Play')).toMatchObject({
      enabled: false,
      registerAccelerator: false,
    });
    expect(menuItem(electron, 'View', 'Dark')).toMatchObject({ type: 'checkbox', checked: true });
    expect(menuItem(electron, 'Help', 'Odd').accelerator).toBeUndefined();
    click(menuItem(electron, 'File', 'Batch Export', 'Archive && more'));
    expect(watched(page, 'app.menuCommand')).toEqual({ serial: 1, command: 'export.archive' });
    click(menuItem(electron, 'File', 'New Recording'));
    expect(watched(page, 'app.menuCommand')).toEqual({ serial: 2, command: 'record.new' });
  });

  test("has the system's own items before that, and none for developers in a packaged program", async () => {
    const { electron } = await startDesk();
    expect(electron.menu.map(({ label }) => label)).toEqual(['&File', '&Edit', '&View', '&Window', '&Help']);
    const roles = JSON.stringify(electron.menu);
    expect(roles).toContain('"role":"paste"');
    expect(roles).not.toContain('toggleDevTools');
    expect(roles).not.toContain('"role":"reload"');
    const unpackaged = await startDesk({ prepare: (machine) => (machine.packaged = false) });
    expect(JSON.stringify(unpackaged.electron.menu)).toContain('toggleDevTools');
  });
});

describe('what only a desktop can do', () => {
  test('dialogs, the file manager and the trash', async () => {
    const { electron, window } = await startDesk();
    const page = connectPage(window);
    const calls = page.api.desktop;
    electron.picked.push(['/music'], [], ['/a', '/b']);
    expect(await calls.pickFolder({ title: 'Library folder', startFolder: '/start' })).toEqual({
      path: '/music',
    });
    expect(electron.asked[0]?.options).toMatchObject({ title: 'Library folder', defaultPath: '/start' });
    expect(await calls.pickFolder({ title: 'x', startFolder: null })).toEqual({ path: null });
    expect(await calls.pickPaths({ title: 'Add' })).toEqual({ paths: ['/a', '/b'] });
    await calls.reveal({ path: '/music/a.m4a' });
    expect(electron.revealed).toEqual(['/music/a.m4a']);
    const info = page.api.app.info({});
    await expect(info).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('progress, badge and a notification for a batch that ends unseen', async () => {
    const { electron, core, window } = await startDesk();
    const batch = (finished: number | null, ...states: ('running' | 'queued' | 'done' | 'failed')[]) => ({
      batchId: 'b',
      title: 'Evening',
      finishedUnixMicros: finished,
      problemCount: 0,
      counts: countsOf(
        states.map((state) => ({ state, doneBytes: 0, totalBytes: 0, secondsLeft: null, result: null })),
      ),
    });
    const queue = (progress: number | null, ...batches: object[]) =>
      ({ paused: false, progress, batches }) as unknown as WatchValue<'exports.queue'>;
    core.set('exports.queue', queue(0.25, batch(null, 'running', 'queued', 'done')));
    expect(window.progress).toEqual([0.25, { mode: 'normal' }]);
    expect(electron.badge).toBe(2);
    core.set('exports.queue', queue(null, batch(9, 'done', 'done', 'failed')));
    core.set('exports.queue', queue(null, batch(9, 'done', 'done', 'failed')));
    expect(window.progress[0]).toBe(-1);
    expect(electron.notifications).toMatchObject([
      { title: 'Export finished', body: 'Evening: 2 files ready, 1 failed.' },
    ]);
    electron.notifications[0]?.click();
    expect(window.focused).toBe(true);
    core.set('exports.queue', queue(null, { ...batch(9, 'done'), batchId: 'seen' }));
    expect(electron.notifications).toHaveLength(1);
  });

  test('no sleep while recording, the chosen theme', async () => {
    const { electron, core } = await startDesk();
    expect(nativeTheme.themeSource).toBe('dark');
    expect(electron.blockers.size).toBe(0);
    core.set('recording.state', recordingState);
    core.set('recording.state', recordingState);
    expect(electron.blockers.size).toBe(1);
    core.set('recording.state', null);
    expect(electron.blockers.size).toBe(0);
  });
});

describe('failures', () => {
  test('a window that crashes comes back once, is told, and the recording goes on', async () => {
    const { electron, core, window, userDataFolder } = await startDesk();
    core.set('recording.state', recordingState);
    let close: (button: number) => void = () => undefined;
    electron.responses.push(new Promise((resolve) => (close = resolve)));
    window.crash();
    await settled();
    expect(window.loaded).toEqual([PAGE.window, PAGE.window]);
    expect(electron.asked[0]?.options.message).toBe('The window failed and was opened again.');
    window.crash('oom');
    await settled();
    expect(electron.asked[1]?.options.buttons).toEqual(['Open again', 'Quit']);
    expect(window.loaded).toHaveLength(3);
    close(0);
    expect(core.calls).toEqual([]);
    expect(readFileSync(join(userDataFolder, 'faults.log'), 'utf8')).toMatch(/window: crashed \(5\)\n.*oom/);
  });

  test('a window that hangs is reloaded only on request', async () => {
    const { electron, window } = await startDesk();
    electron.responses.push(0, 1);
    window.emit('unresponsive');
    await settled();
    expect(window.webContents.reloads).toBe(0);
    window.emit('unresponsive');
    await settled();
    expect(window.webContents.reloads).toBe(1);
  });

  test('the log of faults holds no names', async () => {
    const { window, userDataFolder } = await startDesk();
    const page = connectPage(window);
    await page.api.app.noteFault({
      message:
        "ENOENT: open '/home/jane doe/Secret Show/session.json' from C:\\Users\\jane\\x by jane@mail.test",
      place: 'library',
    });
    const log = readFileSync(join(userDataFolder, 'faults.log'), 'utf8');
    expect(log).toContain('library: ENOENT: open');
    expect(log).not.toMatch(/jane|Secret|Users|mail\.test/);
  });
});

describe('the capture window', () => {
  test('is hidden, opened by the window alone, and outlives its reloads and crashes', async () => {
    const { electron, window } = await startDesk();
    connectPage(window);
    speak(window, CHANNEL.prepareCapture);
    speak(window, CHANNEL.prepareCapture);
    expect(electron.windows).toHaveLength(2);
    const capture = electron.windows[1];
    expect(capture?.loaded).toEqual([PAGE.capture]);
    expect(capture?.options).toMatchObject({ show: false, webPreferences: { backgroundThrottling: false } });
    window.crash();
    connectPage(window);
    await settled();
    expect(capture?.destroyed).toBe(false);
  });

  test('is started again when it fails, with an alert, but not for ever', async () => {
    const { electron, parts, window } = await startDesk();
    connectPage(window);
    speak(window, CHANNEL.prepareCapture);
    electron.windows[1]?.crash();
    expect(electron.windows[1]?.destroyed).toBe(true);
    expect(electron.windows).toHaveLength(3);
    expect(electron.notifications[0]?.title).toBe('Capture stopped for a moment');
    parts.nowMicros = 70_000_000;
    electron.windows[2]?.crash();
    electron.windows[3]?.crash();
    electron.windows[4]?.crash();
    expect(electron.windows).toHaveLength(5);
    expect(electron.notifications.at(-1)?.title).toBe('Capture keeps failing');
  });

  test('goes with the program', async () => {
    const { electron, window } = await startDesk();
    connectPage(window);
    speak(window, CHANNEL.prepareCapture);
    window.close();
    await settled();
    expect(electron.windows.every(({ destroyed }) => destroyed)).toBe(true);
  });
});
