import { app } from 'electron';
import { WatchedValue } from '../../shared/ipc/watched-value.ts';
import type { FaultLog } from '../io/fault-log.ts';
import type { Command } from './commands.ts';
import type { AppImplementations } from './core.ts';

/** What of the contract's `app` domain this host answers itself, and the values it sets. */
export class HostCalls {
  readonly #menuCommand = new WatchedValue<{ serial: number; command: string | null }>({
    serial: 0,
    command: null,
  });
  readonly #openedPaths = new WatchedValue<{ serial: number; paths: string[] }>({ serial: 0, paths: [] });
  readonly #onCommands: (commands: readonly Command[]) => void;
  readonly #faults: FaultLog;

  constructor(onCommands: (commands: readonly Command[]) => void, faults: FaultLog) {
    this.#onCommands = onCommands;
    this.#faults = faults;
  }

  /** A menu item was chosen. */
  choose(command: string): void {
    this.#menuCommand.set({ serial: this.#menuCommand.value.serial + 1, command });
  }

  /** The system handed over sessions to open. */
  open(paths: readonly string[]): void {
    if (paths.length === 0) return;
    this.#openedPaths.set({ serial: this.#openedPaths.value.serial + 1, paths: [...paths] });
  }

  /** The core's implementation with this host's part in it. */
  over(domain: AppImplementations['app']): AppImplementations['app'] {
    return {
      calls: {
        ...domain.calls,
        info: async (input) => ({
          ...(await domain.calls.info(input)),
          host: 'electron',
          locale: app.getLocale(),
          abilities: { pickPaths: true, reveal: true, trash: true, nativeMenu: true },
        }),
        describeCommands: ({ commands }) => {
          this.#onCommands(commands);
          return Promise.resolve({});
        },
        noteFault: ({ message, place }) => {
          this.#faults.note(place, message);
          return Promise.resolve({});
        },
      },
      values: { menuCommand: this.#menuCommand, openedPaths: this.#openedPaths },
    };
  }
}
