import { open } from 'node:fs/promises';
import { WizardError } from '../errors/wizard-error.ts';

/** Longest file that is read whole; batches of a hundred thousand rows stay below it. */
const MAX_BYTES = 256 * 2 ** 20;

/**
 * Reads a text file that the user named.
 *
 * @param what what it should be, for the message
 * @throws WizardError FILE_UNREADABLE
 */
export async function readTextFile(path: string, what: string, maxBytes = MAX_BYTES): Promise<string> {
  let file: Awaited<ReturnType<typeof open>> | null = null;
  try {
    file = await open(path);
    const { size } = await file.stat();
    if (size > maxBytes) {
      throw new WizardError('FILE_UNREADABLE', {
        problem: `The ${what} ${path} has ${size} bytes; at most ${maxBytes} are read.`,
        fix: `Name the ${what} itself.`,
        facts: { path, bytes: size },
      });
    }
    return await file.readFile('utf8');
  } catch (cause) {
    if (cause instanceof WizardError) throw cause;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    const why = { ENOENT: 'does not exist', EACCES: 'may not be read', EISDIR: 'is a folder' }[code] ?? `cannot be read (${code})`;
    throw new WizardError('FILE_UNREADABLE', {
      problem: `The ${what} ${path} ${why}.`,
      fix: `Give the path of a ${what} that can be read.`,
      facts: { path },
      cause,
    });
  } finally {
    await file?.close();
  }
}
