import { WizardError } from '../../errors/wizard-error.ts';
import { expandAt } from './expand-variable.ts';
import type { SourceWord, Variables } from './found-command.ts';

/** The words of one command of a script. */
export type Statement = readonly SourceWord[];

/** Longest script that is read. */
const MAX_CHARACTERS = 1_000_000;

interface Reader {
  readonly text: string;
  readonly variables: Variables;
  readonly statements: SourceWord[][];
  /** Here-documents that begin on the next line, by the word that ends each. */
  readonly heredocs: string[];
  at: number;
  words: SourceWord[];
}

/**
 * Splits a script into its commands as a POSIX shell does: quotes, backslashes, continuations, comments, `;`, `&&`, `|`.
 * Variables are replaced by what the script assigned before (arrays too), by `variables`, or by their default; one that
 * nobody sets stays as it is written and is listed. Control flow is not followed: every command is read once, in order.
 *
 * @param variables values known from outside; assignments of the script are added to it
 * @throws WizardError USAGE for an unclosed quote
 */
export function readScript(text: string, variables: Variables): readonly Statement[] {
  if (text.length > MAX_CHARACTERS) {
    throw new WizardError('USAGE', {
      problem: `The script has ${text.length} characters; at most ${MAX_CHARACTERS} are read.`,
      fix: 'Name the file that holds the vllm command.',
    });
  }
  const reader: Reader = { text, variables, statements: [], heredocs: [], at: 0, words: [] };
  while (reader.at < text.length) readNext(reader);
  endStatement(reader);
  return reader.statements;
}

function readNext(reader: Reader): void {
  const { text, at } = reader;
  const c = text.charAt(at);
  if (c === '\\' && /^\r?\n/.test(text.slice(at + 1, at + 3))) reader.at += text.charAt(at + 1) === '\r' ? 3 : 2;
  else if (c === '#') {
    const end = text.indexOf('\n', at);
    reader.at = end < 0 ? text.length : end;
  } else if ('\n;&|(){}'.includes(c)) {
    if (c === '{' || c === '}' ? /^[{}](\s|;|$)/.test(text.slice(at, at + 2)) : true) {
      endStatement(reader);
      reader.at++;
      if (c === '\n') skipHeredocs(reader);
    } else readWord(reader);
  } else if (/\s/.test(c)) reader.at++;
  else readWord(reader);
}

/** Their text is no command: often a file that the script writes. */
function skipHeredocs(reader: Reader): void {
  for (const word of reader.heredocs.splice(0)) {
    const end = new RegExp(`^\\t*${word.replaceAll('.', '\\.')}\\r?$`, 'm').exec(reader.text.slice(reader.at));
    reader.at = end === null ? reader.text.length : reader.at + end.index + end[0].length;
  }
}

function endStatement(reader: Reader): void {
  const { words, variables } = reader;
  reader.words = [];
  if (words.length === 0) return;
  const first = words[0]?.text ?? '';
  const assigned = ['export', 'declare', 'local', 'readonly', 'typeset'].includes(first) ? words.slice(1) : words;
  if (assigned.every(({ text }) => ASSIGNMENT.test(text) || (assigned !== words && text.startsWith('-')))) {
    for (const { text, open } of assigned) {
      const [, name = '', value = ''] = ASSIGNMENT.exec(text) ?? [];
      // A value that nobody knows leaves the variable unknown, whatever it held before.
      if (open.length > 0) variables.delete(name);
      else if (name !== '') variables.set(name, value);
    }
  }
  reader.statements.push(words);
}

