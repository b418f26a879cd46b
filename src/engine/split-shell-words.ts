import { WizardError } from '../errors/wizard-error.ts';

/** Longest command line that is read; a Linux argument list ends at 2 MiB, and no serve command comes near. */
const MAX_CHARACTERS = 200_000;

/**
 * Splits a command line into words as a POSIX shell does: single and double quotes, backslashes, line continuations,
 * and comments. Nothing is expanded: `$VAR` stays as it is written.
 *
 * @throws WizardError USAGE for an unclosed quote
 */
export function splitShellWords(line: string): string[] {
  if (line.length > MAX_CHARACTERS) {
    throw new WizardError('USAGE', {
      problem: `The command has ${line.length} characters; at most ${MAX_CHARACTERS} are read.`,
      fix: 'Pass one `vllm serve` command.',
    });
  }
  const words: string[] = [];
  let word: string | null = null;
  for (let i = 0; i < line.length; i++) {
    const c = line.charAt(i);
    if (c === "'" || c === '"') {
      const quoted = readQuoted(line, i);
      word = (word ?? '') + quoted.text;
      i = quoted.end;
    } else if (c === '\\') {
      const next = line.charAt(++i);
      if (next === '\r' && line.charAt(i + 1) === '\n') i++;
      else if (next !== '\n') word = (word ?? '') + next;
    } else if (/\s/.test(c)) {
      if (word !== null) words.push(word);
      word = null;
    } else if (c === '#' && word === null) {
      while (i + 1 < line.length && line.charAt(i + 1) !== '\n') i++;
    } else word = (word ?? '') + c;
  }
  if (word !== null) words.push(word);
  return words;
}

function readQuoted(line: string, start: number): { text: string; end: number } {
  const quote = line.charAt(start);
  let text = '';
  for (let i = start + 1; i < line.length; i++) {
    const c = line.charAt(i);
    if (c === quote) return { text, end: i };
    const next = line.charAt(i + 1);
    if (quote === '"' && c === '\\' && '"\\$`\n'.includes(next)) {
      if (next !== '\n') text += next;
      i++;
    } else text += c;
  }
  throw new WizardError('USAGE', {
    problem: `The command has an unclosed ${quote === '"' ? 'double' : 'single'} quote at character ${start + 1}.`,
    fix: 'Close the quote, or pass the command as separate words after --.',
  });
}
