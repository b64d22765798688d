import { connect, type Connection } from '../../shared/ipc/connect.ts';
import { contract, type Contract } from '../../shared/ipc/contract.ts';
import type { Domains, Implementations } from '../../shared/ipc/declare.ts';
import type { Port } from '../../shared/ipc/port.ts';
import { serve } from '../../shared/ipc/serve.ts';
import type { Transport } from './transports.ts';

/** A connection with both of its ends in the test's hands. */
export interface Served<C extends Domains = Contract> {
  readonly connection: Connection<C>;
  readonly client: Port;
  readonly host: Port;
  /** What either end reported, as "place: message". */
  readonly faults: string[];
}

export interface ServedOptions {
  readonly runId?: string;
  readonly acceptPackets?: (frame: Uint8Array) => Promise<void> | void;
  /** Goes on with this connection in place of making one. */
  readonly again?: Connection<Contract>;
}

/** Serves implementations over a fresh connection of a transport and connects to them. */
export async function served(
  transport: Transport,
  implementations: Implementations<Contract>,
  options: ServedOptions = {},
): Promise<Served> {
  const faults: string[] = [];
  const onFault = (error: unknown, place: string): void => {
    faults.push(`${place}: ${error instanceof Error ? error.message : String(error)}`);
  };
  const [client, host] = await transport.open();
  const { runId = 'run-1', acceptPackets = () => undefined, again } = options;
  serve(contract, implementations, host, { runId, acceptPackets, onFault });
  again?.attach(client);
  return { connection: again ?? connect(contract, client, onFault), client, host, faults };
}
