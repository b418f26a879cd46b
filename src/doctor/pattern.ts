/**
 * A message of the engine as a regular expression, written as the engine prints it:
 *
 *   pattern('max seq len ({max:int}), ({needed:num} GiB KV cache is needed')
 *
 * `{name:int}`, `{name:num}`, `{name:word}` and `{name:text}` are captured, `{*}` is anything on the line. A space is any
 * run of white space, since people's pastes break lines anywhere. Letters match in either case.
 */
export function pattern(message: string): RegExp {
  const source = message
    .split(/(\{\*\}|\{\w+:(?:int|num|word|text)\})/)
    .map((part) => slotOf(part) ?? part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/ +/g, '\\s+'))
    .join('');
  return new RegExp(source, 'i');
}

const SLOTS: Readonly<Record<string, string>> = {
  int: '\\d[\\d,]*',
  num: '-?\\d+(?:\\.\\d+)?',
  word: '[^\\s,;()\'"\\]]+',
  text: '[^\\n]{1,300}?',
};

function slotOf(part: string): string | null {
  if (part === '{*}') return '[^\\n]{0,200}?';
  const found = /^\{(\w+):(\w+)\}$/.exec(part);
  const slot = found ? SLOTS[found[2] ?? ''] : undefined;
  return slot === undefined ? null : `(?<${found?.[1] ?? ''}>${slot})`;
}
