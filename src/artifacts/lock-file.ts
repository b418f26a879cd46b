/** Remembers what was generated, so that an edited file is told from one of ours. */
export const LOCK_FILE = 'plan.lock.json';

/** SHA-256 in hex of each generated file, by its path in the folder. */
export type Hashes = Readonly<Record<string, string>>;

/** Hashes of an earlier run; none where the file is missing or is not one of ours. */
export function readLock(text: string | null): Hashes {
  if (text === null) return {};
  try {
    const lock: unknown = JSON.parse(text);
    if (!isRecord(lock) || !isRecord(lock.sha256)) return {};
    return Object.fromEntries(Object.entries(lock.sha256).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  } catch {
    // Without it every file counts as edited, which is the safe side.
    return {};
  }
}

/** What the files were made from, so that a difference between two runs explains itself. */
export interface LockOrigin {
  readonly tool_version: string;
  readonly vllm_version: string;
  /** SHA-256 in hex of the profile that plans this again. */
  readonly inputs_sha256: string;
}

export function lockText(hashes: Hashes, origin: LockOrigin | null): string {
  const sorted = Object.entries(hashes).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify({ lock_version: 1, ...origin, sha256: Object.fromEntries(sorted) }, null, 2)}\n`;
}

export async function sha256Of(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
