import { z } from 'zod';
import { bytes } from '../units/bytes.ts';
import { type COMPUTE_DTYPES, GPU_VENDORS, type GpuSpec } from './gpu-spec.ts';

const sourced = <Value extends z.ZodType>(value: Value) => z.strictObject({ value, source: z.string().min(1) });
const size = z.int().positive().transform(bytes);
/** From the slowest card with a driver to ten times the fastest: catches GB written for bytes. */
const bandwidth = z.number().min(1e10).max(1e14);
const flops = sourced(z.number().min(1e11).max(1e18));

/** A row of a user's own gpus.json: the shape of `GpuSpec`, checked field by field. */
export const userGpuSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, 'must be in kebab case, such as "acme-x1-48gb"'),
  label: z.string().min(1),
  vendor: z.enum(GPU_VENDORS),
  architecture: z.string().min(1),
  computeCapability: z.exactOptional(z.templateLiteral([z.int(), '.', z.int()])),
  gfxTarget: z.exactOptional(z.templateLiteral(['gfx', z.string()])),
  names: z.array(z.string().min(1)).min(1),
  driverName: z.exactOptional(z.string()),
  preference: z.exactOptional(z.number()),
  cudaTotalBytes: z.exactOptional(sourced(size)),
  cudaTotalRangeBytes: z.exactOptional(sourced(z.tuple([size, size]).readonly())),
  nvmlTotalBytes: z.exactOptional(sourced(size)),
  boardMemoryBytes: z.exactOptional(sourced(size)),
  contextBytes: z.exactOptional(sourced(size)),
  memoryBandwidthBytesPerS: sourced(bandwidth),
  denseFlopsPerS: z.strictObject({
    fp32: z.exactOptional(flops),
    fp16: z.exactOptional(flops),
    bf16: z.exactOptional(flops),
    int8: z.exactOptional(flops),
    fp8: z.exactOptional(flops),
    fp4: z.exactOptional(flops),
  } satisfies Record<(typeof COMPUTE_DTYPES)[number], z.ZodType>),
  integrated: z.boolean(),
  link: z.exactOptional(
    z.strictObject({
      kind: z.enum(['nvlink', 'infinity-fabric', 'xe-link']),
      bytesPerSPerDirection: sourced(z.number().min(1e9).max(1e13)),
      fitted: z.enum(['board', 'bridge']),
      maxGpus: z.int().min(2),
    }),
  ),
  pcie: z.exactOptional(sourced(z.strictObject({ generation: z.literal([3, 4, 5, 6]), lanes: z.literal([8, 16]) }))),
  peerToPeer: z.boolean(),
  tdpWatts: z.exactOptional(sourced(z.number().positive())),
  multiprocessors: z.exactOptional(sourced(z.int().positive())),
}) satisfies z.ZodType<GpuSpec>;
