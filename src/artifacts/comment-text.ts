// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not get into a comment
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]+/g;

/** Text as one line, so that a name with a line break in it cannot end the comment and become code. */
export function commentText(text: string): string {
  return text.replace(CONTROL, ' ').trim();
}

export function commentLines(lines: readonly string[]): string {
  return lines.map((line) => `# ${commentText(line)}`.trimEnd()).join('\n');
}
