/** Whether tests that take their chances are to take ten times as many: `npm test -- --long`. */
export const LONG = process.env['TAILSLATE_LONG'] === '1';
