import type { Dirent } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { WizardError } from '../../errors/wizard-error.ts';
import type { LintInput } from '../../lint/lint.ts';
import { readFileOrStdin } from '../read-file-or-stdin.ts';
import { readTextFile } from '../read-text-file.ts';

/** Longest file that is read; the largest custom resource definitions have 3 MB. */
const MAX_BYTES = 8 * 2 ** 20;
/** Files of one call beyond which a folder is no deployment. */
const MAX_FILES = 20_000;
/** Folders that hold nothing that people deploy. */
const SKIPPED = new Set(['node_modules', '.git', '.venv', 'venv', '__pycache__', '.terraform', '.cache']);
/** What a folder is searched for; a file that is named is read whatever it is called. */
const WANTED = /\.(ya?ml|json|sh|bash|sbatch|slurm|service|container|dockerfile|containerfile)$|^(dockerfile|containerfile)(\..+)?$/i;
/** JSON is mostly something else; these keys make it a dashboard, an object or a rule file. */
const JSON_OF_INTEREST = /"(panels|expr|apiVersion|services|seriesQuery)"\s*:/;

export interface LintInputs {
  readonly inputs: readonly LintInput[];
  /** Folders that were read whole. */
  readonly folders: readonly string[];
  /** Files in them that were not read. */
  readonly present: readonly string[];
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
}

/**
 * Reads the files and folders that the user names, in the order of their names. Links inside folders are not followed.
 *
 * @throws WizardError FILE_UNREADABLE for a named path that cannot be read
 */
export async function readLintInputs(paths: readonly string[]): Promise<LintInputs> {
  const found = new Map<string, string>();
  const folders: string[] = [];
  const present: string[] = [];
  const skipped: { file: string; reason: string }[] = [];
  for (const path of paths) {
    if (path === '-') {
      found.set('stdin', await readFileOrStdin('-', 'deployment file'));
      continue;
    }
    if (!(await isFolder(path))) {
      found.set(shown(path), await readTextFile(path, 'deployment file', MAX_BYTES));
      continue;
    }
    folders.push(path === '.' ? '' : shown(path));
    const files: string[] = [];
    await collectFiles(path, files, { present, skipped });
    for (const file of files) {
      const text = await readOne(file);
      if (typeof text !== 'string') skipped.push({ file: shown(file), reason: text.reason });
      else if (!/\.json$/i.test(file) || JSON_OF_INTEREST.test(text)) found.set(shown(file), text);
      else present.push(shown(file));
    }
  }
  const inputs = [...found].map(([path, text]) => ({ path, text }));
  return { inputs, folders, present, skipped };
}

/** With `/`, without `./` in front. */
function shown(path: string): string {
  const plain = path
    .replaceAll('\\', '/')
    .replace(/^(\.\/+)+/, '')
    .replace(/\/+$/, '');
  return plain === '' ? path : plain;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // Reading it as a file says what is wrong.
    return false;
  }
}

interface Beside {
  readonly present: string[];
  readonly skipped: { file: string; reason: string }[];
}

async function collectFiles(folder: string, files: string[], beside: Beside): Promise<void> {
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    beside.skipped.push({ file: shown(folder), reason: reasonOf(cause) });
    return;
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = `${folder.replace(/\/+$/, '')}/${entry.name}`;
    if (entry.isDirectory() && !SKIPPED.has(entry.name)) await collectFiles(path, files, beside);
    else if (entry.isFile() && WANTED.test(entry.name)) files.push(path);
    else if (!entry.isDirectory() && beside.present.length < MAX_FILES) beside.present.push(shown(path));
    if (files.length > MAX_FILES) {
      throw new WizardError('FILE_UNREADABLE', {
        problem: `More than ${MAX_FILES} files would have to be read.`,
        fix: 'Name the folder of the deployment itself.',
        facts: { files: files.length },
      });
    }
  }
}

async function readOne(path: string): Promise<string | { readonly reason: string }> {
  try {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      return size > MAX_BYTES ? { reason: `longer than ${MAX_BYTES} bytes` } : await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch (cause) {
    return { reason: reasonOf(cause) };
  }
}

function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
  return code === 'EACCES' || code === 'EPERM' ? 'may not be read' : `cannot be read (${code})`;
}
