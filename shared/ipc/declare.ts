import type { GenericSchema, InferInput, InferOutput } from 'valibot';

/** A question or an order: what it takes and what it answers, both checked where they cross a boundary. */
export interface Call<I extends GenericSchema = GenericSchema, O extends GenericSchema = GenericSchema> {
  readonly input: I;
  readonly output: O;
}

/** Declares a call. */
export function call<I extends GenericSchema, O extends GenericSchema>(input: I, output: O): Call<I, O> {
  return { input, output };
}

/** Calls and watched values that belong together. */
export interface Domain {
  readonly calls: Readonly<Record<string, Call>>;
  /** Values that change by themselves. A watcher gets all of the value at once and again with every change. */
  readonly values: Readonly<Record<string, GenericSchema>>;
}

/** A watched value. Revisions grow; one that is not greater than the last seen is old news and is passed over. */
export interface Snapshot<T> {
  readonly revision: number;
  readonly value: T;
}

/** Data that came from, or goes to, the other side belongs to both: nobody changes it. */
export type Data<T> = unknown extends T
  ? T
  : T extends string | number | boolean | null | undefined | Uint8Array
    ? T
    : T extends readonly (infer E)[]
      ? readonly Data<E>[]
      : { readonly [K in keyof T]: Data<T[K]> };

/** What a schema lets through. */
export type Infer<S extends GenericSchema> = Data<InferOutput<S>>;

type CallsOf<D extends Domain> = {
  readonly [K in keyof D['calls']]: (
    input: Data<InferInput<D['calls'][K]['input']>>,
  ) => Promise<Infer<D['calls'][K]['output']>>;
};

/** Domains by name: what a contract is. */
export type Domains = Readonly<Record<string, Domain>>;

/** Name of a watched value: `domain.value`. */
export type ValueName<C extends Domains> = {
  [D in keyof C & string]: `${D}.${keyof C[D]['values'] & string}`;
}[keyof C & string];

type ValueOf<C extends Domains, N extends string> = N extends `${infer D}.${infer V}`
  ? D extends keyof C
    ? V extends keyof C[D]['values']
      ? Infer<C[D]['values'][V]>
      : never
    : never
  : never;

/** The program as its users see it: every call by domain, and `watch` for the values. */
export type ApiOf<C extends Domains> = { readonly [D in keyof C]: CallsOf<C[D]> } & {
  /** Hands out the value at once, or as soon as there is one, and after every change. @returns ends the watching. */
  readonly watch: <N extends ValueName<C>>(
    name: N,
    listener: (snapshot: Snapshot<ValueOf<C, N>>) => void,
  ) => () => void;
};

export type { ValueOf };

/** What a service hands in for its domain: the calls, and what its values are right now. */
export interface Implementation<D extends Domain> {
  readonly calls: CallsOf<D>;
  readonly values: {
    readonly [V in keyof D['values']]: {
      readonly watch: (listener: (snapshot: Snapshot<Infer<D['values'][V]>>) => void) => () => void;
    };
  };
}

/** Everything a host serves. */
export type Implementations<C extends Domains> = { readonly [D in keyof C]: Implementation<C[D]> };
