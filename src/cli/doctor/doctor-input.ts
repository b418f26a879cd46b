import { stdin } from 'node:process';
import { WizardError } from '../../errors/wizard-error.ts';
import { readTextFile } from '../read-text-file.ts';

/** A log that somebody pipes in. */
export interface LogInput extends AsyncIterable<string | Buffer> {
  readonly isTTY?: boolean | undefined;
}

/** Most that is taken from a pipe; a day of requests is smaller. */
const MAX_BYTES = 256 * 2 ** 20;

/** The text of a log: a file, or what is piped in. */
export async function readLogText(file: string | undefined, input: LogInput = stdin): Promise<string> {
  if (file !== undefined && file !== '-') return readTextFile(file, 'log', MAX_BYTES);
  if (input.isTTY) {
    throw new WizardError('USAGE', {
      problem: 'No log is given.',
      fix: 'Name its file, or pipe it in: docker logs vllm 2>&1 | vllm-wizard doctor',
    });
  }
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of input) {
    const bytes = typeof part === 'string' ? Buffer.from(part) : part;
    size += bytes.length;
    if (size > MAX_BYTES) {
      throw new WizardError('FILE_UNREADABLE', {
        problem: `The log has more than ${MAX_BYTES} bytes.`,
        fix: 'Pass the start-up alone, for example with head -n 5000.',
      });
    }
    parts.push(bytes);
  }
  return Buffer.concat(parts).toString('utf8');
}
