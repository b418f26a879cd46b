import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HASTE } from './monitor.ts';
import { isRecord, programOf, type Running, start } from './prometheus.ts';
import { shortened } from './time-lapse.ts';

/** An Alertmanager on the emitted file, and the webhooks that it calls. */
export class Pager {
  readonly #alertmanager: Running;
  readonly #webhooks: Server;
  readonly #dir: string;
  /** By receiver and alert: whether it fired or has been resolved, as it was told last. */
  readonly #told: Map<string, string>;

  private constructor(alertmanager: Running, webhooks: Server, dir: string, told: Map<string, string>) {
    this.#alertmanager = alertmanager;
    this.#webhooks = webhooks;
    this.#dir = dir;
    this.#told = told;
  }

  /** @param config the emitted `alertmanager.yml`; its receivers are replaced by one here */
  static async start(config: string): Promise<Pager> {
    const program = programOf('ALERTMANAGER', 'alertmanager', 'prometheus-alertmanager');
    const dir = mkdtempSync(join(tmpdir(), 'alertmanager-'));
    const told = new Map<string, string>();
    const webhooks = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        note(told, JSON.parse(Buffer.concat(chunks).toString()));
        response.end();
      });
    });
    await new Promise<void>((resolve) => webhooks.listen(0, '127.0.0.1', resolve));
    const address = webhooks.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`;
    writeFileSync(join(dir, 'alertmanager.yml'), adapt(config, url));
    const alertmanager = await start(program, (listen) => [
      `--config.file=${join(dir, 'alertmanager.yml')}`,
      `--storage.path=${join(dir, 'data')}`,
      `--web.listen-address=${listen}`,
      '--cluster.listen-address=',
    ]);
    return new Pager(alertmanager, webhooks, dir, told);
  }

  get address(): string {
    return this.#alertmanager.address;
  }

  /** `receiver alert` of what was told and not yet told to be over, sorted. */
  open(): readonly string[] {
    return [...this.#told].flatMap(([notice, status]) => (status === 'firing' ? [notice] : [])).sort();
  }

  async stop(): Promise<void> {
    await this.#alertmanager.stop();
    this.#webhooks.closeAllConnections();
    await new Promise((resolve) => this.#webhooks.close(resolve));
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

function note(told: Map<string, string>, body: unknown): void {
  if (!isRecord(body) || !Array.isArray(body.alerts)) return;
  for (const alert of body.alerts.filter(isRecord)) {
    const name = isRecord(alert.labels) ? alert.labels.alertname : '';
    told.set(`${body.receiver} ${name}`, String(alert.status));
  }
}

/** With the webhook's address in place of the file that holds it, which Alertmanager reads from 0.26 on only. */
function adapt(config: string, url: string): string {
  return config
    .replace(/^(\s*(?:- )?)url_file: .*$/gm, (_, indent: string) => `${indent}url: ${url}`)
    .replace(/^(\s*group_(?:wait|interval): )(\w+)$/gm, (_, key: string, value: string) => `${key}${shortened(value, HASTE.windows)}`);
}
