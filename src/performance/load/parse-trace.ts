import { WizardError } from '../../errors/wizard-error.ts';

/** One request of a recorded load. */
export interface TraceRequest {
  /** Seconds after the first request of the trace. */
  readonly sendS: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
}

export interface Trace {
  /** In the order in which they were sent. */
  readonly requests: readonly TraceRequest[];
  /** Rows left out, because nothing was asked or nothing answered. */
  readonly emptyRows: number;
}

type Column = 'timestamp' | 'prompt' | 'output';

/**
 * Names of the three columns, in lower case.
 *
 * @source Azure LLM inference traces 2023 and 2024 (`TIMESTAMP,ContextTokens,GeneratedTokens`); BurstGPT
 * (`Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type`)
 */
const COLUMNS: Readonly<Record<Column, readonly string[]>> = {
  timestamp: ['timestamp', 'time', 'arrival_time'],
  prompt: ['contexttokens', 'request tokens', 'prompt', 'prompt_tokens', 'input_tokens', 'input_length'],
  output: ['generatedtokens', 'response tokens', 'output', 'output_tokens', 'completion_tokens', 'output_length'],
};

const MS_PER_S = 1000;

/**
 * A recorded load: comma-separated, a header, a request a line. Times are seconds, or dates as ISO 8601 writes them (a date without
 * a zone is taken as UTC; only differences matter). Rows need not be in order.
 *
 * @param name what to call the file in messages
 * @throws WizardError FILE_UNREADABLE naming the column or the line
 */
export function parseTrace(text: string, name: string): Trace {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const header = (lines[0] ?? '').split(',').map((cell) => cell.trim().toLowerCase());
  const column = (kind: Column): number => {
    const index = header.findIndex((cell) => COLUMNS[kind].includes(cell));
    if (index === -1)
      throw unreadable(name, `has no column for the ${kind}`, `Call one column of its first line ${COLUMNS[kind].join(' or ')}.`);
    return index;
  };
  const [timestamp, prompt, output] = [column('timestamp'), column('prompt'), column('output')];
  const rows = lines.flatMap((line, index) => {
    if (index === 0 || line.trim() === '') return [];
    const cells = line.split(',').map((cell) => cell.trim());
    const read = (kind: Column, at: number, parse: (cell: string) => number): number => {
      const value = parse(cells[at] ?? '');
      if (Number.isFinite(value)) return value;
      throw unreadable(
        name,
        `has ${JSON.stringify(cells[at] ?? '')} as the ${kind} in line ${index + 1}`,
        'Correct the line or remove it.',
      );
    };
    return [
      {
        atS: read('timestamp', timestamp, seconds),
        promptTokens: read('prompt', prompt, tokens),
        outputTokens: read('output', output, tokens),
      },
    ];
  });
  const sent = rows.filter(({ promptTokens, outputTokens }) => promptTokens > 0 && outputTokens > 0).sort((a, b) => a.atS - b.atS);
  const first = sent[0];
  if (first === undefined) throw unreadable(name, 'holds no request with a prompt and an answer', 'Give a trace with at least one.');
  return {
    requests: sent.map(({ atS, promptTokens, outputTokens }) => ({ sendS: atS - first.atS, promptTokens, outputTokens })),
    emptyRows: rows.length - sent.length,
  };
}

function tokens(cell: string): number {
  return /^\d+(\.0*)?$/.test(cell) ? Number(cell) : Number.NaN;
}

function seconds(cell: string): number {
  if (/^\d+(\.\d*)?$/.test(cell)) return Number(cell);
  const date = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(\.\d+)?(Z|[+-]\d{2}:?\d{2})?$/.exec(cell);
  if (date === null) return Number.NaN;
  const [, day, time, fraction = '0', zone = 'Z'] = date;
  // biome-ignore lint/style/noRestrictedGlobals: a date that is given is read, no clock.
  return Date.parse(`${day}T${time}${zone}`) / MS_PER_S + Number(fraction);
}

function unreadable(name: string, what: string, fix: string): WizardError {
  return new WizardError('FILE_UNREADABLE', { problem: `The trace ${name} ${what}.`, fix, facts: { path: name } });
}
