/**
 * Makes the embedded model catalog out of a folder of published model metadata (one ORG--NAME.json a model and
 * the tables aliases.tsv, dims.tsv, parameters.tsv, vllm_arch.tsv). The same folder gives the same bytes.
 *
 *   npx unrun scripts/import-models.ts MODELS_DIR
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { summariseModel } from '../src/catalog/model-catalog.ts';
import type { ModelAlias, ModelDimensions, ModelRecord } from '../src/catalog/model-record.ts';
import { isJsonObject, type JsonObject, parseJsonText } from '../src/catalog/parse-json-text.ts';
import { checkByCount } from './models/check-by-count.ts';
import { completeConfig, type KnownShape } from './models/complete-config.ts';
import { readDifference } from './models/read-difference.ts';
import { numberCell, readTable, textCell } from './models/read-table.ts';
import { trimConfig } from './models/trim-config.ts';

const DATA = fileURLToPath(new URL('../src/catalog/data/', import.meta.url));

/** Words by which a name tells how its weights are stored. */
const STORAGE_WORDS = /awq|gptq|fp8|fp4|int4|int8|w\da\d|bit|gguf|quant|bpw|autoround/i;

const directory = process.argv[2];
if (directory === undefined) throw new Error('usage: npx unrun scripts/import-models.ts MODELS_DIR');
importModels(directory);

