/** What a foreign JSON file holds before anything has looked at it. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A JSON text, up to the end of the file if it is not closed: each character is looked at once, whatever the input. */
export const JSON_STRING = '"[^"\\\\]*(?:\\\\[^][^"\\\\]*)*(?:"|$)';
/** Strings first, so that a bare word inside one is left alone. */
const STRING_OR_BARE_NUMBER = new RegExp(`${JSON_STRING}|-?\\bInfinity\\b|\\bNaN\\b`, 'g');

/**
 * Parses JSON that may hold bare `Infinity`, `-Infinity` or `NaN` (Python's `json` writes and reads them; the published
 * configs of Nemotron-H hold `"time_step_limit": [0.0, Infinity]`, on which `JSON.parse` throws). They become null, since
 * no field that is read may hold one. A byte order mark in front is skipped.
 *
 * @throws SyntaxError when it is not JSON even so
 */
export function parseJsonText(text: string): unknown {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  try {
    return JSON.parse(body);
  } catch (error) {
    const repaired = body.replace(STRING_OR_BARE_NUMBER, (token) => (token.startsWith('"') ? token : 'null'));
    if (repaired === body) throw error;
    return JSON.parse(repaired);
  }
}
