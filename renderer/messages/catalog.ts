/** A text, or one for each grammatical number of its `count`. `{name}` stands for a parameter. */
export type Message = string | { readonly one: string; readonly other: string };
export type Catalog = Readonly<Record<string, Message>>;

type Names<S extends string> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
/** Names of a message's parameters, read off its text by the compiler. */
export type Parameters<M extends Message> = M extends string
  ? Names<M>
  : M extends { readonly other: infer O extends string }
    ? Names<O> | 'count'
    : never;

/** Another language's catalog: the same keys, and plurals where English has them. */
export type Translation<C extends Catalog> = {
  readonly [K in keyof C]: C[K] extends string ? string : Exclude<Message, string>;
};

/** Puts parameters into a message; the grammatical number is that of `count` in the language of `tag`. */
export function fill(
  message: Message,
  parameters: Readonly<Record<string, string | number>>,
  tag: string,
): string {
  const text = typeof message === 'string' ? message : message[number(parameters['count'], tag)];
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = parameters[name];
    return typeof value === 'number' ? value.toLocaleString(tag) : (value ?? whole);
  });
}

function number(count: string | number | undefined, tag: string): 'one' | 'other' {
  return new Intl.PluralRules(tag).select(Number(count)) === 'one' ? 'one' : 'other';
}
