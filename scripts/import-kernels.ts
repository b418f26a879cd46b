/**
 * Distils measured kernel latencies (the Parquet tables of ai-dynamo/aiconfigurator, Apache-2.0: SYSTEM/OPERATION/ENGINE/VERSION/TABLE.parquet
 * and SYSTEM.yaml) into one pack and one manifest a GPU. The same folder gives the same bytes.
 *
 *   npx unrun scripts/import-kernels.ts DATA_DIR [SYSTEM…]
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { MEASURED_SYSTEMS } from '../src/catalog/kernel-systems.ts';
import type { KernelPeaks } from '../src/catalog/kernel-table.ts';
import { compress, encodeWords } from './kernels/encode-table.ts';
import { OPERATIONS } from './kernels/operations.ts';
import { pickVersions } from './kernels/pick-versions.ts';

const DATA = fileURLToPath(new URL('../src/catalog/data/', import.meta.url));

const [dataDir, ...only] = process.argv.slice(2).filter((word) => !word.endsWith('import-kernels.ts'));
if (dataDir === undefined) throw new Error('usage: npx unrun scripts/import-kernels.ts DATA_DIR [SYSTEM…]');
for (const system of only.length > 0 ? only : MEASURED_SYSTEMS) await importSystem(dataDir, system);

async function importSystem(from: string, system: string): Promise<void> {
  const blobs: Buffer[] = [];
  const entries: string[] = [];
  let offset = 0;
  for (const operation of OPERATIONS) {
    for (const table of await pickVersions(from, system, operation)) {
      const blob = compress(encodeWords(table));
      entries.push(
        JSON.stringify({
          name: `${operation.name}/${table.variant}`,
          keys: table.keys,
          axes: table.axes,
          seriesCount: table.series.length,
          rows: table.rows,
          unit: 'us',
          engine: table.engine,
          engineVersion: table.engineVersion,
          ...(table.alsoFrom.length > 0 ? { shapesAlsoFrom: table.alsoFrom } : {}),
          offset,
          bytes: blob.length,
        }),
      );
      blobs.push(blob);
      offset += blob.length;
    }
  }
  const pack = Buffer.concat(blobs);
  writeFileSync(join(DATA, `kernels-${system}.bin`), pack);
  writeFileSync(
    join(DATA, `kernels-${system}.json`),
    [
      '{"generatedBy": "npx unrun scripts/import-kernels.ts DATA_DIR; do not edit",',
      '"source": "ai-dynamo/aiconfigurator, snapshot of 2026-08-21, Apache-2.0; see kernels-NOTICE.md",',
      `"system": ${JSON.stringify(system)},`,
      `"peaks": ${JSON.stringify(readPeaks(join(from, `${system}.yaml`)))},`,
      `"sha256": ${JSON.stringify(createHash('sha256').update(pack).digest('hex'))},`,
      `"tables": [\n${entries.join(',\n')}\n]}\n`,
    ].join('\n'),
  );
  console.log(system, entries.length, 'tables', pack.length, 'bytes');
}

/** The vendor's peaks out of the system's description. */
function readPeaks(path: string): KernelPeaks {
  const description: unknown = parse(readFileSync(path, 'utf8'));
  const gpu = typeof description === 'object' && description !== null && 'gpu' in description ? description.gpu : null;
  const entries = new Map<string, unknown>(typeof gpu === 'object' && gpu !== null ? Object.entries(gpu) : []);
  const peak = (name: string): number | undefined => {
    const value = entries.get(name);
    return typeof value === 'number' ? value : undefined;
  };
  const memoryBytesPerS = peak('mem_bw');
  if (memoryBytesPerS === undefined) throw new Error(`${path}: no mem_bw`);
  const flops = { bf16: peak('bfloat16_tc_flops'), fp8: peak('fp8_tc_flops'), fp4: peak('fp4_tc_flops'), int8: peak('int8_tc_flops') };
  return { memoryBytesPerS, flopsPerS: Object.fromEntries(Object.entries(flops).filter(([, value]) => value !== undefined)) };
}
