import { connect, type Connection } from '../../shared/ipc/connect.ts';
import type { Domains, Implementations } from '../../shared/ipc/declare.ts';
import { portPair } from '../../shared/ipc/port-pair.ts';
import { serve } from '../../shared/ipc/serve.ts';
import { AppError } from '../../shared/model/errors.ts';
import type { Terminal } from './terminal.ts';

/**
 * Connects to a part of the program that runs in this very process, over the same ends as a window does: what goes in
 * and comes out is checked by the contract.
 */
export function inProcess<C extends Domains>(
  contract: C,
  implementations: Implementations<C>,
  terminal: Terminal,
): Connection<C> {
  const [client, host] = portPair();
  const onFault = (error: unknown, place: string): void => {
    // Those that are told as what ended the command need not be told twice.
    if (!(error instanceof AppError)) {
      terminal.note(`tailslate: ${place}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  serve(contract, implementations, host, {
    runId: 'terminal',
    acceptPackets: () => {
      throw new AppError('unavailable', 'The terminal records nothing.');
    },
    onFault,
  });
  return connect(contract, client, onFault);
}
