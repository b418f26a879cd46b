/** 32768 -> "32,768". No locale, so every machine prints the same. */
export function grouped(n: number): string {
  return Math.round(n)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Three significant digits at most, without an exponent: 12.3, 0.45, 1,230. */
export function short(n: number): string {
  if (Math.abs(n) >= 100) return grouped(n);
  return Math.abs(n) >= 10 ? n.toFixed(1) : n.toFixed(2);
}

/** "1 request", "2 requests". */
export function counted(n: number, noun: string): string {
  return `${grouped(n)} ${noun}${n === 1 ? '' : 's'}`;
}
