import type { Contract } from '../../shared/ipc/contract.ts';
import type { Implementations } from '../../shared/ipc/declare.ts';
import type { MediaAnswer, MediaRequest } from '../../shared/ipc/media-path.ts';

/** The program as a host serves it. */
export interface HostedApp {
  readonly implementations: Implementations<Contract>;
  readonly media: {
    /** Audio in bulk. @throws AppError('not-found') for sessions and players that are not there. */
    read(request: MediaRequest): Promise<MediaAnswer>;
  };
  /** Takes a packet frame of the recording. @throws AppError when it cannot be kept. */
  acceptPackets(frame: Uint8Array): Promise<void> | void;
  /** Ends a recording in order, lets files and the catalog go. */
  close(): Promise<void>;
}
