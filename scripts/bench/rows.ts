import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PlanDocument } from '../../src/plan/plan-document.ts';

/** One measured start-up: the exact `check` command, what was logged, and which figures may be held against it. */
export interface MeasuredStart {
  readonly id: string;
  readonly model: string;
  readonly gpu: string;
  readonly vllm_version: string | null;
  readonly noisy: boolean;
  readonly argv: readonly string[];
  readonly hold: readonly string[];
  readonly observed: {
    readonly weights_gib: number | null;
    readonly available_kv_gib: number | null;
    readonly kv_cache_tokens: number | null;
    readonly max_concurrency: { readonly tokens: number; readonly x: number } | null;
    readonly peak_activation_gib: number | null;
    readonly error: { readonly kind: string } | null;
  };
}

export function readRows(path: string): readonly MeasuredStart[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line): MeasuredStart => JSON.parse(line));
}

/** What `check --batch` says of one row: the document, or the error with its code. */
export type BatchAnswer = PlanDocument | { readonly error: { readonly code: string } };

/** The answers of one `check --batch` run of the built command, in order; null where it refused the row. */
export function askAll(argvs: readonly (readonly string[])[]): readonly (PlanDocument | null)[] {
  return askBatch(argvs).map((answer) => ('error' in answer ? null : answer));
}

/** The same with the refusals' codes. */
export function askBatch(argvs: readonly (readonly string[])[]): readonly BatchAnswer[] {
  const folder = mkdtempSync(join(tmpdir(), 'vllm-wizard-bench-'));
  try {
    const file = join(folder, 'rows.jsonl');
    writeFileSync(file, argvs.map((argv) => `${JSON.stringify(argv)}\n`).join(''));
    const out = execFileSync(process.execPath, ['dist/cli/main.js', 'check', '--batch', file], {
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return out
      .split('\n')
      .filter(Boolean)
      .map((line): BatchAnswer => JSON.parse(line));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
