import * as v from 'valibot';
import { troubleOfError } from '../model/detailed-error.ts';
import { errorDetail } from '../model/error-detail.ts';
import { AppError, type ErrorCode } from '../model/errors.ts';
import { type Infer } from './declare.ts';

/** Every code there is; one that is missing here does not compile. */
const CODES: Readonly<Record<ErrorCode, true>> = {
  usage: true,
  'not-found': true,
  'not-a-session': true,
  unreadable: true,
  'nothing-to-do': true,
  exists: true,
  unwritable: true,
  'no-space': true,
  'verify-failed': true,
  unsupported: true,
  cancelled: true,
  locked: true,
  unavailable: true,
  disconnected: true,
  internal: true,
};

const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(CODES, code);

const errorShape = v.object({
  code: v.string(),
  message: v.string(),
  next: v.nullable(v.string()),
  detail: v.exactOptional(errorDetail),
});

/** An AppError as it crosses: Electron and JSON keep no more of an error than what is spelled out. */
export type ErrorShape = Infer<typeof errorShape>;

const name = v.pipe(v.string(), v.maxLength(100));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** What a client sends, packet frames aside. */
export const clientMessage = v.variant('kind', [
  v.object({ kind: v.literal('call'), id: count, name, input: v.unknown() }),
  v.object({ kind: v.literal('watch'), name }),
  v.object({ kind: v.literal('unwatch'), name }),
  /** The last snapshot of a value has been used; the next may come. */
  v.object({ kind: v.literal('seen'), name }),
]);
export type ClientMessage = Infer<typeof clientMessage>;

/** What a host sends. */
export const hostMessage = v.variant('kind', [
  /** First of all. Revisions of another run are not comparable. */
  v.object({ kind: v.literal('hello'), runId: v.string() }),
  v.object({ kind: v.literal('answer'), id: count, output: v.unknown() }),
  /** `id` is null where the message could not be read so far. */
  v.object({ kind: v.literal('failure'), id: v.nullable(count), error: errorShape }),
  v.object({ kind: v.literal('snapshot'), name, revision: count, value: v.unknown() }),
  /** The oldest packet frame under way has been taken, or refused. */
  v.object({ kind: v.literal('taken'), error: v.nullable(errorShape) }),
]);
export type HostMessage = Infer<typeof hostMessage>;

/** Told of errors that are not meant for a person, and where they came from. */
export type FaultHook = (error: unknown, place: string) => void;

/** An error for the other side: an AppError as it is, anything else as a sentence without its insides. */
export function encodeError(error: unknown, place: string, onFault: FaultHook): ErrorShape {
  if (error instanceof AppError) {
    if (error.code === 'internal') onFault(error, place);
    return troubleOfError(error);
  }
  onFault(error, place);
  return {
    code: 'internal',
    message: `Something went wrong inside Tailslate (${place}).`,
    next: 'Try it again; if it happens again, report it with the text that Help > Report a problem shows.',
  };
}

/** The AppError that the other side encoded. */
export function decodeError({ code, message, next, detail }: ErrorShape): AppError {
  return new AppError(isErrorCode(code) ? code : 'internal', message, {
    ...(next !== null && { next }),
    ...(detail !== undefined && { detail }),
  });
}

/** The AppError in an answer that may be anything; undefined where it is none. */
export function errorIn(answer: unknown): AppError | undefined {
  return v.is(errorShape, answer) ? decodeError(answer) : undefined;
}

/** Why a validator refused something, in a line: the first thing that is wrong and where. */
export function refusal(issues: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): string {
  const [issue] = issues;
  const path = v.getDotPath(issue);
  return `${path === null ? '' : `${path}: `}${issue.message}`.slice(0, 300);
}
