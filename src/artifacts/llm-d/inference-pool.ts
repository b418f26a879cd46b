import type { Deployment } from '../deployment.ts';
import type { Manifest } from '../kubernetes/manifest.ts';
import { objectLabels } from '../kubernetes/object-names.ts';
import { PICKER_PORT, pickerName, poolLabels } from './names.ts';

/** The servers among which the endpoint picker chooses. */
export function inferencePool(deployment: Deployment): Manifest {
  const object = {
    apiVersion: 'inference.networking.k8s.io/v1',
    kind: 'InferencePool',
    metadata: { name: deployment.service, labels: objectLabels(deployment) },
    spec: {
      selector: { matchLabels: poolLabels(deployment) },
      targetPorts: [{ number: deployment.port }],
      endpointPickerRef: { name: pickerName(deployment), port: { number: PICKER_PORT }, failureMode: 'FailOpen' },
    },
  };
  const remarks = [
    { path: ['spec', 'selector'], text: 'The pods that answer requests.' },
    { path: ['spec', 'endpointPickerRef'], text: 'Made by the chart of router-values.yaml; while it is away, requests go to any server.' },
  ];
  return { file: 'inferencepool.yaml', object, header: [], remarks };
}
