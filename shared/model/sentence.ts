import type { ErrorDetail } from './error-detail.ts';
import type { ErrorCode } from './errors.ts';

/** What the program says of a trouble, in English. */
export interface Sentence {
  readonly code: ErrorCode;
  readonly message: string;
  readonly next?: string;
}

/** What is said of each kind of trouble. */
export type Sentences = {
  readonly [K in ErrorDetail['kind']]: (detail: Extract<ErrorDetail, { kind: K }>) => Sentence;
};
