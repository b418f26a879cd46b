import { type Bytes, bytes, MIB } from '../units/bytes.ts';
import type { HostGpu } from './host-spec.ts';

type Json = Readonly<Record<string, unknown>>;

const MAX_GPUS = 256;

/**
 * Reads `amd-smi static --asic --vram --driver --json`: a list of GPUs, or from ROCm 7 an object with `gpu_data`.
 * Anything else gives an empty list.
 */
export function parseAmdSmi(text: string): HostGpu[] {
  const document = readJson(text);
  const list = Array.isArray(document) ? document : isObject(document) ? document.gpu_data : null;
  if (!Array.isArray(list)) return [];
  return list.slice(0, MAX_GPUS).flatMap((entry: unknown) => (isObject(entry) ? [amdGpu(entry)] : []));
}

function amdGpu(entry: Json): HostGpu {
  const asic = isObject(entry.asic) ? entry.asic : {};
  const vram = isObject(entry.vram) ? entry.vram : {};
  const driver = isObject(entry.driver) ? entry.driver : {};
  return {
    vendor: 'amd',
    name: known(asic.market_name) ?? 'AMD GPU',
    totalBytes: readSize(vram.size),
    computeCapability: known(asic.target_graphics_version),
    driverVersion: known(driver.version),
    cudaVersion: null,
  };
}

/** {"value": 196592, "unit": "MB"}, where MB counts in powers of 1024. */
function readSize(size: unknown): Bytes | null {
  if (!isObject(size) || typeof size.value !== 'number' || !Number.isSafeInteger(size.value)) return null;
  return size.unit === 'MB' || size.unit === 'MiB' ? bytes(size.value * MIB) : null;
}

/** Reads `rocm-smi --showproductname --showmeminfo vram --showdriverversion --json`. */
export function parseRocmSmi(text: string): HostGpu[] {
  const document = readJson(text);
  if (!isObject(document)) return [];
  const system = isObject(document.system) ? document.system : {};
  const cards = Object.entries(document).filter(([key]) => /^card\d+$/.test(key));
  return cards.slice(0, MAX_GPUS).flatMap(([, card]) => {
    if (!isObject(card)) return [];
    const total = Number(card['VRAM Total Memory (B)'] ?? Number.NaN);
    const gpu: HostGpu = {
      vendor: 'amd',
      name: known(card['Card Series']) ?? known(card['Card series']) ?? 'AMD GPU',
      totalBytes: Number.isSafeInteger(total) && total > 0 ? bytes(total) : null,
      computeCapability: known(card['GFX Version']),
      driverVersion: known(system['Driver version']),
      cudaVersion: null,
    };
    return [gpu];
  });
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A tool that prints a message instead of JSON found no GPU that it can describe.
    return null;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function known(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && value !== 'N/A' ? value : null;
}
