import type { Contract } from '../../shared/ipc/contract.ts';
import type { Implementation } from '../../shared/ipc/declare.ts';
import type { HostTransport } from './ipc.ts';
import type { MediaSource } from './own-files.ts';

/** Every domain of the contract, implemented. */
export type Implementations = { readonly [D in keyof Contract]: Implementation<Contract[D]> };

/** The program without a window, as the hosts run it. */
export interface Core {
  readonly implementations: Implementations;
  readonly media: MediaSource;
  /** Encoded packets from the capture window, as they arrived. */
  acceptPackets(frame: Uint8Array): Promise<void> | void;
  /** The capture window failed; a running recording shows it. */
  captureLost(): void;
  /** Answered when everything accepted is on stable storage and nothing is open. */
  close(): Promise<void>;
}

/** What the desktop hands to the core. */
export interface CorePorts {
  readonly userDataFolder: string;
  /** What the library folder is unless the settings say otherwise. */
  readonly libraryFolder: string;
  /** Moves a file or folder to the system's trash. @throws where there is none. */
  trash(path: string): Promise<void>;
}

/** What the desktop is started with; the entry brings the real ones, tests theirs. */
export interface DesktopParts {
  createCore(ports: CorePorts): Promise<Core>;
  /** Answers a page's calls and follows its watches until the transport closes. */
  serve(
    implementations: Implementations,
    core: Core,
    transport: HostTransport,
    onFault: (error: unknown, place: string) => void,
  ): void;
  /** Folder of the built window: index.html and what belongs to it. */
  readonly rendererFolder: string;
  /** The built preload script. */
  readonly preloadFile: string;
  readonly iconFile: string;
  /** Follows what nobody caught in this process. Noted; a recording is worth more than a clean end. */
  onProcessFault(listener: (message: string) => void): void;
  /** Microseconds that never go back. */
  now(): number;
}
