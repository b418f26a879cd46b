/**
 * Loaders for Node: they read the embedded catalog, folders, the Hub and this host, and give the planner its inputs.
 *
 *   import { matchGpu, parseModel, plan } from 'vllm-wizard';
 *   import { findModel, readTextFile } from 'vllm-wizard/node';
 *
 *   const world = { fetch, env: process.env, readText: readTextFile };
 *   const model = parseModel(await findModel({ model: 'Qwen/Qwen3-8B', offline: true }, world));
 */
export { type ListedModel, listModels } from './catalog/list-models.ts';
export { loadModelCatalog } from './catalog/load-models.ts';
export { loadUserCatalog, type UserCatalog } from './catalog/load-user-catalog.ts';
export { type ModelCatalog, withModels } from './catalog/model-catalog.ts';
export { runProgram } from './cli/run-program.ts';
export { detectGpus, type RunProgram } from './hardware/detect-gpus.ts';
export type { HostGpu, HostSpec } from './hardware/host-spec.ts';
export { findCatalogModel, findModel, type ModelRequest, type ModelWorld } from './model/find-model.ts';
export type { FoundModel } from './model/found-model.ts';
export { type ReadText, readTextFile } from './model/load-local-model.ts';
