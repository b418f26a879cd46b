import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expositionText, type Family } from './exposition.ts';

/** Something whose counters move as time passes. */
export interface Instrument {
  pass(seconds: number): void;
  families(): Family[];
}

/** One scrape target. Before each scrape its instruments are told how much time has passed, by the clock that it is given. */
export class StubServer {
  readonly #server: Server;
  readonly #instruments: readonly Instrument[];
  readonly #clock: () => number;
  #last: number;
  #down = false;
  #scrapes = 0;

  /** @param clock seconds */
  constructor(instruments: readonly Instrument[], clock: () => number) {
    this.#instruments = instruments;
    this.#clock = clock;
    this.#last = clock();
    this.#server = createServer((request, response) => {
      if (this.#down) {
        response.destroy();
        return;
      }
      response.writeHead(request.url === '/metrics' ? 200 : 404, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
      response.end(request.url === '/metrics' ? this.text() : '');
    });
  }

  get scrapes(): number {
    return this.#scrapes;
  }

  /** The address of the target, as Prometheus writes it. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    return `127.0.0.1:${isAddress(address) ? address.port : 0}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Does not answer until it is told to come back; its counters stand still meanwhile. */
  goDown(down: boolean): void {
    this.#down = down;
    this.#last = this.#clock();
  }

  text(): string {
    this.#scrapes += 1;
    const now = this.#clock();
    for (const instrument of this.#instruments) instrument.pass(now - this.#last);
    this.#last = now;
    return expositionText(merged(this.#instruments.flatMap((instrument) => instrument.families())));
  }
}

/** One family for each name: several engines share theirs. */
function merged(families: readonly Family[]): Family[] {
  const byName = new Map<string, Family>();
  for (const family of families) {
    const seen = byName.get(family.name);
    byName.set(family.name, seen === undefined ? family : { ...seen, samples: [...seen.samples, ...family.samples] });
  }
  return [...byName.values()];
}

function isAddress(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}
