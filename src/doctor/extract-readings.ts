import { type GpuMatch, matchGpu } from '../catalog/match-gpu.ts';
import type { CleanLog } from './clean-log.ts';
import { GPU_NAMES, NUMBER_PATTERNS, STARTED, TEXT_PATTERNS } from './reading-patterns.ts';
import type { Readings } from './readings.ts';

type Draft = { -readonly [K in keyof Readings]: Readings[K] };

const NOTHING: Readings = {
  version: null,
  engine: null,
  model: null,
  architecture: null,
  gpuName: null,
  computeCapability: null,
  totalGib: null,
  freeGib: null,
  utilization: null,
  requestedGib: null,
  weightsGib: null,
  peakActivationGib: null,
  nonTorchGib: null,
  consumedGib: null,
  graphGib: null,
  graphEstimateGib: null,
  availableKvGib: null,
  neededKvGib: null,
  tokens: null,
  blocks: null,
  concurrency: null,
  maxModelLen: null,
  estimatedMaxModelLen: null,
  tensorParallelSize: null,
  pipelineParallelSize: null,
  dataParallelSize: null,
  dtype: null,
  quantization: null,
  kvCacheDtype: null,
  triedToAllocateGib: null,
  started: false,
};

/** Reads every figure and name that the log states. */
export function extractReadings(log: CleanLog): Readings {
  const draft: Draft = { ...NOTHING };
  for (const text of [log.text, log.unwrapped]) {
    readNumbers(draft, text);
    readNames(draft, text);
  }
  draft.engine = engineOf(log.text);
  draft.gpuName = gpuNameIn(log.text);
  draft.computeCapability = capability(draft.computeCapability);
  draft.started = STARTED.some((line) => line.test(log.text));
  return draft;
}

function readNumbers(draft: Draft, text: string): void {
  for (const { pattern, fields, divisor } of NUMBER_PATTERNS) {
    const groups = pattern.exec(text)?.groups;
    if (!groups) continue;
    for (const [field, group] of Object.entries(fields)) {
      const value = Number((groups[group] ?? '').replaceAll(',', ''));
      if (isNumberField(field) && draft[field] === null && groups[group] !== undefined && Number.isFinite(value)) {
        draft[field] = divisor === undefined ? value : value / divisor;
      }
    }
  }
}

type NumberField = keyof (typeof NUMBER_PATTERNS)[number]['fields'];

function isNumberField(field: string): field is NumberField {
  return field in NOTHING;
}

function readNames(draft: Draft, text: string): void {
  for (const { pattern, field } of TEXT_PATTERNS) {
    const found = pattern.exec(text)?.[1];
    if (found !== undefined && draft[field] === null && field !== 'engine') draft[field] = found.trim();
  }
}

/** "Initializing an LLM engine" without a "V1" is the V0 engine. */
function engineOf(text: string): Readings['engine'] {
  const found = /Initializing an? (V[01] )?LLM engine/.exec(text);
  if (found) return found[1] === undefined || found[1] === 'V0 ' ? 'V0' : 'V1';
  return /EngineCore|vllm\/v1\/|gpu_model_runner/.test(text) ? 'V1' : null;
}

/** "75" and "7.5" are one capability. */
function capability(text: string | null): string | null {
  return text !== null && /^\d{2,3}$/.test(text) ? `${text.slice(0, -1)}.${text.slice(-1)}` : text;
}

/** The first name that the catalog knows. */
function gpuNameIn(text: string): string | null {
  for (const names of GPU_NAMES) {
    for (const found of text.matchAll(names)) {
      const name = (found[1] ?? '').trim();
      if (name !== '' && isKnown(matchGpu(name))) return name;
    }
  }
  return null;
}

function isKnown(match: GpuMatch): boolean {
  return match.kind === 'match';
}
