import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parseRelease } from '../../engine/version.ts';
import { EngineRun } from './engine-run.ts';
import { kvDemand } from './kv-demand.ts';
import { schedulerRules } from './scheduler-rules.ts';
import type { SimulationInput } from './simulation.ts';
import type { StepPlan } from './step-plan.ts';

/**
 * Workloads recorded from vLLM's own Scheduler class, every step of which is compared with the twin's: requests of the batch in order,
 * tokens of each, preempted and finished requests. The goal is 99 %; all are the same, so a single difference fails.
 */
const FOLDER = new URL('../../../test/golden/scheduler/', import.meta.url);

const Group = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('full'), blockTokens: z.number() }),
  z.object({ kind: z.literal('window'), blockTokens: z.number(), windowTokens: z.number() }),
]);

const Workload = z.object({
  name: z.string(),
  engine: z.object({
    maxNumBatchedTokens: z.number(),
    maxNumSeqs: z.number(),
    maxModelLen: z.number(),
    longPrefillTokens: z.number(),
    asyncScheduling: z.boolean(),
    prefixCaching: z.boolean(),
    numBlocks: z.number(),
  }),
  groups: z.array(Group),
  requests: z.array(z.array(z.number())),
  concurrency: z.number().nullable(),
  sendS: z.array(z.number()).nullable(),
  speculation: z.object({ draftTokens: z.number(), acceptanceLength: z.number(), takesSlots: z.boolean() }).nullable(),
  steps: z.array(z.union([z.string(), z.tuple([z.string(), z.number()])])),
});

const Recording = z.object({ vllmVersion: z.string(), workloads: z.array(Workload) });

function toInput(workload: z.infer<typeof Workload>, version: string): SimulationInput {
  const rules = schedulerRules(parseRelease(version));
  const limits = { ...workload.engine, chunkedPrefill: true, watermarkFraction: 0 };
  return {
    load: {
      requests: workload.requests.map(([promptTokens = 1, outputTokens = 1, cachedTokens = 0]) => ({
        promptTokens,
        outputTokens,
        cachedTokens,
      })),
      concurrency: workload.concurrency,
      sendS: workload.sendS,
    },
    limits,
    kv: kvDemand(workload.groups, limits, rules),
    rules,
    speculation: workload.speculation,
    frontEnd: { ingressS: 0.25, egressS: 0.25, ingressGapS: 0 },
    stepTime: () => 1,
    contextCaps: [],
  };
}

/** The twin's steps, spelled as in the recordings. */
function twinSteps(input: SimulationInput): readonly string[] {
  const steps: string[] = [];
  const finished: number[][] = [];
  const indexOf = new Map<StepPlan, number>();
  const run = new EngineRun(input, {
    plain: true,
    onStep: (plan) => {
      indexOf.set(plan, steps.length);
      const preempted = plan.preempted.map(({ index }) => index).sort((a, b) => a - b);
      steps.push(spellBatch(plan) + (preempted.length > 0 ? `|p:${preempted.join(' ')}` : ''));
      finished.push([]);
    },
    onComplete: (plan, ended) => finished[indexOf.get(plan) ?? 0]?.push(...ended.map(({ index }) => index)),
  });
  run.run();
  return steps.map((step, index) => step + (finished[index]?.length ? `|f:${finished[index].join(' ')}` : ''));
}

function spellBatch(plan: StepPlan): string {
  const words: { first: number; last: number; tokens: number }[] = [];
  for (const { request, tokens } of plan.entries.slice(0, plan.count)) {
    const word = words.at(-1);
    if (word !== undefined && tokens === 1 && word.tokens === 1 && word.last === request.index - 1) word.last = request.index;
    else words.push({ first: request.index, last: request.index, tokens });
  }
  return words
    .map(({ first, last, tokens }) => (last > first ? `${first}-${last}` : tokens === 1 ? `${first}` : `${first}:${tokens}`))
    .join(' ');
}

for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.json'))) {
  const { vllmVersion, workloads } = Recording.parse(JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')));
  describe(`vLLM ${vllmVersion}`, () => {
    test.each(workloads)('$name', (workload) => {
      const want = workload.steps.flatMap((step) => (typeof step === 'string' ? [step] : Array.from({ length: step[1] }, () => step[0])));
      expect(twinSteps(toInput(workload, vllmVersion))).toEqual(want);
    });
  });
}
