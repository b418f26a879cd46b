const text = { type: 'string' } as const;
const name = { type: 'string', pattern: '^[a-z]([-a-z0-9]*[a-z0-9])?$', maxLength: 52 } as const;
const quantity = { type: 'string', pattern: '^[0-9]+[KMGT]i$' } as const;
const seconds = { type: 'integer', minimum: 0 } as const;
const flag = { type: 'boolean' } as const;
/** Of Kubernetes: its own server says what may be in it. */
const object = { type: 'object' } as const;
const list = { type: 'array', items: object } as const;

/** Every key, and no other: a misspelt one is an error of `helm install`, not a default. */
function closed(properties: Readonly<Record<string, object>>, optional: readonly string[] = []) {
  return {
    type: 'object',
    additionalProperties: false,
    properties,
    required: Object.keys(properties).filter((key) => !optional.includes(key)),
  };
}

/** values.schema.json. The same for every plan. */
export const VALUES_SCHEMA = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Values of a vLLM server',
  ...closed(
    {
      global: object,
      name: { ...name, not: { const: 'vllm' } },
      image: closed({ repository: { ...text, minLength: 1 }, tag: { ...text, minLength: 1, not: { const: 'latest' } }, pullPolicy: text }),
      replicas: { type: 'integer', minimum: 0 },
      autoscaled: flag,
      progressDeadlineSeconds: seconds,
      strategy: object,
      args: { type: 'array', minItems: 1, items: text },
      existingSecret: text,
      secretKeys: { type: 'array', items: closed({ name: text, optional: flag }) },
      env: { type: 'array', items: closed({ name: text, value: text }) },
      port: { type: 'integer', minimum: 1, maximum: 65535 },
      resources: object,
      sharedMemory: quantity,
      cache: closed({
        size: quantity,
        accessMode: { enum: ['ReadWriteOnce', 'ReadWriteOncePod', 'ReadWriteMany'] },
        storageClassName: text,
      }),
      localModel: { type: ['object', 'null'], additionalProperties: false, properties: { mountPath: text, subPath: text } },
      startupProbe: object,
      livenessProbe: object,
      readinessProbe: object,
      preStopSeconds: seconds,
      terminationGracePeriodSeconds: seconds,
      podSecurityContext: object,
      securityContext: object,
      runtimeClassName: text,
      tolerations: list,
      affinity: object,
      spread: flag,
      ownKernels: flag,
      podDisruptionBudget: flag,
      networkPolicy: closed({ enabled: flag, downloads: flag }),
    },
    ['global', 'localModel'],
  ),
} as const;
