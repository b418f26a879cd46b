import type { EngineSettings } from '../engine/engine-settings.ts';
import type { Finding } from '../engine/finding.ts';
import { refusals } from '../engine/refusals.ts';
import { resolveSettings } from '../engine/resolve-settings.ts';
import { type EngineRules, rulesFor } from '../engine/rules.ts';
import type { ServeArgs } from '../engine/serve-args.ts';
import { UnifyError } from '../memory/kv-groups.ts';
import { type MemoryAnswer, planMemory } from '../memory/plan-memory.ts';
import type { PlanRequest } from './plan-request.ts';

/** One configuration, judged: refused before memory is touched, or with its memory. */
export interface Evaluation {
  readonly args: ServeArgs;
  readonly settings: EngineSettings;
  /** Fatal findings; the memory is still worked out where it can be. */
  readonly refused: readonly Finding[];
  readonly answer: MemoryAnswer | null;
}

/**
 * Judges the arguments as they are.
 *
 * @param rules those of the request's release, unless single rules are switched to see what each does
 */
export function evaluate(request: PlanRequest, args: ServeArgs, rules: EngineRules = rulesFor(request.vllm.version)): Evaluation {
  const { model, hardware } = request;
  const settings = resolveSettings(model, hardware.gpu, args, rules);
  const refused = refusals({ model, gpu: hardware.gpu, gpuCount: hardware.count, args, settings });
  if (refused.some((finding) => NO_LAYOUT.includes(finding.code))) return { args, settings, refused, answer: null };
  try {
    const answer = planMemory({
      model,
      draft: request.draft ?? null,
      gpu: hardware.gpu,
      totalBytesOverride: hardware.totalBytesOverride,
      fastLink: hasFastLink(request),
      args,
      rules,
      assumeKvCacheBytes: request.assumeKvCacheBytes,
    });
    return { args, settings: answer.settings, refused, answer };
  } catch (cause) {
    if (!(cause instanceof UnifyError)) throw cause;
    const finding = { code: 'KV_PAGES', message: `The engine cannot lay out the KV cache: ${cause.message}.`, fix: null, fatal: true };
    return { args, settings, refused: [...refused, finding], answer: null };
  }
}

/** Refusals after which shares of a rank make no sense. */
const NO_LAYOUT = ['TP_HEADS', 'TP_KV_HEADS', 'TP_VOCABULARY', 'PP_LAYERS', 'DCP'];

/** NVLink between the ranks: as the user says, else as the card is built. */
export function hasFastLink({ hardware }: PlanRequest): boolean {
  if (hardware.interconnect !== 'unknown') return hardware.interconnect === 'nvlink';
  return hardware.gpu.link?.fitted === 'board';
}

export function starts({ refused, answer }: Evaluation): boolean {
  return refused.length === 0 && answer !== null && answer.memory.verdict === 'starts';
}
