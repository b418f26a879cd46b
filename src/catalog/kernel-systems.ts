/** The machines of which kernels were measured, by the measuring project's names. */
export const MEASURED_SYSTEMS = [
  'a100_sxm',
  'b200_sxm',
  'b300_sxm',
  'b60',
  'gb200',
  'gb300',
  'h100_sxm',
  'h200_sxm',
  'l40s',
  'rtx_pro_6000_server',
] as const;
export type MeasuredSystem = (typeof MEASURED_SYSTEMS)[number];

/**
 * Exactly the part that was measured. A sibling with another clock, power limit or memory (H100 PCIe, A100 40 GB, RTX PRO 6000
 * workstation) is not in here: whoever borrows its neighbour's numbers has to say so.
 */
export const GPU_OF_SYSTEM = {
  a100_sxm: 'a100-sxm-80gb',
  b200_sxm: 'b200-180gb',
  b300_sxm: 'b300-270gb',
  b60: 'arc-pro-b60-24gb',
  gb200: 'gb200-186gb',
  gb300: 'gb300-279gb',
  h100_sxm: 'h100-sxm-80gb',
  h200_sxm: 'h200-sxm-141gb',
  l40s: 'l40s-48gb',
  rtx_pro_6000_server: 'rtx-pro-6000-server-96gb',
} as const satisfies Record<MeasuredSystem, string>;

/** The measured system of a GPU of the catalog; undefined where nobody measured this part. */
export function measuredSystemOf(gpuId: string): MeasuredSystem | undefined {
  return MEASURED_SYSTEMS.find((system) => GPU_OF_SYSTEM[system] === gpuId);
}
