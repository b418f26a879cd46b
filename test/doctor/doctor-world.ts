import { readFileSync } from 'node:fs';
import { answerFor } from '../../src/cli/commands/doctor.run.ts';
import type { DoctorOptions } from '../../src/cli/commands/doctor.ts';
import type { CliContext } from '../../src/cli/context.ts';
import type { LogCase } from './cases.ts';

/** A context without network, GPU or terminal; what is written is kept. */
export function quietContext(): CliContext & { readonly written: string[] } {
  const written: string[] = [];
  return {
    written,
    stdout: { write: (text: string) => written.push(text) },
    stderr: { write: (text: string) => written.push(text) },
    env: {},
    fetch: () => Promise.reject(new TypeError('no network in tests')),
    run: async () => null,
    colour: false,
  };
}

export function logText(name: string): string {
  return readFileSync(new URL(`logs/${name}.txt`, import.meta.url), 'utf8');
}

export function optionsOf({ gpu, version, model }: LogCase): DoctorOptions {
  return {
    offline: true,
    ...(gpu === undefined ? {} : { gpu }),
    ...(version === undefined ? {} : { vllmVersion: version }),
    ...(model === undefined ? {} : { model }),
  };
}

export function answerOf(row: LogCase) {
  return answerFor(quietContext(), logText(row.name), optionsOf(row));
}
