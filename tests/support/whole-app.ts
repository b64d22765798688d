import { dirname, resolve } from 'node:path';
import { browserApp } from '../../electron/cli/browser-app.ts';
import type { HostedApp } from '../../electron/services/hosted-app.ts';
import { contract, type Api, type WatchName, type WatchValue } from '../../shared/ipc/contract.ts';
import { connect, type Connection } from '../../shared/ipc/connect.ts';
import { serve } from '../../shared/ipc/serve.ts';
import { portPair } from '../../shared/ipc/port-pair.ts';

/** The whole program on folders of a test, used as a page uses it. */
export class WholeApp {
  readonly api: Api;
  readonly connection: Connection<typeof contract>;
  readonly hosted: HostedApp;
  readonly faults: unknown[];

  private constructor(hosted: HostedApp, faults: unknown[]) {
    const [host, page] = portPair();
    const onFault = (error: unknown): void => {
      faults.push(error);
    };
    serve(contract, hosted.implementations, host, {
      runId: 'test',
      acceptPackets: (frame) => hosted.acceptPackets(frame),
      onFault,
    });
    this.hosted = hosted;
    this.faults = faults;
    this.connection = connect(contract, page, onFault);
    this.api = this.connection.api;
  }

  /** The page reaches whatever lies beside the library. */
  static async open(libraryFolder: string, userDataFolder: string): Promise<WholeApp> {
    const faults: unknown[] = [];
    const folders = { libraryFolder, userDataFolder, allowed: [dirname(resolve(libraryFolder))] };
    const hosted = await browserApp(folders, (error) => {
      faults.push(error);
    });
    return new WholeApp(hosted, faults);
  }

  /** Resolves with the value once it is as wanted. */
  until<N extends WatchName>(name: N, wanted: (value: WatchValue<N>) => boolean): Promise<WatchValue<N>> {
    return new Promise((resolve) => {
      const end = this.api.watch(name, ({ value }) => {
        if (!wanted(value)) return;
        queueMicrotask(() => end());
        resolve(value);
      });
    });
  }

  async close(): Promise<void> {
    await this.hosted.close();
  }
}
