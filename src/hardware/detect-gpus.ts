import { type HostSpec, NO_GPUS } from './host-spec.ts';
import { parseAmdSmi, parseRocmSmi } from './parse-amd-smi.ts';
import { parseNvidiaSmi, parseTopology, QUERY_FIELDS } from './parse-nvidia-smi.ts';

/** Runs a program and returns its standard output; null when it is not installed, fails or takes too long. */
export type RunProgram = (program: string, args: readonly string[]) => Promise<string | null>;

/** Asks this host's own tools for its GPUs: nvidia-smi, then amd-smi, then rocm-smi. None is not an error. */
export async function detectGpus(run: RunProgram): Promise<HostSpec> {
  return (await detectNvidia(run)) ?? (await detectAmd(run)) ?? NO_GPUS;
}

async function detectNvidia(run: RunProgram): Promise<HostSpec | null> {
  const query = (fields: readonly string[]): Promise<string | null> =>
    run('nvidia-smi', [`--query-gpu=${fields.join(',')}`, '--format=csv,noheader,nounits']);
  const csv = (await query(QUERY_FIELDS)) ?? (await query(QUERY_FIELDS.slice(0, 3)));
  if (csv === null) return null;
  const gpus = parseNvidiaSmi(csv, (await run('nvidia-smi', [])) ?? '');
  if (gpus.length === 0) return null;
  const interconnect = gpus.length > 1 ? parseTopology((await run('nvidia-smi', ['topo', '-m'])) ?? '') : 'unknown';
  return { gpus, interconnect, tool: 'nvidia-smi' };
}

async function detectAmd(run: RunProgram): Promise<HostSpec | null> {
  const gpus = parseAmdSmi((await run('amd-smi', ['static', '--asic', '--vram', '--driver', '--json'])) ?? '');
  if (gpus.length > 0) return { gpus, interconnect: 'unknown', tool: 'amd-smi' };
  const flags = ['--showproductname', '--showmeminfo', 'vram', '--showdriverversion', '--json'];
  const older = parseRocmSmi((await run('rocm-smi', flags)) ?? '');
  return older.length > 0 ? { gpus: older, interconnect: 'unknown', tool: 'rocm-smi' } : null;
}
