import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { SAMPLE_RATE } from '../../shared/time/samples.ts';
import { programPath } from '../support/programs.ts';
import type { FeederOptions } from './pulse-feeder.ts';

const run = promisify(execFile);

/** A daemon that has not begun to listen by then does not come. */
const PATIENCE_MS = 20_000;

export interface PulseSourceOptions {
  /** What a person reads; two sources may have the same. */
  readonly description: string;
  /** What the source is heard to say, a sample of 48 kHz each, by channel; its time begins with the server's. */
  readonly sound: readonly Float32Array[];
  /** Hertz it says it has; 48 000 unless told. */
  readonly rate?: number;
  /** By how many millionths its crystal runs fast. */
  readonly ppm?: number;
}

interface PulseSource {
  readonly module: string;
  readonly feeder: Worker;
  readonly listener: ChildProcess;
}

/**
 * A PulseAudio server of our own, in a folder, that nothing else on the machine can see, with sources whose crystals
 * are clocks of this machine: real devices to a browser, plugs and all.
 */
export class Pulse {
  /** What a program needs in its environment to see this server and no other. */
  readonly env: NodeJS.ProcessEnv;
  readonly #folder: string;
  readonly #daemon: ChildProcess;
  readonly #sources = new Map<string, PulseSource>();
  #epochMillis = performance.timeOrigin + performance.now();

  private constructor(folder: string, env: NodeJS.ProcessEnv, daemon: ChildProcess) {
    this.#folder = folder;
    this.env = env;
    this.#daemon = daemon;
  }

  /** @throws Error when it does not start. */
  static async start(folder: string): Promise<Pulse> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const socket = join(folder, 'native');
    // Browsers believe that every device has the server's own rate.
    writeFileSync(join(folder, 'daemon.conf'), `default-sample-rate = ${SAMPLE_RATE}\n`);
    const env = {
      ...process.env,
      HOME: folder,
      XDG_RUNTIME_DIR: folder,
      PULSE_RUNTIME_PATH: folder,
      PULSE_CONFIG_PATH: folder,
      PULSE_STATE_PATH: folder,
      PULSE_COOKIE: join(folder, 'cookie'),
      PULSE_SERVER: `unix:${socket}`,
    };
    const daemon = spawn(
      programPath('pulseaudio'),
      [
        '-n',
        '--daemonize=no',
        '--use-pid-file=no',
        '--exit-idle-time=-1',
        '--log-level=error',
        `--load=module-native-protocol-unix auth-anonymous=1 socket=${socket}`,
        // Something to play to, whose clock the browser's sound runs by; it never plays into a microphone.
        `--load=module-null-sink sink_name=speakers rate=${SAMPLE_RATE} sink_properties=device.description=Speakers`,
      ],
      { env, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let said = '';
    daemon.stderr.on('data', (text: Buffer) => (said += text.toString()));
    const pulse = new Pulse(folder, env, daemon);
    for (const beganMillis = performance.now(); ;) {
      try {
        await pulse.control('info');
        return pulse;
      } catch (error) {
        if (daemon.exitCode !== null || performance.now() - beganMillis > PATIENCE_MS) {
          await pulse.end();
          throw new Error(`pulseaudio did not start: ${said}`, { cause: error });
        }
        await setTimeout(50);
      }
    }
  }

  /** The sound of sources made from now on begins now. @returns when, milliseconds since 1970. */
  beginSound(): number {
    this.#epochMillis = performance.timeOrigin + performance.now();
    return this.#epochMillis;
  }

  /** Connects a device. */
  async plug(name: string, options: PulseSourceOptions): Promise<void> {
    const { description, sound, rate = SAMPLE_RATE, ppm = 0 } = options;
    const pipe = join(this.#folder, `${name}.pipe`);
    const module = await this.control(
      'load-module',
      'module-pipe-source',
      `source_name=${name}`,
      `file=${pipe}`,
      'format=s16le',
      `rate=${rate}`,
      `channels=${sound.length}`,
      `source_properties="device.description='${description}'"`,
    );
    // A pipe is read only while somebody listens; a microphone hears always.
    const listener = spawn(programPath('parec'), [`--device=${name}`, '--raw'], {
      env: this.env,
      stdio: 'ignore',
    });
    const workerData: FeederOptions = {
      pipe,
      sound,
      rate: rate * (1 + ppm / 1e6),
      epochMillis: this.#epochMillis,
    };
    const feeder = new Worker(new URL('./pulse-feeder.ts', import.meta.url), { workerData });
    this.#sources.set(name, { module: module.trim(), feeder, listener });
  }

  /** Pulls a device's plug, if it is in. */
  async unplug(name: string): Promise<void> {
    const source = this.#sources.get(name);
    if (source === undefined) return;
    this.#sources.delete(name);
    await this.control('unload-module', source.module);
    await stop(source);
  }

  /** What `pactl` does. @returns what it printed. @throws Error as it does. */
  async control(...args: readonly string[]): Promise<string> {
    const { stdout } = await run(programPath('pactl'), args, { env: this.env });
    return stdout;
  }

  async end(): Promise<void> {
    await Promise.all([...this.#sources.values()].map(stop));
    if (this.#daemon.exitCode !== null) return;
    this.#daemon.kill();
    await once(this.#daemon, 'exit');
  }
}

async function stop({ feeder, listener }: PulseSource): Promise<void> {
  await feeder.terminate();
  if (listener.exitCode === null && listener.signalCode === null) {
    listener.kill();
    await once(listener, 'exit');
  }
}
