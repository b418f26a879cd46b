import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { vi } from 'vitest';

/** A program of the Prometheus project that runs for a test. */
export class Running {
  readonly address: string;
  readonly #process: ChildProcess;
  #log = '';

  constructor(process: ChildProcess, address: string) {
    this.#process = process;
    this.address = address;
    // Nothing outlives the test, however that ends.
    globalThis.process.once('exit', () => process.kill('SIGKILL'));
    process.stderr?.on('data', (chunk: Buffer) => {
      this.#log += chunk.toString();
    });
  }

  get log(): string {
    return this.#log;
  }

  async isReady(): Promise<boolean> {
    if (this.#process.exitCode !== null) throw new Error(`ended with ${this.#process.exitCode}:\n${this.#log}`);
    return (await fetch(`http://${this.address}/-/ready`).catch(() => null))?.ok ?? false;
  }

  /** The `data` of an answer of the HTTP API. */
  async get(path: string, parameters: Readonly<Record<string, string>> = {}): Promise<unknown> {
    const response = await fetch(`http://${this.address}/api/${path}?${new URLSearchParams(parameters)}`);
    const body: unknown = await response.json();
    if (isRecord(body) && body.status === 'error') throw new Error(`${path} ${JSON.stringify(parameters)}: ${body.error}`);
    return isRecord(body) && 'data' in body ? body.data : body;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGTERM');
    await ended;
  }
}

/** The first of several names under which a program can be called. @throws Error where there is none */
export function programOf(variable: string, ...names: readonly string[]): string {
  const given = process.env[variable];
  const found = (given === undefined ? names : [given]).find((name) => spawnSync(name, ['--version']).error === undefined);
  if (found !== undefined) return found;
  throw new Error(`${names[0]} cannot be started: install Debian's package of that name, or set ${variable} to its path`);
}

/** Starts a program and returns when it is ready. */
export async function start(program: string, args: (address: string) => readonly string[]): Promise<Running> {
  const address = `127.0.0.1:${await freePort()}`;
  const running = new Running(spawn(program, args(address), { stdio: ['ignore', 'ignore', 'pipe'] }), address);
  await vi.waitUntil(() => running.isReady(), { timeout: 30_000, interval: 100 });
  return running;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no free port');
  return address.port;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
