import { parseServeCommand } from '../engine/parse-serve-command.ts';
import type { ServeArgs } from '../engine/serve-args.ts';
import { serveArgv } from '../engine/serve-argv.ts';
import { type Evaluation, evaluate, starts } from '../plan/evaluate.ts';
import type { PlanRequest } from '../plan/plan-request.ts';

/** A command that was judged as `check` judges it. */
export interface CheckedCommand {
  /** `vllm serve …`, with assignments before it. */
  readonly words: readonly string[];
  readonly starts: boolean;
  readonly evaluation: Evaluation;
}

/**
 * Writes the arguments as a command, reads it back as that release does, and judges it.
 *
 * @param shiftBytes how much less cache the log showed than was predicted for the command that failed: the new one must
 *   start with that too. 0: the prediction stands
 */
export function checkCommand(request: PlanRequest, args: ServeArgs, shiftBytes: number): CheckedCommand {
  const { version } = request.vllm;
  const env = Object.entries(args.env).map(([name, value]) => `${name}=${value}`);
  const words = [...env, 'vllm', 'serve', ...serveArgv(args, version)];
  const parsed = parseServeCommand(words, version);
  // What the checkpoint says about its format stays true as long as the flag for it is the same.
  const ofModel = request.findings.filter(
    ({ code }) => code.startsWith('QUANTIZATION_') && args.quantization === request.args.quantization,
  );
  const evaluation = evaluate(request, parsed.args);
  const legal = ![...parsed.findings, ...ofModel].some(({ fatal }) => fatal);
  return { words, starts: legal && starts(evaluation) && startsWithLess(request, parsed.args, evaluation, shiftBytes), evaluation };
}

function startsWithLess(request: PlanRequest, args: ServeArgs, evaluation: Evaluation, shiftBytes: number): boolean {
  const available = evaluation.answer?.memory.workers[0]?.availableKvCacheBytes;
  if (shiftBytes >= 0 || available === undefined || evaluation.answer?.memory.kvCache === null) return true;
  return starts(evaluate({ ...request, assumeKvCacheBytes: Math.max(0, Math.floor(available + shiftBytes)) }, args));
}
