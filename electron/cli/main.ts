import { Command, CommanderError, Option } from 'commander';
import { stopped } from '../../shared/model/errors.ts';
import { DEFAULT_NAME_TEMPLATE } from '../../shared/model/file-name.ts';
import { MIX_KBPS } from '../../shared/model/media-formats.ts';
import { PRESETS } from '../../shared/model/presets.ts';
import { APP_VERSION } from '../io/app-version.ts';
import { endBySignal, endHeldProcess } from '../io/process-end.ts';
import type { CommandContext, RunCommand } from './context.ts';
import { EXIT, type ExitCode, exitCodeFor } from './exit-code.ts';
import { collect, formatOption, fpsOption, projectOption, zoneOption } from './shared-options.ts';
import { Terminal } from './terminal.ts';

const EXAMPLE = `
To try it:
  tailslate sample my-session
  tailslate inspect my-session
  tailslate export my-session --out my-files`;

const EXIT_CODES = `
Exit codes: 0 done; 1 failed, or nothing was made; 2 wrong use; 3 done, with damage that was reported; 130 stopped by Ctrl-C.`;

/**
 * Runs the terminal program and sets the process's exit code. Commands are loaded when they are called, so that
 * starting one does not pay for the others.
 * @param argv the arguments after the program's name.
 */
export async function main(argv: readonly string[]): Promise<void> {
  const terminal = new Terminal({ json: argv.includes('--json') });
  const cancel = new AbortController();
  listenForInterrupt(cancel, terminal);
  const context: CommandContext = { terminal, signal: cancel.signal };
  try {
    await program(context).parseAsync(argv, { from: 'user' });
  } catch (error) {
    process.exitCode = report(error, terminal);
  }
  await terminal.written();
  // A shell makes 130 of the signal, as it would of an orderly end.
  endHeldProcess(process.exitCode === EXIT.interrupted ? 'SIGINT' : Number(process.exitCode ?? EXIT.done));
}

function report(error: unknown, terminal: Terminal): ExitCode {
  // Commander has printed its own message already, and throws for --help and --version too.
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.done;
    terminal.document({ error: { code: 'usage', message: plain(error.message) } });
    return EXIT.usage;
  }
  terminal.error(error);
  return exitCodeFor(error);
}

/** Commander's message without the word it begins with. */
function plain(message: string): string {
  return message.replace(/^error: /, '');
}

