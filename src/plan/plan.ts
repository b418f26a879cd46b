import { choose } from './choose.ts';
import { evaluate } from './evaluate.ts';
import { findFixes } from './find-fixes.ts';
import { makeDocument } from './make-document.ts';
import type { PlanRequest } from './plan-request.ts';
import type { PlanResult } from './plan-result.ts';
import { timed } from './timed-evaluation.ts';

/**
 * Plans or judges a deployment: pure, synchronous, no I/O; the same request gives the same result. In mode `check` the
 * arguments are judged as they are, in mode `plan` what is not pinned is chosen.
 *
 * @throws RangeError for a GPU whose memory nobody has stated
 */
export function plan(request: PlanRequest): PlanResult {
  const { chosen: judged, reasons } = request.mode === 'plan' ? choose(request) : { chosen: evaluate(request, request.args), reasons: {} };
  const chosen = timed(request, judged);
  const fixes = findFixes(request, chosen);
  return {
    request,
    document: makeDocument({ request, evaluation: chosen, reasons, fixes }),
    args: chosen.args,
    settings: chosen.settings,
    memory: chosen.answer?.memory ?? null,
  };
}
