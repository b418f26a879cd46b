import { changesBetween } from '../../engine/changes-between.ts';
import { type EngineRules, rulesFor } from '../../engine/rules.ts';
import type { ServeArgs } from '../../engine/serve-args.ts';
import { parseRelease } from '../../engine/version.ts';
import { evaluate, starts } from '../evaluate.ts';
import type { PlanRequest } from '../plan-request.ts';
import { type Effects, effectsBetween, figuresOf, type VersionFigures } from './version-figures.ts';

/** One cause of a difference between two releases, and what it moves for this request. */
export interface AttributedChange {
  /** Key of an engine rule, `kernels` for what the release picks beside the rules, `arguments` for other arguments. */
  readonly rule: string;
  readonly what: string;
  /** First release with it. */
  readonly since: string;
  readonly why: string;
  /** File of the vllm package; null for what the plan chose. */
  readonly source: string | null;
  readonly effects: Effects;
}

/** A judged release: its request, and the arguments that were judged (in a plan: chosen). */
export interface JudgedRelease {
  readonly request: PlanRequest;
  readonly args: ServeArgs;
}

/**
 * Why two releases differ: the rules are switched one after the other, oldest change first, and each is given the
 * difference that it makes. The differences add up to the whole one. Last come what a release picks beside the rules
 * (weight kernels, attention backends) and arguments that differ.
 */
export function attributeChanges(before: JudgedRelease, after: JudgedRelease): readonly AttributedChange[] {
  const { request } = after;
  const target = rulesFor(request.vllm.version);
  let rules = rulesFor(before.request.vllm.version);
  let figures = judgedFigures(request, before.args, rules);
  const step = (next: EngineRules, args: ServeArgs): Effects => {
    const found = judgedFigures(request, args, next);
    const effects = effectsBetween(figures, found);
    figures = found;
    rules = next;
    return effects;
  };
  const changes = changesBetween(before.request.vllm.version, request.vllm.version).map(
    ({ key, ...change }): AttributedChange => ({
      rule: key,
      ...change,
      effects: step({ ...rules, [key]: rulesFor(parseRelease(change.since))[key] }, before.args),
    }),
  );
  const since = request.vllm.text;
  return [
    ...changes,
    { rule: 'kernels', ...KERNELS, since, effects: step(target, before.args) },
    {
      rule: 'arguments',
      what: 'arguments',
      since,
      why: differingArguments(before.args, after.args),
      source: null,
      effects: step(target, after.args),
    },
  ];
}

function judgedFigures(request: PlanRequest, args: ServeArgs, rules: EngineRules): VersionFigures | null {
  const evaluation = evaluate(request, args, rules);
  return figuresOf(evaluation.answer?.memory ?? null, starts(evaluation) ? 'starts' : 'fails', evaluation.settings.maxModelLen);
}

const KERNELS = {
  what: 'weight kernels and attention backends',
  why: 'The release picks other weight kernels, an attention backend or a block size, which store the same model differently.',
  source: 'model_executor/layers/quantization, v1/attention/backends',
} as const;

/** Names as on the command line; what a release does not take, or a plan chooses for it, differs. */
function differingArguments(before: ServeArgs, after: ServeArgs): string {
  const values = new Map(Object.entries(before));
  const differing = Object.entries(after).flatMap(([name, value]) => {
    const old = values.get(name);
    return JSON.stringify(old) === JSON.stringify(value) ? [] : [`${dashed(name)} ${shown(old)} became ${shown(value)}`];
  });
  return differing.length === 0 ? 'The arguments are the same.' : `Arguments differ: ${differing.join(', ')}.`;
}

function dashed(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return 'unset';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
