import { commentLines } from './comment-text.ts';
import type { Deployment } from './deployment.ts';

/** First lines of every file, as text without comment signs. */
export function headerLines(deployment: Deployment, ...more: readonly string[]): string[] {
  return [deployment.title, ...deployment.cautions, ...more];
}

export function headerComment(deployment: Deployment, ...more: readonly string[]): string {
  return commentLines(headerLines(deployment, ...more));
}