function importModels(from: string): void {
  const shapes = readShapes(from);
  const records = readdirSync(from)
    .filter((file) => file.endsWith('.json'))
    .map((file) => readRecord(join(from, file)))
    .map((record) => ({ ...record, config: completeConfig(record.config, shapes.get(record.id)) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const known = new Set(records.map((record) => record.id));
  const parameterRows = readTable(join(from, 'parameters.tsv'));
  const parameters = new Map<string, number>();
  for (const row of parameterRows) {
    const count = numberCell(row, 'exact_parameters');
    if (count !== null && !parameters.has(textCell(row, 'id'))) parameters.set(textCell(row, 'id'), count);
  }
  const aliases = readTable(join(from, 'aliases.tsv')).map((row) => readAlias(row, parameters));
  for (const alias of aliases) if (!known.has(alias.of)) throw new Error(`alias ${alias.id} of ${alias.of}, which has no record`);
  const heads = new Map(parameterRows.map((row) => [textCell(row, 'id'), readTiedHead(textCell(row, 'check'))]));
  const rows = readTable(join(from, 'dims.tsv'))
    .map((row) => readDimensions(row, heads.get(textCell(row, 'id')) ?? null))
    .filter((row) => row !== null);
  const dimensions = checkByCount(rows, parameters);
  const further = [...parameters].filter(([id]) => !known.has(id));

  mkdirSync(DATA, { recursive: true });
  const packed = compress(lines(records));
  const tables = compress(lines([...dimensions.map(packDimensions), ...further]));
  writeFileSync(join(DATA, 'model-records.jsonl.br'), packed);
  writeFileSync(join(DATA, 'model-tables.jsonl.br'), tables);
  writeFileSync(
    join(DATA, 'models.json'),
    [
      '{"generated_by": "npx unrun scripts/import-models.ts MODELS_DIR; do not edit",',
      `"files": {"model-records.jsonl.br": "${sha256(packed)}", "model-tables.jsonl.br": "${sha256(tables)}"},`,
      `"counts": ${JSON.stringify({ models: records.length, aliases: aliases.length, dimensions: dimensions.length, parameters: further.length })},`,
      `"sources": [\n${lines(tableSources(parameterRows)).replaceAll('\n', ',\n')}\n],`,
      `"models": [\n${lines(records.map(summariseModel)).replaceAll('\n', ',\n')}\n],`,
      `"aliases": [\n${lines(aliases).replaceAll('\n', ',\n')}\n]}\n`,
    ].join('\n'),
  );
}

/** Types by dims.tsv, key-value heads by vllm_arch.tsv, which vLLM's own reading of the configs made. */
function readShapes(from: string): Map<string, KnownShape> {
  const types = readTable(join(from, 'dims.tsv')).map((row) => [textCell(row, 'id'), textCell(row, 'model_type')] as const);
  const heads = new Map(readTable(join(from, 'vllm_arch.tsv')).map((row) => [textCell(row, 'id'), numberCell(row, 'kv_heads')]));
  return new Map(types.map(([id, modelType]) => [id, { modelType, kvHeads: heads.get(id) ?? null }]));
}

function readRecord(file: string): ModelRecord {
  const raw = parseJsonText(readFileSync(file, 'utf8'));
  if (!isJsonObject(raw) || typeof raw.id !== 'string' || !isJsonObject(raw.config)) throw new Error(`${file}: no id or config`);
  const { hf_quant_config: quantization, sources } = raw;
  return {
    id: raw.id,
    config: trimConfig(raw.config),
    hfQuantConfig: isJsonObject(quantization) ? trimConfig(quantization) : null,
    parameters: count(raw, 'parameters'),
    activeParameters: count(raw, 'active_parameters'),
    weightBytes: count(raw, 'weight_bytes'),
    sources: Array.isArray(sources) ? sources.map(String) : [],
    note: typeof raw.note === 'string' ? raw.note : null,
  };
}

function readAlias(row: ReadonlyMap<string, string>, parameters: ReadonlyMap<string, number>): ModelAlias {
  const [id, of, text] = [textCell(row, 'id'), textCell(row, 'same_shape_as'), textCell(row, 'differs_in')];
  const published = parameters.get(id);
  const { quantization, caveats = [], ...shape } = readDifference(text, of);
  // Without an organisation the table tells what one measured case ran; a name that says nothing of it means the model itself.
  const ofTheName = id.includes('/') || STORAGE_WORDS.test(id);
  const plain = shape.set === undefined && !/\bweights\b/.test(text);
  const carried = caveats.filter((caveat) => ofTheName || !caveat.startsWith('its weights'));
  return {
    id,
    of,
    ...shape,
    ...(quantization !== undefined && ofTheName ? { quantization } : {}),
    ...(carried.length > 0 ? { caveats: carried } : {}),
    ...(/^nothing\b/.test(text) || (plain && !ofTheName) ? { same: true } : {}),
    ...(published === undefined ? {} : { parameters: published }),
  };
}

/** The table's remark on how a published total came about. */
function readTiedHead(check: string): boolean | null {
  if (/\(own head\)/.test(check)) return false;
  return /tied head/.test(check) ? true : null;
}

function readDimensions(row: ReadonlyMap<string, string>, tiedHead: boolean | null): ModelDimensions | null {
  const cell = (column: string): number => numberCell(row, column) ?? 0;
  const dimensions = {
    id: textCell(row, 'id'),
    modelType: textCell(row, 'model_type'),
    layers: cell('layers'),
    heads: cell('heads'),
    kvHeads: cell('kv_heads'),
    headDim: cell('head_dim'),
    hiddenSize: cell('hidden'),
    vocabSize: cell('vocab'),
    ffnSize: cell('ffn_or_expert_ffn'),
    sharedExpertFfnSize: numberCell(row, 'shared_expert_ffn'),
    experts: numberCell(row, 'experts'),
    expertsPerToken: numberCell(row, 'experts_per_token'),
    tiedHead,
    checkedAs: null,
  };
  const { layers, heads, kvHeads, headDim, hiddenSize, vocabSize } = dimensions;
  return [layers, heads, kvHeads, headDim, hiddenSize, vocabSize].includes(0) ? null : dimensions;
}

function packDimensions(row: ModelDimensions): readonly unknown[] {
  return Object.values(row);
}

/** Which public collections the tables were taken from, with the number of rows. */
function tableSources(rows: readonly ReadonlyMap<string, string>[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const source = /^(\S+@\w+):/.exec(textCell(row, 'source'))?.[1];
    if (source !== undefined) counts.set(source, (counts.get(source) ?? 0) + 1);
  }
  return [...counts].map(([source, rows]) => `parameters: ${source} (${rows} rows)`).sort();
}

function count(raw: JsonObject, field: string): number | null {
  const value = raw[field];
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : null;
}

function lines(rows: readonly unknown[]): string {
  return rows.map((row) => JSON.stringify(row)).join('\n');
}

function compress(text: string): Buffer {
  const bytes = Buffer.from(text);
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