/** The first Ctrl-C cancels and cleans up; a second one ends the process at once. */
function listenForInterrupt(cancel: AbortController, terminal: Terminal): void {
  const onSignal = (signal: NodeJS.Signals): void => {
    if (cancel.signal.aborted) endBySignal(signal);
    terminal.note('Stopping; press Ctrl-C again to quit at once.');
    cancel.abort(stopped());
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  // A terminal window that is closed.
  process.on('SIGHUP', onSignal);
}

function program(context: CommandContext): Command {
  const root = new Command('tailslate')
    .description(
      'Turns podcast sessions logged as Opus packets into .m4a files that line up in a video editor.',
    )
    .version(APP_VERSION)
    .helpCommand('help [command]', 'show what a command takes')
    .helpOption('-h, --help', 'show this help')
    .configureOutput({
      outputError: (message, write) => {
        write(`tailslate: ${plain(message)}`);
      },
    })
    .showHelpAfterError('  Run "tailslate --help" to see the commands.')
    .addHelpText('after', EXAMPLE)
    .addHelpText('afterAll', EXIT_CODES)
    .exitOverride();
  const define = <Options>(command: Command, load: () => Promise<{ run: RunCommand<Options> }>): void => {
    command
      .option('--json', 'print one JSON document on stdout')
      .helpOption('-h, --help', 'show this help')
      .showHelpAfterError(`  Run "tailslate ${command.name()} --help" to see what it takes.`)
      .exitOverride();
    command.action(async () => {
      const { run } = await load();
      process.exitCode = await run(command.args, command.opts<Options & object>(), context);
    });
  };

  define(
    root
      .command('inspect')
      .summary('what a session holds')
      .description(
        'Shows players, packets, duration, runs, gaps, damage and start timecode of a session folder.',
      )
      .argument('<session>', 'a session folder, of Tailslate or of Bedrock Voice Chat')
      .addOption(fpsOption())
      .addOption(zoneOption()),
    () => import('./commands/inspect.ts'),
  );
  define(
    root
      .command('export')
      .summary('write verified files for video editors')
      .description(
        'Writes one .m4a per player with the recorded packets unchanged, a timecode track and tags, or other formats with the same start and length.',
      )
      .argument('<session...>', 'session folders')
      .requiredOption('-o, --out <dir>', 'folder for the files; created where it is missing')
      .option('-p, --player <name>', 'only this player; may be repeated', collect)
      .addOption(formatOption())
      .addOption(
        new Option('--layout <how>', 'per-player: a file each; combined: all players as tracks of one file')
          .choices(['per-player', 'combined'])
          .default('per-player'),
      )
      .addOption(
        new Option(
          '--pcm <samples>',
          'what samples are written as, where a format holds any: s16, s24 or f32',
        )
          .choices(['s16', 's24', 'f32'])
          .default('s24'),
      )
      .option(
        '--pan <player=percent>',
        'where a player stands in the mix, from -100 (left) to 100 (right); may be repeated',
        collect,
      )
      .option(
        '--gain <player=dB>',
        'how much louder a player is in the mix, from -60 to 24; may be repeated',
        collect,
      )
      .addOption(
        new Option(
          '--mix-kbps <n>',
          "bitrate of an encoded mix in kilobits a second: 96, 128, 160 or 192 (default: the preset's, else 128)",
        ).choices(MIX_KBPS.map(String)),
      )
      .option('--fragmented', 'm4a in fragments of 2 s: cut short, it can be read up to the last whole one')
      .addOption(projectOption())
      .option(
        '--preset <id>',
        `formats and project files for a use: ${PRESETS.map(({ id }) => id).join(', ')}`,
      )
      .addOption(fpsOption())
      .addOption(zoneOption())
      .option('--start <label>', 'timecode of the session start, HH:MM:SS:FF, instead of the time of day')
      .option('--offset <frames>', 'frames to add to the timecode, to match a camera; may be negative', '0')
      .addOption(
        new Option(
          '--align <how>',
          'session: all files start and end together; trim: each at its own first packet',
        )
          .choices(['session', 'trim'])
          .default('session'),
      )
      .option(
        '--name <template>',
        'file name from {session} {player} {index} {date} {time} {timecode} {preset} {format} {take}, as {index:02} or {player:upper} too; a / begins a subfolder',
        DEFAULT_NAME_TEMPLATE,
      )
      .addOption(
        new Option(
          '--existing <what>',
          'when a file of that name is there: number the new one, skip it, or overwrite the old one',
        )
          .choices(['number', 'skip', 'overwrite'])
          .default('number'),
      )
      .option('--jobs <n>', 'how many files to write at once; the number of cores by default')
      .option('--no-verify', 'do not read the files again and compare them')
      .option('--dry-run', 'show what would be written and write nothing'),
    () => import('./commands/export.ts'),
  );
  define(
    root
      .command('verify')
      .summary('check exported files')
      .description(
        'Checks structure, timecode and digest of files of any format, told by their content; with --session every packet, or every sample it decodes to, against the log. What cannot be compared is said.',
      )
      .argument('<file...>', '.m4a, .wav, .mov and .opus files')
      .option('--session <dir>', 'the session folder the files were made from'),
    () => import('./commands/verify.ts'),
  );
  define(
    root
      .command('recover')
      .summary('what can be saved of a session')
      .description('Scans every byte of the logs and reports what is whole, torn or damaged. Writes nothing.')
      .argument('<session>', 'a session folder'),
    () => import('./commands/recover.ts'),
  );
  define(
    root
      .command('record')
      .summary('play Opus files into a session (for development)')
      .description(
        'For development and tests: plays Ogg Opus files through the recorder into a session, a track for each. Ctrl-C ends the session in order.',
      )
      .option('--headless', 'record without a window; the only way in a terminal')
      .requiredOption('--from <path...>', 'Ogg Opus files, or folders of them')
      .requiredOption('-o, --out <dir>', 'the session folder to make')
      .option('--speed <speed>', 'real, max, or how many times faster than real time', 'real')
      .addOption(
        new Option('--durability <ms>', 'how much a power cut may cost, in milliseconds')
          .choices(['250', '500', '1000', '2000'])
          .default('500'),
      )
      .option('--title <title>', 'title of the session; the name of its folder by default'),
    () => import('./commands/record.ts'),
  );
  define(
    root
      .command('import')
      .summary('bring recordings into the library')
      .description(
        'Takes session folders, Ogg Opus files, zips of them and Matroska or WebM files with Opus into the library. Numbered files of one folder, such as 1-Alice.ogg and 2-Bob.ogg, become one session, others one each; packets stay as they are.',
      )
      .argument('<path...>', 'session folders and files')
      .option('--copy', 'copy session folders into the library instead of linking them where they lie')
      .option('--library <dir>', 'library folder; the one of the settings by default')
      .option('--user-data <dir>', 'folder of settings and caches'),
    () => import('./commands/import.ts'),
  );
  define(
    root
      .command('sample')
      .summary('make a sample session')
      .description('Writes a session folder of bundled speech, to try things out with.')
      .argument('<dir>', 'the session folder to make')
      .option('--players <n>', 'how many players, 1 to 4', '4')
      .option('--minutes <m>', 'how long, in minutes', '1'),
    () => import('./commands/sample.ts'),
  );
  define(
    root
      .command('serve')
      .summary('the whole program as a page in your browser')
      .description(
        'Shows Tailslate as a page in your own browser, on this machine only. Ctrl-C ends a recording in order and stops.',
      )
      .option('--port <n>', 'port on 127.0.0.1; 0 for any that is free', '0')
      .option('--library <dir>', 'library folder for this run')
      .option('--user-data <dir>', 'folder of settings and caches')
      .option(
        '--allow <dir>',
        'a folder that the page may open and write to, besides your home, the library and plugged-in disks; may be repeated',
        collect,
      )
      .option('--no-open', 'do not open the browser, only print the address'),
    () => import('./commands/serve.ts'),
  );
  define(
    root
      .command('doctor')
      .summary('what this installation is and can do')
      .description(
        'Shows versions, which parts work here, the state of the library and the last faults. It names no people, sessions or paths, so it can be put into a problem report.',
      )
      .option('--library <dir>', 'library folder; by default the one of the settings')
      .option('--user-data <dir>', 'folder of settings and caches'),
    () => import('./commands/doctor.ts'),
  );
  return root;
}
