import { dirname, join } from 'node:path';
import { WizardError } from '../errors/wizard-error.ts';
import type { GeneratedFile } from './generated-file.ts';
import { LOCK_FILE, type LockOrigin, lockText, readLock, sha256Of } from './lock-file.ts';

/** What writing needs of `node:fs/promises`; pass that module, or a double in tests. */
export interface WritableFs {
  readonly copyFile: (from: string, to: string) => Promise<void>;
  readonly mkdir: (path: string, options: { readonly recursive: true }) => Promise<string | undefined>;
  readonly mkdtemp: (prefix: string) => Promise<string>;
  readonly readFile: (path: string, encoding: 'utf8') => Promise<string>;
  readonly rename: (from: string, to: string) => Promise<void>;
  readonly rm: (path: string, options: { readonly recursive: true; readonly force: true }) => Promise<void>;
  readonly writeFile: (path: string, text: string, options: { readonly mode: number }) => Promise<void>;
  readonly chmod: (path: string, mode: number) => Promise<void>;
}

export interface WriteOptions {
  /** Overwrite files that somebody has edited, or that were never generated. */
  readonly force: boolean;
  /** What the lock says of where the files come from. */
  readonly origin?: LockOrigin;
  readonly fs: WritableFs;
}

export interface WrittenFiles {
  /** Paths whose content is new, in the order of the files. */
  readonly written: readonly string[];
  /** Paths that already held exactly this. */
  readonly unchanged: readonly string[];
}

/**
 * Writes all files or none: they are staged in a folder beside their place, then renamed into it, and put back as they
 * were when any of that fails. `plan.lock.json` remembers what was written, so that an edited file is noticed next time.
 *
 * @throws WizardError FILE_EDITED, OUTPUT_NOT_WRITABLE
 */
export async function writeFiles(dir: string, files: readonly GeneratedFile[], { force, origin, fs }: WriteOptions): Promise<WrittenFiles> {
  const created = await makeFolder(dir, fs);
  let staging: string | null = null;
  try {
    const present = await readPresent(dir, files, fs);
    const lock = readLock(await textOf(join(dir, LOCK_FILE), fs));
    if (!force) await refuseEdited(dir, present, lock, files);
    const changed = files.filter(({ path, text }) => present.get(path) !== text);
    const hashes = await hashesOf(files);
    const all = [...changed, { path: LOCK_FILE, text: lockText({ ...lock, ...hashes }, origin ?? null), mode: 0o644 }];
    staging = await fs.mkdtemp(join(dir, '.vllm-wizard-'));
    await replaceAll(dir, staging, all, fs);
    const written = new Set(changed.map(({ path }) => path));
    return { written: [...written], unchanged: files.map(({ path }) => path).filter((path) => !written.has(path)) };
  } catch (cause) {
    if (created !== undefined) await fs.rm(created, { recursive: true, force: true });
    throw cause instanceof WizardError ? cause : notWritable(dir, cause);
  } finally {
    // The files are in place or back as they were; a staging folder that stays behind harms nobody.
    if (staging !== null) await fs.rm(staging, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function makeFolder(dir: string, fs: WritableFs): Promise<string | undefined> {
  try {
    return await fs.mkdir(dir, { recursive: true });
  } catch (cause) {
    throw notWritable(dir, cause);
  }
}

/** Puts staged files in place one rename after the other, and takes everything back when one fails. */
async function replaceAll(dir: string, staging: string, files: readonly GeneratedFile[], fs: WritableFs): Promise<void> {
  const staged = files.map((file, index) => ({ file, fresh: join(staging, `new-${index}`), old: join(staging, `old-${index}`) }));
  for (const { file, fresh } of staged) {
    await fs.writeFile(fresh, file.text, { mode: file.mode });
    // The mode above is cut by the umask.
    await fs.chmod(fresh, file.mode);
  }
  const undo: (() => Promise<void>)[] = [];
  try {
    for (const { file, fresh, old } of staged) {
      const target = join(dir, file.path);
      const made = await fs.mkdir(dirname(target), { recursive: true });
      if (made !== undefined) undo.push(() => fs.rm(made, { recursive: true, force: true }));
      const had = await copied(target, old, fs);
      await fs.rename(fresh, target);
      undo.push(() => (had ? fs.rename(old, target) : fs.rm(target, { recursive: true, force: true })));
    }
  } catch (cause) {
    for (const step of undo.reverse()) await step();
    throw cause;
  }
}

async function copied(from: string, to: string, fs: WritableFs): Promise<boolean> {
  try {
    await fs.copyFile(from, to);
    return true;
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return false;
    throw cause;
  }
}

async function readPresent(dir: string, files: readonly GeneratedFile[], fs: WritableFs): Promise<Map<string, string>> {
  const present = new Map<string, string>();
  for (const { path } of files) {
    const text = await textOf(join(dir, path), fs);
    if (text !== null) present.set(path, text);
  }
  return present;
}

async function textOf(path: string, fs: WritableFs): Promise<string | null> {
  try {
    return await fs.readFile(path, 'utf8');
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return null;
    throw cause;
  }
}

async function refuseEdited(
  dir: string,
  present: ReadonlyMap<string, string>,
  lock: Readonly<Record<string, string>>,
  files: readonly GeneratedFile[],
): Promise<void> {
  const edited: string[] = [];
  for (const { path, text } of files) {
    const there = present.get(path);
    if (there !== undefined && there !== text && (await sha256Of(there)) !== lock[path]) edited.push(path);
  }
  if (edited.length === 0) return;
  throw new WizardError('FILE_EDITED', {
    problem: `Edited since it was generated, or not ours, in ${dir}: ${edited.join(', ')}. Nothing was written.`,
    fix: 'Move your changes into the profile (vllm_args), write to another folder, or overwrite them with --force.',
    facts: { dir, files: edited.join(', ') },
  });
}

async function hashesOf(files: readonly GeneratedFile[]): Promise<Record<string, string>> {
  return Object.fromEntries(await Promise.all(files.map(async ({ path, text }) => [path, await sha256Of(text)] as const)));
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EEXIST: 'it is a file',
  EISDIR: 'a folder stands where a file must go',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is a file',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
};

function notWritable(dir: string, cause: unknown): WizardError {
  const code = codeOf(cause);
  const reason = REASONS[code] ?? (cause instanceof Error ? cause.message : String(cause));
  return new WizardError('OUTPUT_NOT_WRITABLE', {
    problem: `Cannot write into "${dir}": ${reason}. Nothing was written.`,
    fix: 'Name a folder that you may write to with --output-dir.',
    facts: { dir, code },
    cause,
  });
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
}
