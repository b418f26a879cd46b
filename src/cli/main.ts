#!/usr/bin/env node
import type { CliContext } from './context.ts';
import { runCli } from './program.ts';

/** Longest that a tool of this host may take; nvidia-smi needs some seconds on a cold driver. */
const PROGRAM_TIMEOUT_MS = 20_000;

const ctx: CliContext = {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  fetch: globalThis.fetch,
  colour: process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb',
  run: async (program, args) => {
    const { execFile } = await import('node:child_process');
    return new Promise((resolve) => {
      execFile(program, [...args], { timeout: PROGRAM_TIMEOUT_MS, maxBuffer: 2 ** 24 }, (error, stdout) => resolve(error ? null : stdout));
    });
  },
};

// A reader that stops early (`| head`) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

process.exitCode = await runCli(ctx, process.argv.slice(2));
