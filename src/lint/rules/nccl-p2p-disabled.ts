import type { Rule } from '../rule.ts';

export const ncclP2pDisabled: Rule = {
  id: 'nccl-p2p-disabled',
  severity: 'warning',
  formats: ['Compose', 'Kubernetes', 'Helm values', 'shell', 'systemd', 'Dockerfile'],
  finds: '`NCCL_P2P_DISABLE=1`',
  why: 'GPUs then talk through host memory instead of NVLink or PCIe, which costs a good part of the speed of every token.',
  fix: 'Delete it; set it only on hosts where peer access is known to hang.',
  *check({ containers }) {
    for (const { env } of containers) {
      for (const { name, raw, at } of env) {
        if (name === 'NCCL_P2P_DISABLE' && raw !== null && !/^\s*(0|false|)\s*$/i.test(raw))
          yield { at, message: 'Direct GPU-to-GPU copies are switched off.' };
      }
    }
  },
};
