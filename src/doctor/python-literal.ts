/** A Python value as text, as far as it means something outside Python. */
export type PythonValue = string | number | boolean | null | readonly PythonValue[] | { readonly [key: string]: PythonValue };

/** Deepest nesting that is read; configurations nest four levels. */
const MAX_DEPTH = 12;

interface Reader {
  readonly text: string;
  at: number;
}

/**
 * Reads `{'model': 'a/b', 'tensor_parallel_size': 2, …}` or `model='a/b', tensor_parallel_size=2, …` from where it begins.
 * Objects that are no literals (`AttentionConfig(…)`, `<Enum: 1>`) and everything behind a cut are left out.
 */
export function readPairs(text: string, start: number): ReadonlyMap<string, PythonValue> {
  const reader: Reader = { text, at: start };
  const pairs = new Map<string, PythonValue>();
  while (reader.at < text.length) {
    skip(reader, /[\s,]/y);
    const key = readKey(reader);
    if (key === null) break;
    skip(reader, /\s/y);
    const value = readValue(reader, 0);
    if (value !== undefined) pairs.set(key, value);
    skip(reader, /\s/y);
    if (text[reader.at] !== ',') break;
  }
  return pairs;
}

function skip(reader: Reader, what: RegExp): void {
  for (;;) {
    what.lastIndex = reader.at;
    if (!what.test(reader.text)) return;
    reader.at++;
  }
}

function take(reader: Reader, what: RegExp): RegExpExecArray | null {
  what.lastIndex = reader.at;
  const found = what.exec(reader.text);
  if (found) reader.at += found[0].length;
  return found;
}

function readKey(reader: Reader): string | null {
  const found = take(reader, /(?:'([^'\n]{1,80})'|"([^"\n]{1,80})")\s*:|([A-Za-z_]\w{0,79})\s*=/y);
  return found ? (found[1] ?? found[2] ?? found[3] ?? null) : null;
}

/** undefined: no literal, or cut off. */
function readValue(reader: Reader, depth: number): PythonValue | undefined {
  if (depth > MAX_DEPTH) return skipObject(reader);
  const quoted = take(reader, /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/y);
  if (quoted) return (quoted[1] ?? quoted[2] ?? '').replace(/\\(['"\\])/g, '$1');
  const constant = take(reader, /(?:True|true|False|false|None|null)\b/y);
  if (constant) return constant[0].toLowerCase().startsWith('n') ? null : constant[0].toLowerCase() === 'true';
  const number = take(reader, /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.])/iy);
  if (number) return Number(number[0]);
  if (reader.text[reader.at] === '[') return readList(reader, depth);
  if (reader.text[reader.at] === '{') return readDict(reader, depth);
  return skipObject(reader);
}

function readList(reader: Reader, depth: number): PythonValue | undefined {
  reader.at++;
  const list: PythonValue[] = [];
  while (reader.at < reader.text.length) {
    skip(reader, /[\s,]/y);
    if (reader.text[reader.at] === ']') {
      reader.at++;
      return list;
    }
    const before = reader.at;
    const value = readValue(reader, depth + 1);
    if (value !== undefined) list.push(value);
    if (reader.at === before) return undefined;
  }
  return undefined;
}

function readDict(reader: Reader, depth: number): PythonValue | undefined {
  reader.at++;
  const dict: Record<string, PythonValue> = {};
  while (reader.at < reader.text.length) {
    skip(reader, /[\s,]/y);
    if (reader.text[reader.at] === '}') {
      reader.at++;
      return dict;
    }
    const key = readKey(reader);
    if (key === null) return undefined;
    skip(reader, /\s/y);
    const value = readValue(reader, depth + 1);
    if (value !== undefined && key !== '__proto__') dict[key] = value;
  }
  return undefined;
}

/** `Name(…)`, `<…>` or a bare word: skipped to the comma or bracket that ends it. */
function skipObject(reader: Reader): undefined {
  let open = 0;
  for (; reader.at < reader.text.length; reader.at++) {
    const char = reader.text[reader.at] ?? '';
    if ('([{<'.includes(char)) open++;
    else if (')]}>'.includes(char)) {
      if (open === 0) return undefined;
      open--;
    } else if (char === ',' && open === 0) return undefined;
    else if (char === '\n') return undefined;
  }
  return undefined;
}
