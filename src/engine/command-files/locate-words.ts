import type { SourceWord } from './found-command.ts';

/**
 * Gives words that were read from a text inside a file (a YAML string, a quoted command) their place in the file. They
 * appear there in the same order; one that is written differently (escapes) takes the place of the word before.
 */
export function locateWords(words: readonly SourceWord[], file: string, from: number, to: number): readonly SourceWord[] {
  let cursor = from;
  let place = from;
  let inner = -1;
  return words.map((word) => {
    const isSamePlace = word.offset === inner;
    inner = word.offset;
    const found = isSamePlace ? -1 : file.indexOf(word.raw, cursor);
    if (found >= 0 && found + word.raw.length <= to) {
      place = found;
      cursor = found + word.raw.length;
    }
    return { ...word, offset: place };
  });
}
