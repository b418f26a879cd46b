import type { RunProgram } from '../hardware/detect-gpus.ts';

/** Longest that a tool of this host may take; nvidia-smi needs some seconds on a cold driver. */
const PROGRAM_TIMEOUT_MS = 20_000;
const MAX_OUTPUT_BYTES = 2 ** 24;

/** Runs a program of this host, without a shell. */
export const runProgram: RunProgram = async (program, args) => {
  const { execFile } = await import('node:child_process');
  return new Promise((resolve) => {
    execFile(program, [...args], { timeout: PROGRAM_TIMEOUT_MS, maxBuffer: MAX_OUTPUT_BYTES }, (error, stdout) =>
      resolve(error ? null : stdout),
    );
  });
};
