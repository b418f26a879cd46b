/** Where the characters of a scalar's value are written in the file: an index into the value gives an offset into the file. */
export type PlaceOf = (index: number) => number;

/** Characters that an escape `\x..`, `\u....`, `\U........` takes behind the backslash. */
const ESCAPE_LENGTHS: Readonly<Record<string, number>> = { x: 3, u: 5, U: 9 };

/**
 * Walks the value and its source side by side: quotes, escapes, indentation of blocks and folded line breaks take room in the
 * file and none (or less) in the value.
 *
 * @param value the scalar's text
 * @param file the whole file
 * @param from where the scalar begins in it, quote or block sign included
 * @param to where it ends
 */
export function placesOf(value: string, file: string, from: number, to: number): PlaceOf {
  const places = new Int32Array(value.length + 1);
  const style = file.charAt(from);
  const isBlock = style === '|' || style === '>';
  const indentation = isBlock ? blockIndentation(value, file, from) : 0;
  let at = isBlock ? blockStart(file, from) : style === '"' || style === "'" ? from + 1 : from;
  if (isBlock) at = pastIndentation(file, at, indentation);
  for (let index = 0; index < value.length; index++) {
    const wanted = value.charAt(index);
    if (style === '"' && file.charAt(at) === '\\') {
      at = pastEscapedBreaks(file, at);
      if (file.charAt(at) === '\\') {
        places[index] = at;
        at += 1 + (ESCAPE_LENGTHS[file.charAt(at + 1)] ?? 1);
        continue;
      }
    }
    if (wanted === '\n' && file.charAt(at) === '\r') at++;
    if (file.charAt(at) !== wanted) at = next(file, at, to, wanted);
    places[index] = Math.min(at, to);
    if (isBlock && wanted === '\n' && file.charAt(at) === '\n') {
      at = pastIndentation(file, at + 1, indentation);
      continue;
    }
    at += style === "'" && wanted === "'" ? 2 : isFoldedBreak(file, at, wanted) ? whitespaceAt(file, at) : 1;
  }
  places[value.length] = Math.min(at, to);
  return (index) => places[Math.max(0, Math.min(index, value.length))] ?? from;
}

/** The first character of a block's text: behind the header's line and the indentation. */
function blockStart(file: string, from: number): number {
  const line = file.indexOf('\n', from);
  return line < 0 ? file.length : line + 1;
}

/** Spaces in front of every line of a block: those of its first line with text that the value does not have. */
function blockIndentation(value: string, file: string, from: number): number {
  const written = /^(?:[ \t]*\r?\n)*( *)/.exec(file.slice(blockStart(file, from), blockStart(file, from) + 2000))?.[1]?.length ?? 0;
  const kept = /^(?:[ \t]*\n)*( *)/.exec(value)?.[1]?.length ?? 0;
  return Math.max(0, written - kept);
}

function pastIndentation(file: string, at: number, indentation: number): number {
  let place = at;
  while (place < at + indentation && file.charAt(place) === ' ') place++;
  return place;
}

/** `\` at the end of a line of a double-quoted scalar joins it with the next. */
function pastEscapedBreaks(file: string, at: number): number {
  const found = /^(?:\\\r?\n[ \t]*)+/.exec(file.slice(at, at + 200));
  return at + (found?.[0].length ?? 0);
}

/** Skips white space to the wanted character; a space or line break may be written as any white space. */
function next(file: string, at: number, to: number, wanted: string): number {
  if (/\s/.test(wanted) && /\s/.test(file.charAt(at))) return at;
  let place = at;
  while (place < to && file.charAt(place) !== wanted && /\s/.test(file.charAt(place))) place++;
  return place;
}

function isFoldedBreak(file: string, at: number, wanted: string): boolean {
  return wanted === ' ' && /[\r\n]/.test(file.charAt(at));
}

function whitespaceAt(file: string, at: number): number {
  return /^\s+/.exec(file.slice(at, at + 500))?.[0].length ?? 1;
}
