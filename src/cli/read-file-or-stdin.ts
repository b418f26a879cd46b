import { stdin } from 'node:process';
import { WizardError } from '../errors/wizard-error.ts';
import { readTextFile } from './read-text-file.ts';

/** What a file or stdin with a deployment may have at most. */
const MAX_BYTES = 4 * 2 ** 20;

/**
 * The text of a file, or of stdin for `-`.
 *
 * @throws WizardError FILE_UNREADABLE
 */
export async function readFileOrStdin(path: string, what: string, input: AsyncIterable<string | Buffer> = stdin): Promise<string> {
  if (path !== '-') return readTextFile(path, what, MAX_BYTES);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of input) {
    const piece = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    size += piece.length;
    if (size > MAX_BYTES) {
      throw new WizardError('FILE_UNREADABLE', {
        problem: `The ${what} on stdin is longer than ${MAX_BYTES} bytes.`,
        fix: `Pass the ${what} itself.`,
      });
    }
    chunks.push(piece);
  }
  return Buffer.concat(chunks).toString('utf8');
}
