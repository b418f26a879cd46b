/** A piece of a command line: text that must reach the program as it is, or shell that must be left to the shell. */
export type ShellWord = string | { readonly shell: string };

const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;

/**
 * One POSIX shell word that the shell turns back into exactly `text`: bare where nothing in it means anything to a shell,
 * else in single quotes, inside which only the quote itself is special.
 *
 *   shellQuote("it's $(here)")   // 'it'\''s $(here)'
 */
export function shellQuote(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function shellWord(word: ShellWord): string {
  return typeof word === 'string' ? shellQuote(word) : word.shell;
}

/** A command over several lines: each group of words (a flag and its value) on a line of its own. */
export function shellLines(groups: readonly (readonly ShellWord[])[]): string {
  return groups.map((group) => group.map(shellWord).join(' ')).join(' \\\n  ');
}

/** Puts every flag of an argv together with the values behind it. */
export function groupFlags(argv: readonly string[]): string[][] {
  const groups: string[][] = [];
  for (const token of argv) {
    const last = groups.at(-1);
    if (last === undefined || token.startsWith('-') || !last[0]?.startsWith('-')) groups.push([token]);
    else last.push(token);
  }
  return groups;
}
