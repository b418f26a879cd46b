import { JSON_STRING, parseJsonText } from '../catalog/parse-json-text.ts';
import { WizardError } from '../errors/wizard-error.ts';

/** The largest real config.json seen has 3 MB (an exclusion list with every module of a mixture); 8 MiB leaves room. */
export const MAX_CONFIG_BYTES = 8 * 2 ** 20;
/** Real configs nest at most 8 deep; a bound keeps hostile nesting from costing stack. */
const MAX_DEPTH = 64;

/**
 * Text of a config.json to the object in it: `parseJsonText` within bounds, with errors that say what to do.
 *
 * @param file how the text is called in messages
 * @throws WizardError MODEL_UNREADABLE for an empty, oversized, malformed or too deeply nested text
 */
export function parseConfigText(text: string, file = 'config.json'): unknown {
  if (text.length > MAX_CONFIG_BYTES) {
    throw unreadable(file, `has ${text.length} characters, more than the ${MAX_CONFIG_BYTES} that a configuration may have`);
  }
  const trimmed = text.replace(/^\uFEFF/, '').trim();
  if (trimmed === '') throw unreadable(file, 'is empty');
  if (nestingDepth(trimmed) > MAX_DEPTH) throw unreadable(file, `is nested more than ${MAX_DEPTH} levels deep`);
  try {
    return parseJsonText(trimmed);
  } catch (cause) {
    throw unreadable(file, `is not JSON (${cause instanceof Error ? cause.message.slice(0, 120) : 'parse error'})`, cause);
  }
}

const STRING_OR_BRACKET = new RegExp(`${JSON_STRING}|[[\\]{}]`, 'g');

function nestingDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [token] of text.matchAll(STRING_OR_BRACKET)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

function unreadable(file: string, what: string, cause?: unknown): WizardError {
  return new WizardError('MODEL_UNREADABLE', {
    problem: `${file} ${what}.`,
    fix: 'Download the file again, or give the path of the config.json of a Hugging Face model.',
    facts: { file },
    cause,
  });
}
