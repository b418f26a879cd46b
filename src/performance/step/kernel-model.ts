import type { KernelTables } from '../../catalog/kernel-table.ts';
import { BYTES_OF_DTYPE } from '../../model/model-spec.ts';
import type { ForecastInput } from '../forecast-types.ts';
import type { EngineBatch, PrefillChunk } from '../scheduler/engine-batch.ts';
import { chunkPairs, type MixerCost } from './attention-cost.ts';
import { capturedTokens } from './captured-tokens.ts';
import { betweenCosts, type Cost, NO_COST, rooflineCost, secondsOf, sumCosts, timesCost } from './cost.ts';
import { type RankKernels, rankKernels } from './rank-kernels.ts';
import { ReduceModel } from './reduce-model.ts';
import type { SmallKernels } from './small-kernels.ts';
import { STEP } from './step-constants.ts';
import type { StepModel } from './step-model.ts';

/** Mixers that are alike, of all layers. */
interface Mixers {
  readonly count: number;
  readonly mixer: MixerCost;
  /** Place of the window among the caps; -1: none. */
  readonly cap: number;
}

/** Neighbouring contexts at which decode attention is looked up; between them it is linear. */
const CONTEXT_STEP = Math.log(1.12);
const MEMO_CONTEXTS = 1024;

/** A step over measured kernels. What a kernel table does not hold comes from the roofline, part by part. */
export class KernelModel implements StepModel {
  readonly contextCaps: readonly number[];
  private readonly input: ForecastInput;
  private readonly kernels: RankKernels;
  private readonly reduces: ReduceModel;
  private readonly mixers: readonly Mixers[];
  private readonly blocks: number;
  private readonly mixtures: number;
  private readonly small: SmallKernels;
  private readonly byTokens = new Map<number, Cost>();
  private readonly byRowsBetween = new Map<number, Cost>();
  private readonly byRowsBetweenLaunched = new Map<number, Cost>();
  private readonly byRows = new Map<number, Cost>();
  private readonly bySamples = new Map<number, Cost>();
  private readonly byDecode = new Map<number, Cost>();

  constructor(tables: KernelTables, input: ForecastInput) {
    this.input = input;
    this.kernels = rankKernels(tables, input);
    this.reduces = new ReduceModel(tables, input);
    const all = this.kernels.layers.flatMap(({ count, mixers }) => mixers.map((mixer) => ({ count, mixer })));
    this.contextCaps = [...new Set(all.map(({ mixer }) => mixer.window).filter((window) => window > 0))].sort((a, b) => a - b);
    this.mixers = all.map(({ count, mixer }) => ({ count, mixer, cap: this.contextCaps.indexOf(mixer.window) }));
    this.blocks = this.kernels.layers.reduce((sum, layer) => sum + layer.count * layer.blocks, 0);
    this.small = allSmallKernels(this.kernels);
    this.mixtures = this.kernels.layers.reduce((sum, layer) => sum + layer.count * layer.mixtures, 0);
  }

  cost(batch: EngineBatch): Cost {
    const { settings } = this.input;
    const { prefills, decodes } = batch;
    let tokens = Math.ceil(batch.decodeTokens);
    let samples = Math.ceil(decodes);
    for (const chunk of prefills) {
      tokens += chunk.tokens;
      if (chunk.samples) samples++;
    }
    const captured = capturedTokens(tokens, prefills.length > 0, settings);
    const rows = captured ?? tokens;
    const matrices = sumCosts([this.matricesCost(rows), this.expertsCost(this.tokensOfReplicas(rows, batch))]);
    const between = this.betweenCost(rows, captured !== null);
    const head = this.headCost(samples);
    const decode = decodes > 0 ? this.decodeCost(batch) : NO_COST;
    const prefill = prefills.length > 0 ? this.prefillCost(prefills) : NO_COST;
    const device = sumCosts([matrices, between, head, decode, prefill]);
    const deviceS = secondsOf(device);
    const lateS = prefills.length > 0 ? (secondsOf(matrices) + secondsOf(prefill)) * (STEP.promptFactor - 1) : 0;
    const launchS = captured === null ? this.blocks * STEP.launchS + this.mixtures * STEP.launchMixtureS : 0;
    const hostS =
      (settings.asyncScheduling ? STEP.asyncHostS : STEP.syncHostS) +
      STEP.hostSequenceS * samples +
      (prefills.length > 0 ? STEP.promptStepS : 0);
    return { ...device, rooflineS: device.rooflineS + lateS + Math.max(0, launchS - deviceS) + hostS };
  }

  /** Multiplications of all tokens. */
  private matricesCost(rows: number): Cost {
    let cost = this.byRows.get(rows);
    if (cost === undefined) {
      cost = sumCosts(this.kernels.layers.map(({ count, rows: parts }) => timesCost(sumCosts(parts.map((part) => part(rows))), count)));
      this.byRows.set(rows, cost);
    }
    return cost;
  }

