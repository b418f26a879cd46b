import { parse, parseAllDocuments } from 'yaml';
import type { GeneratedFile } from '../../src/artifacts/generated-file.ts';
import { parseServeCommand } from '../../src/engine/parse-serve-command.ts';
import type { ServeArgs } from '../../src/engine/serve-args.ts';
import type { Version } from '../../src/engine/version.ts';

/** What one place of a file says of the deployment, read without knowledge of who wrote it. */
export interface Claim {
  readonly file: string;
  readonly about: 'image' | 'served' | 'port' | 'gpus of a pod' | 'memory of a pod' | 'argv' | 'secret' | 'address';
  readonly value: string;
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonMap = { readonly [key: string]: Json };

/** Every claim of the files that a plan wrote: YAML and JSON by their keys, queries by their matchers, scripts by their text. */
export function claimsOf(files: readonly GeneratedFile[], version: Version): Claim[] {
  return files.flatMap((file) => [...queryClaims(file), ...structureClaims(file, version)]);
}

/** `model_name="…"` in any text, with the escapes of PromQL undone. */
function queryClaims({ path, text }: GeneratedFile): Claim[] {
  return (
    documentsOf(path, text)
      .flatMap(textsIn)
      .flatMap((line) => [...line.matchAll(/model_name=~?"((?:[^"\\]|\\.)*)"/g)])
      .map(([, name = '']) => ({ file: path, about: 'served' as const, value: JSON.parse(`"${name}"`) }))
      // Variables of dashboards; and the server of another model, on which a rule's test has an alert fire.
      .filter(({ value }) => !value.startsWith('$') && !value.endsWith(' (another)'))
  );
}

function structureClaims({ path, text }: GeneratedFile, version: Version): Claim[] {
  const maps = documentsOf(path, text).flatMap(mapsIn);
  return maps.flatMap((map) => [
    ...imageClaims(path, map),
    ...argvClaims(path, map, version),
    ...gpuClaims(path, map),
    ...portClaims(path, map),
    ...secretClaims(path, map),
    ...addressClaims(path, map),
    ...rayClaims(path, map),
  ]);
}

function documentsOf(path: string, text: string): Json[] {
  // Chart templates are not YAML until Helm has filled them in.
  if (path.includes('/templates/')) return [];
  if (path.endsWith('.json')) return [JSON.parse(text)];
  if (!/\.ya?ml$/.test(path)) return [];
  return parseAllDocuments(text, { version: '1.1' }).map((document) => document.toJS());
}

function mapsIn(value: Json): JsonMap[] {
  if (Array.isArray(value)) return value.flatMap(mapsIn);
  if (!isMap(value)) return [];
  return [value, ...Object.values(value).flatMap(mapsIn)];
}

function textsIn(value: Json): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isMap(value) ? Object.values(value).flatMap(textsIn) : [];
}

function isMap(value: Json): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function imageClaims(file: string, { image, repository, tag }: JsonMap): Claim[] {
  if (typeof image === 'string' && image.startsWith('vllm/')) return [{ file, about: 'image', value: image }];
  if (typeof repository === 'string' && repository.startsWith('vllm/')) return [{ file, about: 'image', value: `${repository}:${tag}` }];
  return [];
}

/** A container that starts `vllm serve`, as Kubernetes and Compose would hand it its words; our chart adds the first two itself. */
function argvClaims(file: string, { image, command, entrypoint, args }: JsonMap, version: Version): Claim[] {
  const chart = image !== undefined && isMap(image) && Array.isArray(args) ? ['vllm', 'serve'] : [];
  if (chart.length === 0 && (typeof image !== 'string' || !image.startsWith('vllm/'))) return [];
  const words = [...chart, ...wordsOf(entrypoint), ...wordsOf(command), ...wordsOf(args)].map((word) => word.replaceAll('$$', '$'));
  if (words[0] !== 'vllm' || words[1] !== 'serve') return [];
  return [{ file, about: 'argv', value: essence(parseServeCommand(words, version).args) }];
}

function wordsOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((word): word is string => typeof word === 'string') : [];
}

/** The arguments that decide memory, speed and address; how the nodes find each other differs from kind to kind. */
export function essence(args: ServeArgs): string {
  const { model, servedModelName, tensorParallelSize, pipelineParallelSize, dataParallelSize, maxModelLen, maxNumSeqs } = args;
  const { gpuMemoryUtilization, kvCacheDtype, quantization, enforceEager } = args;
  return JSON.stringify({
    model,
    servedModelName,
    tensorParallelSize: tensorParallelSize ?? 1,
    pipelineParallelSize: pipelineParallelSize ?? 1,
    dataParallelSize: dataParallelSize ?? 1,
    maxModelLen,
    maxNumSeqs,
    gpuMemoryUtilization,
    kvCacheDtype,
    quantization,
    enforceEager,
  });
}

function gpuClaims(file: string, { limits, requests }: JsonMap): Claim[] {
  const claims: Claim[] = [];
  for (const resources of [limits, requests]) {
    if (resources === undefined || !isMap(resources)) continue;
    for (const key of ['nvidia.com/gpu', 'amd.com/gpu']) {
      if (resources[key] === undefined || Number(resources[key]) === 0) continue;
      claims.push({ file, about: 'gpus of a pod', value: String(resources[key]) });
      if (resources.memory !== undefined) claims.push({ file, about: 'memory of a pod', value: String(resources.memory) });
    }
  }
  return claims;
}

function portClaims(file: string, { containerPort, name, port }: JsonMap): Claim[] {
  if (containerPort !== undefined && (name === undefined || name === 'http'))
    return [{ file, about: 'port', value: String(containerPort) }];
  if (name === 'http' && typeof port === 'number') return [{ file, about: 'port', value: String(port) }];
  return [];
}

function secretClaims(file: string, { secretKeyRef }: JsonMap): Claim[] {
  if (secretKeyRef === undefined || !isMap(secretKeyRef)) return [];
  return [{ file, about: 'secret', value: String(secretKeyRef.name) }];
}

/** Where others look for the server: scrape targets, back ends of routes, the benchmark. */
function addressClaims(file: string, map: JsonMap): Claim[] {
  const words = [...wordsOf(map.targets), ...wordsOf(map.args)];
  return words
    .map((word) => /^(?:http:\/\/)?([a-z0-9-]+-vllm):(\d+)$/.exec(word))
    .filter((match) => match !== null)
    .map(([, name, port]) => ({ file, about: 'address' as const, value: `${name}:${port}` }));
}

/** Ray Serve's own configuration, YAML in a text of the YAML. */
function rayClaims(file: string, { serveConfigV2 }: JsonMap): Claim[] {
  if (typeof serveConfigV2 !== 'string') return [];
  const ids = [...serveConfigV2.matchAll(/^ *(?:- )?model_id: (.*)$/gm)].map(([, id = '']) => parse(id));
  return ids.map((value) => ({ file, about: 'served' as const, value: String(value) }));
}
