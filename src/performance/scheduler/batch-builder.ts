import type { EngineBatch, PrefillChunk } from './engine-batch.ts';
import type { StepPlan } from './step-plan.ts';

/** Turns plans into what the step model reads, always in the same object. */
export class BatchBuilder {
  readonly batch: { -readonly [field in keyof EngineBatch]: EngineBatch[field] };
  tokens = 0;
  private readonly caps: readonly number[];
  private readonly capped: number[];
  private readonly used: PrefillChunk[] = [];
  private readonly spare: PrefillChunk[] = [];

  constructor(caps: readonly number[]) {
    this.caps = caps;
    this.capped = caps.map(() => 0);
    this.batch = { prefills: this.used, decodes: 0, decodeTokens: 0, decodeContextTokens: 0, cappedContextTokens: this.capped };
  }

  build(plan: StepPlan): EngineBatch {
    const { batch, used, spare, capped, caps } = this;
    for (let chunk = used.pop(); chunk !== undefined; chunk = used.pop()) spare.push(chunk);
    for (let cap = 0; cap < caps.length; cap++) capped[cap] = plan.groupCappedTokens[cap] ?? 0;
    let decodes = plan.groupSize;
    let decodeTokens = plan.groupSize;
    let contextTokens = plan.groupContextTokens;
    let tokens = plan.groupSize;
    for (let index = 0; index < plan.count; index++) {
      const entry = plan.entries[index];
      if (entry === undefined) break;
      tokens += entry.tokens;
      if (entry.samples && entry.tokens === 1 + entry.drafts) {
        const context = entry.context + entry.tokens;
        decodes++;
        decodeTokens += entry.tokens;
        contextTokens += context;
        for (let cap = 0; cap < caps.length; cap++) capped[cap] = (capped[cap] ?? 0) + Math.min(context, caps[cap] ?? context);
      } else {
        const chunk = spare.pop() ?? { tokens: 0, contextTokens: 0, samples: false };
        chunk.tokens = entry.tokens;
        chunk.contextTokens = entry.context;
        chunk.samples = entry.samples;
        used.push(chunk);
      }
    }
    this.tokens = tokens;
    batch.decodes = decodes;
    batch.decodeTokens = decodeTokens;
    batch.decodeContextTokens = contextTokens;
    return batch;
  }
}