  private expertsCost(tokens: number): Cost {
    let cost = this.byTokens.get(tokens);
    if (cost === undefined) {
      cost = sumCosts(this.kernels.layers.map(({ count, experts }) => timesCost(sumCosts(experts.map((part) => part(tokens))), count)));
      this.byTokens.set(tokens, cost);
    }
    return cost;
  }

  /** While one replica works on a prompt, the others decode: their prompts come at other times (`Lockstep`). */
  private tokensOfReplicas(rows: number, { prefills, decodeTokens }: EngineBatch): number {
    const others = this.input.layout.dataParallel - 1;
    return rows + others * (prefills.length > 0 ? Math.max(1, Math.ceil(decodeTokens)) : rows);
  }

  /** What lies between them: all-reduces and small kernels. */
  private betweenCost(rows: number, captured: boolean): Cost {
    const byRows = captured ? this.byRowsBetween : this.byRowsBetweenLaunched;
    let cost = byRows.get(rows);
    if (cost === undefined) {
      const { model, settings } = this.input;
      const hiddenBytes = rows * model.hiddenSize * BYTES_OF_DTYPE[settings.dtype];
      cost = sumCosts([
        timesCost(this.reduces.cost(hiddenBytes, captured), this.blocks),
        timesCost(this.reduces.cost(rows * SQUARES_BYTES, captured), this.small.normReduces),
        rooflineCost(this.smallKernelsS(rows)),
      ]);
      byRows.set(rows, cost);
    }
    return cost;
  }

  private smallKernelsS(rows: number): number {
    const { gpu, settings } = this.input;
    const bytes = rows * BYTES_OF_DTYPE[settings.dtype] * this.small.width;
    return this.small.kernels * STEP.smallKernelS + bytes / gpu.memoryBandwidthBytesPerS.value;
  }

  private headCost(samples: number): Cost {
    let cost = this.bySamples.get(samples);
    if (cost === undefined) {
      const { model, gpu } = this.input;
      const logitBytes = samples * model.vocabSize * 4;
      const samplingS = (logitBytes * STEP.logitPasses) / gpu.memoryBandwidthBytesPerS.value;
      cost = samples === 0 ? NO_COST : sumCosts([this.kernels.head(samples), rooflineCost(samplingS)]);
      this.bySamples.set(samples, cost);
    }
    return cost;
  }

  private decodeCost({ decodes, decodeContextTokens, cappedContextTokens }: EngineBatch): Cost {
    const sequences = Math.ceil(decodes);
    const costs: Cost[] = [];
    for (let index = 0; index < this.mixers.length; index++) {
      const entry = this.mixers[index];
      if (entry === undefined) break;
      const context = Math.max(1, (entry.cap < 0 ? decodeContextTokens : (cappedContextTokens[entry.cap] ?? 0)) / decodes);
      const place = Math.log(context) / CONTEXT_STEP;
      const below = Math.floor(place);
      const low = this.decodeAt(index, sequences, below);
      const high = this.decodeAt(index, sequences, below + 1);
      const [from, to] = [contextAt(below), contextAt(below + 1)];
      costs.push(betweenCosts(low, high, to > from ? Math.min(1, Math.max(0, (context - from) / (to - from))) : 0));
    }
    return sumCosts(costs);
  }

  private decodeAt(index: number, sequences: number, place: number): Cost {
    const key = (index * MEMO_CONTEXTS + place) * MEMO_SEQUENCES + sequences;
    let cost = this.byDecode.get(key);
    if (cost === undefined) {
      const entry = this.mixers[index];
      cost = entry === undefined ? NO_COST : timesCost(entry.mixer.decode(sequences, contextAt(place)), entry.count);
      this.byDecode.set(key, cost);
    }
    return cost;
  }

  private prefillCost(chunks: readonly PrefillChunk[]): Cost {
    const tokens = chunks.reduce((sum, chunk) => sum + chunk.tokens, 0);
    return sumCosts(
      this.mixers.map(({ count, mixer }) => {
        const pairs = chunks.reduce((sum, chunk) => sum + chunkPairs(chunk.tokens, chunk.contextTokens, mixer.window), 0);
        return timesCost(mixer.prefill({ count: chunks.length, tokens, pairs }), count);
      }),
    );
  }
}

function allSmallKernels({ layers }: RankKernels): SmallKernels {
  const total = (of: (small: SmallKernels) => number): number => layers.reduce((sum, { count, small }) => sum + count * of(small), 0);
  return { kernels: total(({ kernels }) => kernels), width: total(({ width }) => width), normReduces: total((small) => small.normReduces) };
}

/** Sums of squares of queries and keys of one token, in single precision. */
const SQUARES_BYTES = 8;

const MEMO_SEQUENCES = 8192;

function contextAt(place: number): number {
  return Math.max(1, Math.round(Math.exp(place * CONTEXT_STEP)));
}
