import type { Variables } from './found-command.ts';

export interface Expansion {
  /** A list for an array as a whole. */
  readonly value: string | readonly string[];
  /** Position behind the variable. */
  readonly end: number;
  /** Names (or commands) whose value nobody knows. */
  readonly open: readonly string[];
}

const NAME = /^[A-Za-z_]\w*/;
const MAX_DEPTH = 8;

/**
 * The variable that begins at `at` (a `$` or a backtick): `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAMES[@]}`, and `$(NAME)` as
 * Kubernetes writes it. What a command would print is not known.
 */
export function expandAt(text: string, at: number, variables: Variables, depth = 0): Expansion {
  const next = text.charAt(at + 1);
  if (text.charAt(at) === '`') {
    const end = text.indexOf('`', at + 1);
    return unknown(text, at, end < 0 ? text.length : end + 1);
  }
  if (next === '$') return { value: '$', end: at + 2, open: [] };
  if (next === '(') {
    const end = closing(text, at + 1, '(', ')');
    const known = variables.get(text.slice(at + 2, end));
    return known === undefined ? unknown(text, at, end + 1) : { value: known, end: end + 1, open: [] };
  }
  if (next === '{') {
    const end = closing(text, at + 1, '{', '}');
    return braced(text.slice(at + 2, end), text, at, end + 1, variables, depth);
  }
  const name = NAME.exec(text.slice(at + 1))?.[0] ?? (/^[0-9@*#?!-]/.test(next) ? next : '');
  if (name === '') return { value: '$', end: at + 1, open: [] };
  const end = at + 1 + name.length;
  const known = variables.get(name);
  if (known !== undefined) return { value: scalar(known), end, open: [] };
  // Arguments of the script: none are known, and a script without any is a usual call.
  return name === '@' || name === '*' ? { value: [], end, open: [] } : unknown(text, at, end);
}

/** Every variable of a text that is not split into words. */
export function expandText(text: string, variables: Variables, depth = 0): { readonly text: string; readonly open: readonly string[] } {
  let out = '';
  const open: string[] = [];
  for (let at = 0; at < text.length; ) {
    if (text.charAt(at) !== '$') {
      out += text.charAt(at++);
      continue;
    }
    const found = expandAt(text, at, variables, depth);
    out += typeof found.value === 'string' ? found.value : found.value.join(' ');
    open.push(...found.open);
    at = found.end;
  }
  return { text: out, open };
}

/** `$(NAME)` and `$$` of Kubernetes; every other dollar is plain there. A name that is not set stays as it is written. */
export function expandReferences(text: string, variables: Variables): { readonly text: string; readonly open: readonly string[] } {
  const open: string[] = [];
  const expanded = text.replace(/\$\$|\$\(([A-Za-z_][\w.-]*)\)/g, (raw, name: string | undefined) => {
    if (name === undefined) return '$';
    const known = variables.get(name);
    if (known === undefined) open.push(raw);
    return known === undefined ? raw : scalar(known);
  });
  return { text: expanded, open };
}

function braced(inner: string, text: string, at: number, end: number, variables: Variables, depth: number): Expansion {
  const name = NAME.exec(inner)?.[0] ?? /^[0-9@*]+/.exec(inner)?.[0] ?? '';
  const rest = inner.slice(name.length);
  const known = variables.get(name);
  if (/^\[[@*]\]$/.test(rest)) {
    const list = known === undefined ? [] : typeof known === 'string' ? [known] : known;
    return known === undefined ? unknown(text, at, end) : { value: list, end, open: [] };
  }
  const found = /^(:?[-=?+])(.*)$/s.exec(rest);
  const isSet = known !== undefined && !(found?.[1]?.startsWith(':') && scalar(known) === '');
  if (found?.[1]?.endsWith('+')) return { value: isSet ? expandText(found[2] ?? '', variables, depth + 1).text : '', end, open: [] };
  if (isSet && (rest === '' || found)) return { value: scalar(known), end, open: [] };
  if (found && /[-=]$/.test(found[1] ?? '') && depth < MAX_DEPTH) {
    const fallback = expandText((found[2] ?? '').replace(/^"(.*)"$/s, '$1').replace(/^'(.*)'$/s, '$1'), variables, depth + 1);
    return { value: fallback.text, end, open: fallback.open };
  }
  return unknown(text, at, end);
}

function scalar(value: string | readonly string[]): string {
  return typeof value === 'string' ? value : (value[0] ?? '');
}

function unknown(text: string, at: number, end: number): Expansion {
  const raw = text.slice(at, end);
  return { value: raw, end, open: [raw] };
}

/** Position of the bracket that closes the one at `from`, or the last position. */
function closing(text: string, from: number, open: string, close: string): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const c = text.charAt(at);
    if (c === open) depth++;
    else if (c === close && --depth === 0) return at;
  }
  return text.length;
}
