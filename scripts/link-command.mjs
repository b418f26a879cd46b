#!/usr/bin/env node
// Puts `vllm-wizard` among the commands of this checkout, so that `npx vllm-wizard` runs the build at hand.
//
// Without the link npx installs the checkout into its own cache at the first call, which builds it once more
// and breaks when two calls do so at once. Windows has no such links: there npx falls back on its cache.
import { lstatSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

const COMMANDS = join(import.meta.dirname, '..', 'node_modules', '.bin');
const LINK = join(COMMANDS, 'vllm-wizard');

if (process.platform !== 'win32') {
  mkdirSync(COMMANDS, { recursive: true });
  if (lstatSync(LINK, { throwIfNoEntry: false }) !== undefined) rmSync(LINK);
  symlinkSync(join('..', '..', 'dist', 'cli', 'main.js'), LINK);
}
