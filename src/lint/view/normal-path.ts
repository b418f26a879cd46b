/** `a/./b/../c` as `a/c`. */
export function normalPath(path: string): string {
  const parts: string[] = [];
  for (const [index, part] of path.split('/').entries()) {
    if (part === '.' || (part === '' && index > 0)) continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}