const ASSIGNMENT = /^([A-Za-z_]\w*)=(.*)$/s;
const ARRAY = /^([A-Za-z_]\w*)(\+?)=\($/;

/** A word under way; unquoted variables may break it into several. */
interface Draft {
  readonly start: number;
  text: string;
  readonly open: string[];
  /** Something quoted or plain is in it, so that it is a word even when empty. */
  real: boolean;
  /** A list without elements is in it, which leaves no word behind even when quoted. */
  vanishes: boolean;
  readonly before: string[];
}

function readWord(reader: Reader): void {
  const { text } = reader;
  const draft: Draft = { start: reader.at, text: '', open: [], real: false, vanishes: false, before: [] };
  while (reader.at < text.length) {
    const c = text.charAt(reader.at);
    const array = c === '(' ? ARRAY.exec(`${draft.text}(`) : null;
    if (array) {
      readArray(reader, array[1] ?? '', array[2] === '+');
      return;
    }
    const redirect = c === '&' && /[<>]$/.test(draft.text);
    if (/[\s;|()]/.test(c) || (c === '&' && !redirect)) break;
    readPiece(reader, draft, c);
  }
  const raw = text.slice(draft.start, reader.at);
  const heredoc = /^\d*<<-?(['"]?)([\w.-]+)\1$/.exec(raw)?.[2];
  if (heredoc !== undefined) reader.heredocs.push(heredoc);
  const pieces = [...draft.before, ...(draft.real && !(draft.vanishes && draft.text === '') ? [draft.text] : [])];
  for (const piece of pieces) reader.words.push({ text: piece, raw, offset: draft.start, open: draft.open });
}

function readPiece(reader: Reader, draft: Draft, c: string): void {
  const { text } = reader;
  if (c === "'") {
    const end = text.indexOf("'", reader.at + 1);
    if (end < 0) throw unclosed(reader, 'single');
    add(draft, text.slice(reader.at + 1, end));
    reader.at = end + 1;
  } else if (c === '"') readDoubleQuoted(reader, draft);
  else if (c === '\\') {
    const isBreak = /^\r?\n/.exec(text.slice(reader.at + 1, reader.at + 3));
    if (!isBreak) add(draft, text.charAt(reader.at + 1));
    reader.at += isBreak ? 1 + isBreak[0].length : 2;
  } else if (c === '$' || c === '`') addVariable(reader, draft, false);
  else {
    add(draft, c);
    reader.at++;
  }
}

function readDoubleQuoted(reader: Reader, draft: Draft): void {
  const { text } = reader;
  add(draft, '');
  const start = reader.at++;
  while (reader.at < text.length) {
    const c = text.charAt(reader.at);
    if (c === '"') {
      reader.at++;
      return;
    }
    const next = text.charAt(reader.at + 1);
    if (c === '\\' && '"\\$`\n'.includes(next)) {
      if (next !== '\n') add(draft, next);
      reader.at += 2;
    } else if (c === '$' || c === '`') addVariable(reader, draft, true);
    else {
      add(draft, c);
      reader.at++;
    }
  }
  reader.at = start;
  throw unclosed(reader, 'double');
}

function add(draft: Draft, text: string): void {
  draft.text += text;
  draft.real = true;
}

/** Unquoted values are split at spaces, and arrays into their elements, as a shell does. */
function addVariable(reader: Reader, draft: Draft, quoted: boolean): void {
  const found = expandAt(reader.text, reader.at, reader.variables);
  reader.at = found.end;
  draft.open.push(...found.open);
  const parts = typeof found.value !== 'string' ? found.value : quoted || found.open.length > 0 ? [found.value] : found.value.split(/\s+/);
  const [first, ...rest] = parts;
  if (typeof found.value !== 'string' && parts.length === 0) draft.vanishes = true;
  if (first === undefined || (parts.length === 1 && first === '')) return;
  draft.text += first;
  if (first !== '') draft.real = true;
  for (const part of rest) {
    if (draft.real) draft.before.push(draft.text);
    draft.text = part;
    draft.real = part !== '';
  }
}

/** `ARGS=(--flag value)` and `ARGS+=(…)`. */
function readArray(reader: Reader, name: string, appends: boolean): void {
  const inner: Reader = { text: reader.text, variables: reader.variables, statements: [], heredocs: [], at: reader.at + 1, words: [] };
  while (inner.at < inner.text.length && inner.text.charAt(inner.at) !== ')') {
    if (inner.text.charAt(inner.at) === '\n') inner.at++;
    else readNext(inner);
  }
  reader.at = inner.at + 1;
  const before = appends ? (reader.variables.get(name) ?? []) : [];
  const old = typeof before === 'string' ? [before] : before;
  reader.variables.set(name, [...old, ...inner.words.map(({ text }) => text)]);
}

function unclosed({ text, at }: Reader, kind: string): WizardError {
  const line = text.slice(0, at).split('\n').length;
  return new WizardError('USAGE', {
    problem: `A ${kind} quote is not closed, from line ${line} of the script on.`,
    fix: 'Close the quote.',
    facts: { line },
  });
}
