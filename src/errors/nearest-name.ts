/**
 * The candidate that a mistyped name most likely meant, or null when none is close.
 * Close: at most a third of the longer word's letters differ. Ties go to the first candidate.
 */
export function nearestName(word: string, candidates: Iterable<string>): string | null {
  return nearestNames(word, candidates, 1)[0] ?? null;
}

/** Up to `limit` close candidates, nearest first. */
export function nearestNames(word: string, candidates: Iterable<string>, limit: number): string[] {
  const wanted = word.toLowerCase();
  const scored: { name: string; distance: number }[] = [];
  for (const name of candidates) {
    const longest = Math.max(wanted.length, name.length);
    if (Math.abs(wanted.length - name.length) * 3 > longest) continue;
    const distance = editDistance(wanted, name.toLowerCase());
    if (distance * 3 <= longest) scored.push({ name, distance });
  }
  return scored
    .sort((a, b) => a.distance - b.distance)
    .slice(0, limit)
    .map((entry) => entry.name);
}

/** Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((row[j - 1] ?? 0) + 1, (last[j] ?? 0) + 1, (last[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
