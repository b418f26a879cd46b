import type { RequestState } from './request-state.ts';
import type { SimulationInput, SimulationResult } from './simulation.ts';
import { WeightedSamples } from './weighted-samples.ts';

/** What a run adds up on its way. */
export class RunRecord {
  readonly itl = new WeightedSamples();
  private readonly ttft = new WeightedSamples();
  private readonly tpot = new WeightedSamples();
  private readonly e2e = new WeightedSamples();
  private readonly queue = new WeightedSamples();
  private readonly input: SimulationInput;
  private completed = 0;
  private promptTokens = 0;
  private outputTokens = 0;
  private steps = 0;
  private busyS = 0;
  private batchS = 0;
  private kvS = 0;
  private peakBatch = 0;
  private peakKv = 0;
  private computedTokens = 0;
  private endS = 0;
  refused = 0;

  constructor(input: SimulationInput) {
    this.input = input;
  }

  addStep(durationS: number, sequences: number, tokens: number, heldBlocks: number): void {
    this.steps++;
    this.busyS += durationS;
    this.batchS += sequences * durationS;
    this.kvS += heldBlocks * durationS;
    this.computedTokens += tokens;
    if (sequences > this.peakBatch) this.peakBatch = sequences;
    if (heldBlocks > this.peakKv) this.peakKv = heldBlocks;
  }

  finish(request: RequestState): void {
    const { egressS } = this.input.frontEnd;
    const tokens = request.tokens - request.promptTokens;
    const ttftS = request.firstTokenS + egressS - request.sendS;
    const e2eS = request.lastTokenS + egressS - request.sendS;
    this.ttft.add(ttftS);
    this.e2e.add(e2eS);
    this.queue.add(request.firstScheduledS - request.arrivalS);
    if (tokens > 1) this.tpot.add((e2eS - ttftS) / (tokens - 1));
    this.completed++;
    this.promptTokens += request.promptTokens;
    this.outputTokens += tokens;
    this.endS = request.lastTokenS + egressS;
  }

  result(preemptions: number, usableBlocks: number): SimulationResult {
    const { completed, outputTokens, busyS } = this;
    const per = (count: number, whole: number): number => (whole > 0 ? count / whole : 0);
    return {
      ttftS: this.ttft.distribution(),
      tpotS: this.tpot.distribution(),
      itlS: this.itl.distribution(),
      e2eS: this.e2e.distribution(),
      queueS: this.queue.distribution(),
      durationS: this.endS,
      completed,
      requestsPerS: per(completed, this.endS),
      outputTokensPerS: per(outputTokens, this.endS),
      totalTokensPerS: per(this.promptTokens + outputTokens, this.endS),
      preemptions,
      steps: this.steps,
      busyS,
      meanBatch: per(this.batchS, busyS),
      peakBatch: this.peakBatch,
      computedTokens: this.computedTokens,
      meanKvFraction: per(this.kvS, busyS * usableBlocks),
      peakKvFraction: per(this.peakKv, usableBlocks),
      refused: this.refused,
    };
  }
}
