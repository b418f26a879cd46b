/** A field of NVIDIA's DCGM exporter. */
export interface DcgmMetric {
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly unit: string;
  /** In the exporter's shipped list; others have to be added to it. */
  readonly shipped: boolean;
}

/** Port of the exporter. */
export const DCGM_PORT = 9400;

/**
 * Labels of every field. With Kubernetes mapping the exporter adds `pod`, `namespace` and `container`, which the scrape renames
 * to `exported_pod`, … unless it honours labels.
 *
 * @source NVIDIA/dcgm-exporter, etc/default-counters.csv and the exposition in its README
 */
export const DCGM_LABELS = ['gpu', 'UUID', 'pci_bus_id', 'device', 'modelName', 'Hostname'] as const;

/** @source NVIDIA/dcgm-exporter etc/default-counters.csv (shipped: not commented out), etc/dcp-metrics-included.csv */
export const DCGM_METRICS = [
  { name: 'DCGM_FI_DEV_SM_CLOCK', type: 'gauge', unit: 'MHz', shipped: true },
  { name: 'DCGM_FI_DEV_MEM_CLOCK', type: 'gauge', unit: 'MHz', shipped: true },
  { name: 'DCGM_FI_DEV_GPU_TEMP', type: 'gauge', unit: '°C', shipped: true },
  { name: 'DCGM_FI_DEV_MEMORY_TEMP', type: 'gauge', unit: '°C', shipped: true },
  { name: 'DCGM_FI_DEV_POWER_USAGE', type: 'gauge', unit: 'W', shipped: true },
  { name: 'DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION', type: 'counter', unit: 'mJ', shipped: true },
  { name: 'DCGM_FI_DEV_GPU_UTIL', type: 'gauge', unit: '%', shipped: true },
  { name: 'DCGM_FI_DEV_MEM_COPY_UTIL', type: 'gauge', unit: '%', shipped: true },
  { name: 'DCGM_FI_DEV_FB_USED', type: 'gauge', unit: 'MiB', shipped: true },
  { name: 'DCGM_FI_DEV_FB_FREE', type: 'gauge', unit: 'MiB', shipped: true },
  { name: 'DCGM_FI_DEV_XID_ERRORS', type: 'gauge', unit: 'number of the last XID', shipped: true },
  { name: 'DCGM_FI_DEV_PCIE_REPLAY_COUNTER', type: 'counter', unit: 'retries', shipped: true },
  { name: 'DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL', type: 'counter', unit: 'counts', shipped: true },
  { name: 'DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS', type: 'counter', unit: 'rows', shipped: true },
  { name: 'DCGM_FI_DEV_CORRECTABLE_REMAPPED_ROWS', type: 'counter', unit: 'rows', shipped: true },
  { name: 'DCGM_FI_DEV_ROW_REMAP_FAILURE', type: 'gauge', unit: '0 or 1', shipped: true },
  { name: 'DCGM_FI_DEV_POWER_VIOLATION', type: 'counter', unit: 'µs', shipped: false },
  { name: 'DCGM_FI_DEV_THERMAL_VIOLATION', type: 'counter', unit: 'µs', shipped: false },
  { name: 'DCGM_FI_DEV_ECC_DBE_VOL_TOTAL', type: 'counter', unit: 'errors', shipped: false },
  { name: 'DCGM_FI_PROF_GR_ENGINE_ACTIVE', type: 'gauge', unit: 'fraction', shipped: false },
  { name: 'DCGM_FI_PROF_PIPE_TENSOR_ACTIVE', type: 'gauge', unit: 'fraction', shipped: false },
  { name: 'DCGM_FI_PROF_DRAM_ACTIVE', type: 'gauge', unit: 'fraction', shipped: false },
] as const satisfies readonly DcgmMetric[];
