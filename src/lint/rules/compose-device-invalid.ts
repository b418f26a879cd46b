import type { YamlNode } from '../../engine/command-files/yaml-nodes.ts';
import type { Rule } from '../rule.ts';
import { spotOf, spotOfKey } from '../view/kubernetes.ts';

export const composeDeviceInvalid: Rule = {
  id: 'compose-device-invalid',
  severity: 'error',
  formats: ['Compose'],
  finds: 'A device reservation that Compose refuses: no `capabilities`, or both `count` and `device_ids`',
  why: 'Compose stops with an error before it starts anything.',
  fix: 'Write driver: nvidia, capabilities: [gpu], and either count or device_ids.',
  *check({ containers }) {
    for (const { source, node, file } of containers) {
      if (source !== 'compose' || node === null) continue;
      for (const device of node.at('deploy', 'resources', 'reservations', 'devices').items()) {
        if (device.at('count').exists && device.at('device_ids').exists) {
          yield { at: spotOfKey(file, device, 'count'), message: 'count and device_ids exclude each other.' };
        }
        if (!hasGpu(device)) yield { at: spotOf(file, device), message: 'The device has no capabilities: [gpu].' };
      }
    }
  },
};

function hasGpu(device: YamlNode): boolean {
  return device
    .at('capabilities')
    .items()
    .flatMap((item) => [item, ...item.items()])
    .some(({ text }) => text !== null);
}
