import { contract, type Contract } from '../../shared/ipc/contract.ts';
import type { Domains, Implementations } from '../../shared/ipc/declare.ts';
import { WatchedValue } from '../../shared/ipc/watched-value.ts';

/** Implementations that note what reaches them and answer as they are told, for tests of the way between. */
export class Recorder<C extends Domains = Contract> {
  /** Calls that came through, with what they were given. */
  readonly reached: { readonly name: string; readonly input: unknown }[] = [];
  readonly values = new Map<string, WatchedValue<unknown>>();
  readonly implementations: Implementations<C>;
  /** What a call answers; whatever it throws, the call throws. */
  respond: (name: string, input: unknown) => unknown = () => ({});

  constructor(of: Domains = contract) {
    const domains = Object.entries(of).map(([domain, { calls, values }]) => {
      const callsOf = Object.keys(calls).map((key) => {
        const name = `${domain}.${key}`;
        const run = async (input: unknown): Promise<unknown> => {
          this.reached.push({ name, input });
          return Promise.resolve(this.respond(name, input));
        };
        return [key, run] as const;
      });
      const valuesOf = Object.keys(values).map((key) => {
        const value = new WatchedValue<unknown>(undefined);
        this.values.set(`${domain}.${key}`, value);
        return [key, value] as const;
      });
      return [domain, { calls: Object.fromEntries(callsOf), values: Object.fromEntries(valuesOf) }] as const;
    });
    // Made name by name from the contract itself.
    this.implementations = Object.fromEntries(domains) as unknown as Implementations<C>;
  }

  value(name: string): WatchedValue<unknown> {
    const value = this.values.get(name);
    if (value === undefined) throw new Error(`there is no value ${name}`);
    return value;
  }
}
