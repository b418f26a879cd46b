import { existsSync, readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import type { ModelCatalog } from './model-catalog.ts';
import type { ModelAlias, ModelDimensions, ModelIndex, ModelRecord, ModelSummary } from './model-record.ts';

/** Where the data lies: beside the sources, and beside a bundle's chunks or one folder above an entry point of it. */
const FOLDERS = ['./data/', './catalog/data/', '../catalog/data/'];

let catalog: ModelCatalog | undefined;
let index: ModelIndex | undefined;
let lines: readonly string[] | undefined;
let tables: { readonly dimensions: readonly ModelDimensions[]; readonly parameters: ReadonlyMap<string, number> } | undefined;
const records = new Map<string, ModelRecord | undefined>();

/** The names of the embedded catalog. Read once; the tables behind exact ids only when a lookup gets to them. */
export function loadModelIndex(): ModelIndex {
  if (index === undefined) {
    const file: { readonly models: readonly ModelSummary[]; readonly aliases: readonly ModelAlias[] } = JSON.parse(
      read('models.json').toString('utf8'),
    );
    index = {
      models: file.models,
      aliases: file.aliases,
      dimensions: () => loadTables().dimensions,
      publishedParameters: () => loadTables().parameters,
    };
  }
  return index;
}

/** The catalog that the package carries. */
export function loadModelCatalog(): ModelCatalog {
  catalog ??= { index: loadModelIndex(), record: loadCatalogModel };
  return catalog;
}

/**
 * The record of one model by its exact Hub id. All records are one compressed file (about 2 ms to open);
 * each is parsed when it is asked for the first time.
 */
export function loadCatalogModel(id: string): ModelRecord | undefined {
  if (!records.has(id)) records.set(id, readRecord(id));
  return records.get(id);
}

function readRecord(id: string): ModelRecord | undefined {
  const at = loadModelIndex().models.findIndex((model) => model.id === id);
  if (at < 0) return undefined;
  lines ??= inflate('model-records.jsonl.br');
  return JSON.parse(lines[at] ?? 'null');
}

function loadTables(): NonNullable<typeof tables> {
  if (tables === undefined) {
    const dimensions: ModelDimensions[] = [];
    const parameters = new Map<string, number>();
    for (const line of inflate('model-tables.jsonl.br')) {
      const row: PackedDimensions | readonly [string, number] = JSON.parse(line);
      if (row.length === 2) parameters.set(row[0], row[1]);
      else dimensions.push(unpackDimensions(row));
    }
    tables = { dimensions, parameters };
  }
  return tables;
}

type PackedDimensions = readonly [
  id: string,
  modelType: string,
  layers: number,
  heads: number,
  kvHeads: number,
  headDim: number,
  hiddenSize: number,
  vocabSize: number,
  ffnSize: number,
  sharedExpertFfnSize: number | null,
  experts: number | null,
  expertsPerToken: number | null,
  tiedHead: boolean | null,
  checkedAs: number | null,
];

function unpackDimensions(row: PackedDimensions): ModelDimensions {
  const [id, modelType, layers, heads, kvHeads, headDim, hiddenSize, vocabSize, ffnSize, ...rest] = row;
  const [sharedExpertFfnSize, experts, expertsPerToken, tiedHead, checkedAs] = rest;
  return {
    id,
    modelType,
    layers,
    heads,
    kvHeads,
    headDim,
    hiddenSize,
    vocabSize,
    ffnSize,
    sharedExpertFfnSize,
    experts,
    expertsPerToken,
    tiedHead,
    checkedAs,
  };
}

function inflate(name: string): readonly string[] {
  return brotliDecompressSync(read(name)).toString('utf8').split('\n');
}

function read(name: string): Buffer {
  for (const folder of FOLDERS) {
    const url = new URL(folder + name, import.meta.url);
    if (existsSync(url)) return readFileSync(url);
  }
  throw new Error(`the catalog file ${name} is missing from this installation`);
}
