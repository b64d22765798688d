import { diagnose } from '../../services/diagnose.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { table } from '../format.ts';
import type { CommandContext } from '../context.ts';

/** `tailslate doctor` */
export function run(
  _positional: readonly string[],
  _options: object,
  { terminal }: CommandContext,
): Promise<ExitCode> {
  const diagnosis = diagnose();
  terminal.document(diagnosis);
  terminal.print(
    table(
      ['part', 'state', 'detail'],
      diagnosis.parts.map(({ name, ok, detail }) => [name, ok ? 'ok' : 'missing', detail]),
    ),
  );
  return Promise.resolve(diagnosis.ok ? EXIT.done : EXIT.failed);
}
