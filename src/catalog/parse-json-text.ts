/** JSON as Python writes it: a string, or one of the three words that JSON does not have. */
const PYTHON_NUMBERS = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g;

/** What a foreign JSON file holds before anything has looked at it. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Parses JSON that may hold bare `Infinity` or `NaN` (Python's `json` writes and reads them; the published configs of
 * Nemotron-H hold `"time_step_limit": [0.0, Infinity]`, on which `JSON.parse` throws). NaN becomes null.
 *
 * @throws SyntaxError when it is not JSON even so
 */
export function parseJsonText(text: string): unknown {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  try {
    return JSON.parse(body);
  } catch (error) {
    const repaired = body.replace(PYTHON_NUMBERS, (token) => {
      if (token.startsWith('"')) return token;
      if (token === 'NaN') return 'null';
      return token.startsWith('-') ? '-1e999' : '1e999';
    });
    if (repaired === body) throw error;
    return JSON.parse(repaired);
  }
}
