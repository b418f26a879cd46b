/**
 * Longest name: the production-stack chart puts release, name and "-engine-service" into one DNS label of 63 characters,
 * which leaves 17 for the release.
 */
const MAX_LENGTH = 30;

/** Words that a YAML 1.1 reader takes for something else than text, and the one Service name that breaks vLLM (VLLM_PORT). */
const RESERVED = new Set(['true', 'false', 'yes', 'no', 'on', 'off', 'y', 'n', 'null', 'vllm']);

/**
 * A name for containers, projects and pods: lower case, digits and dashes, a letter first, at most 30 characters.
 *
 *   slugOf('meta-llama/Llama-3.1-8B-Instruct')   // llama-3-1-8b-instruct
 */
export function slugOf(model: string): string {
  const base = model.split(/[\\/]/).findLast((part) => /[a-z0-9]/i.test(part)) ?? 'model';
  const dashed = base
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '');
  const named = /^[a-z]/.test(dashed) ? dashed : `m-${dashed}`;
  const cut = named.slice(0, MAX_LENGTH).replace(/-+$/, '');
  return RESERVED.has(cut) ? `${cut}-model` : cut;
}
