/** A log without what shells, containers and loggers put in front of its lines. */
export interface CleanLog {
  /** Lines without prefixes. */
  readonly lines: readonly string[];
  /** The lines again, as one text. */
  readonly text: string;
  /** The text with lines put together that a terminal broke at its edge: "KV cach\ne is needed". */
  readonly unwrapped: string;
  /** The text with lines that the engine logged as information or warning blanked, so that offsets stay: what failed is not there. */
  readonly loud: string;
  /** The same without broken lines. */
  readonly loudUnwrapped: string;
}

/** Most that is read of a long log: its start, where the command and the memory stand, and its end, where it failed. */
const HEAD_CHARS = 1_500_000;
const TAIL_CHARS = 2_500_000;

/** Longest line that is searched: dumps of a whole configuration are longer, tracebacks never. */
const MAX_LINE = 40_000;

/** Colours and cursor moves of terminals. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins with the control character
const ANSI = /\u001b\[[0-9;?]*[A-Za-z]/g;

/**
 * What stands before the text of a line, outermost first; each is cut once, in turn, as long as one fits.
 *
 * @source logs of `docker compose`, `kubectl logs --timestamps`, journald, vLLM's process and rank prefixes, and its formatter
 */
const PREFIXES: readonly RegExp[] = [
  /^[│|>]\s?/,
  /^[A-Za-z0-9][\w.-]{0,60}\s+\|\s/,
  /^\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?\]?[\s,]\s?/,
  /^\p{L}{3,4}\.? [ \d]\d \d\d:\d\d:\d\d [\w.-]+ [\w./-]+(?:\[\d+\])?: /u,
  /^(?:vLLM STD(?:OUT|ERR): )/,
  /^\((?:APIServer|EngineCore|Engine|VllmWorker|Worker|RayWorkerWrapper|ApiServer|DPCoordinator|[\w-]+, pid=)[^)\n]{0,120}\)\s/,
  /^\[rank\d+\]:\s?/,
  /^(?:DEBUG|INFO|WARNING|ERROR|CRITICAL) \d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? (?:\[[^\]\n]{1,80}\]|[\w./]+:\d+\])\s?/,
  /^\[[\w./]+\.py:\d+\]\s/,
  /^(?:DEBUG|INFO|WARNING|ERROR|CRITICAL):?\s+(?:\.{3}\s+)?/,
];

/** Rounds of cutting: compose, timestamp, process, logger and one to spare. */
const MOST_PREFIXES = 6;

export function cleanLog(raw: string): CleanLog {
  const kept = raw.length > HEAD_CHARS + TAIL_CHARS ? `${raw.slice(0, HEAD_CHARS)}\n${raw.slice(-TAIL_CHARS)}` : raw;
  const lines: string[] = [];
  const loud: string[] = [];
  let unwrapped = '';
  let loudUnwrapped = '';
  for (const rawLine of kept.replace(ANSI, '').split(/\r\n|\n|\r/)) {
    const { text, cut, level } = withoutPrefix(rawLine.slice(0, MAX_LINE));
    // A line without prefix among lines with one is the rest of the line before it.
    const follows = !cut && !/^\s/.test(text) && text !== '';
    const quiet = level !== null && QUIET.test(level);
    const shown = quiet ? ' '.repeat(text.length) : text;
    lines.push(text);
    loud.push(shown);
    unwrapped += follows ? text : `\n${text}`;
    loudUnwrapped += follows ? shown : `\n${shown}`;
  }
  return { lines, text: lines.join('\n'), unwrapped, loud: loud.join('\n'), loudUnwrapped };
}

const QUIET = /^(?:DEBUG|INFO|WARNING)$/;
const LEVEL = /^(DEBUG|INFO|WARNING|ERROR|CRITICAL)\b/;

function withoutPrefix(line: string): { text: string; cut: boolean; level: string | null } {
  let text = line;
  let level: string | null = null;
  for (let round = 0; round < MOST_PREFIXES; round++) {
    const found = PREFIXES.map((pattern) => pattern.exec(text)).find((match) => match !== null);
    if (!found) return { text: text.trimEnd(), cut: round > 0, level };
    level = LEVEL.exec(found[0])?.[1] ?? level;
    text = text.slice(found[0].length);
  }
  return { text: text.trimEnd(), cut: true, level };
}
