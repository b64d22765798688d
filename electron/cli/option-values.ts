import { AppError } from '../../shared/model/errors.ts';

/** An option's value as a number in a range. @throws AppError('usage') that names the option and the range. */
export function numberBetween(
  option: string,
  text: string,
  range: { readonly least: number; readonly most: number; readonly whole: boolean },
): number {
  const { least, most, whole } = range;
  const pattern = whole ? /^[+-]?\d+$/ : /^[+-]?\d+(\.\d+)?$/;
  const value = pattern.test(text.trim()) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw new AppError(
    'usage',
    `${option} takes a ${whole ? 'whole ' : ''}number from ${least} to ${most}, not "${text}".`,
  );
}
