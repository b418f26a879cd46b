import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { isRecord, programOf, type Running, start } from './prometheus.ts';
import { type Haste, hastened, type RulesFile } from './time-lapse.ts';

/** Five minutes become 2 s in a window, and two hours 12 s as the time for which a condition must hold. */
export const HASTE: Haste = { windows: 150, waits: 600 };
/** Between two scrapes, and between two evaluations: ten of them in the shortest window. */
const STEP = '200ms';
/** What a dashboard's rates are taken over. */
export const RATE_INTERVAL = '2s';

/** Addresses of what the emitted configuration calls 127.0.0.1 and a port, by that port. */
export type Addresses = Readonly<Record<string, string>>;

export interface MonitorFiles {
  /** A `prometheus.yml`. */
  readonly config: string;
  readonly rules: RulesFile;
}

/** A Prometheus on emitted files in a time lapse, with a folder of its own. */
export class Monitor {
  readonly #prometheus: Running;
  readonly #dir: string;
  readonly #config: Config;

  private constructor(prometheus: Running, dir: string, config: Config) {
    this.#prometheus = prometheus;
    this.#dir = dir;
    this.#config = config;
  }

  static async start({ config, rules }: MonitorFiles, addresses: Addresses): Promise<Monitor> {
    const program = programOf('PROMETHEUS', 'prometheus');
    const dir = mkdtempSync(join(tmpdir(), 'monitoring-'));
    const adapted = adapt(config, addresses);
    writeFileSync(join(dir, 'rules.yaml'), stringify(hastened(rules, HASTE)));
    writeFileSync(join(dir, 'prometheus.yml'), stringify(adapted));
    const prometheus = await start(program, (address) => [
      `--config.file=${join(dir, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(dir, 'data')}`,
      `--web.listen-address=${address}`,
      '--web.enable-lifecycle',
      // What fires is told again and again; what is not told any more counts as resolved after four times this.
      '--rules.alert.resend-delay=500ms',
      // As long before a silent series is gone as before, by the same factor.
      `--query.lookback-delta=${(300 * 1000) / HASTE.windows}ms`,
    ]);
    return new Monitor(prometheus, dir, adapted);
  }

  /** Reads its configuration again, without a job or with all of them. */
  async scrapeAllBut(job: string | null): Promise<void> {
    const scrape_configs = this.#config.scrape_configs.filter(({ job_name }) => job_name !== job);
    writeFileSync(join(this.#dir, 'prometheus.yml'), stringify({ ...this.#config, scrape_configs }));
    await fetch(`http://${this.#prometheus.address}/-/reload`, { method: 'POST' });
  }

  /** Values of all series of a query, NaN where there is nothing to divide by. */
  async valuesOf(query: string): Promise<readonly number[]> {
    const data = await this.#prometheus.get('v1/query', { query });
    return listIn(data, 'result').map(({ value }) => (Array.isArray(value) ? Number(value[1]) : Number.NaN));
  }

  /** Those of the queries that no series with a number answers. */
  async unanswered(queries: readonly string[]): Promise<readonly string[]> {
    const answers = await Promise.all(queries.map(async (query) => ((await this.valuesOf(query)).some(Number.isFinite) ? [] : [query])));
    return answers.flat();
  }

  /** Names of the alerts that fire, each once, sorted. */
  async firing(): Promise<readonly string[]> {
    const alerts = listIn(await this.#prometheus.get('v1/alerts'), 'alerts').filter(({ state }) => state === 'firing');
    return [...new Set(alerts.flatMap(({ labels }) => (isRecord(labels) ? [String(labels.alertname)] : [])))].sort();
  }

  /** What went wrong at the last evaluation of each rule. */
  async ruleErrors(): Promise<readonly string[]> {
    const groups = listIn(await this.#prometheus.get('v1/rules'), 'groups');
    const rules = groups.flatMap((group) => listIn(group, 'rules'));
    return rules.filter(({ health }) => health === 'err').map(({ name, lastError }) => `${name}: ${lastError}`);
  }

  async stop(): Promise<void> {
    await this.#prometheus.stop();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

interface Config {
  readonly scrape_configs: readonly { readonly job_name: string }[];
}

/** The emitted configuration with short intervals, and with the addresses at which things are here. */
function adapt(text: string, addresses: Addresses): Config {
  const moved = text.replace(/\b127\.0\.0\.1:(\d+)/g, (_, port: string) => {
    const address = addresses[port];
    if (address === undefined) throw new Error(`nothing stands in for port ${port}`);
    return address;
  });
  return {
    ...parse(moved),
    rule_files: ['rules.yaml'],
    global: { scrape_interval: STEP, scrape_timeout: STEP, evaluation_interval: STEP },
  };
}

function listIn(value: unknown, key: string): readonly Readonly<Record<string, unknown>>[] {
  const list = isRecord(value) ? value[key] : null;
  return Array.isArray(list) ? list.filter(isRecord) : [];
}
