import { type Cause, outside } from '../cause.ts';

/** Nets for what no table names: they quote the engine's own words. */
export const OTHER_CAUSES: readonly Cause[] = [
  {
    id: 'feature-combination',
    title: 'The engine does not support this combination',
    patterns: [
      /(?<why>\w+Kernel cannot implement due to: [^\n]{3,200})/,
      /(?<why>Failed to find a kernel that can implement[^\n]{0,300})/,
      /NotImplementedError: (?<why>[^\n]{3,300})/,
      /(?:ValueError|RuntimeError|AssertionError|Value error,?):? (?<why>[^\n]{0,200}(?:(?:is|are) not (?:yet )?(?:supported|compatible|implemented)|not supported (?:for|with|on|by)|does not support|is unsupported|incompatible with|cannot be used (?:with|together)|only supports?|requires? )[^\n]{0,200})/,
    ],
    rank: 'general',
    explain: ({ facts }) => `The engine says: ${facts.why ?? 'not supported'}`,
    remedies: [outside('Leave out the setting that the message names, or use a release that has it.', 'the rest is supported')],
    source: 'the message itself',
  },
  {
    id: 'configuration-refused',
    title: 'The engine refuses the configuration',
    patterns: [
      /ValueError: (?<why>(?:Invalid|Unknown|Unrecognized|Found unknown|Found conflicts|Cannot (?:use|set|enable|specify) |--[a-z][\w-]+)[^\n]{3,300})/,
      /(?:ValueError|AssertionError): (?<why>[^\n]{0,200}\b(?:must (?:be (?:one of|greater|less|positive|non-negative|set|specified|provided|equal|enabled|between|at least|divisible|a multiple)|evenly divide|not contain)|mutually exclusive|enabled together|can only be set with|should only be set when)\b[^\n]{0,200})/,
      /validation errors? for \w+\s+(?:\w+\s+)?(?<why>(?:Value error, |Input should |Extra inputs |Field required)[^\n]{0,300})/i,
      /\bValue error, (?<why>[^\n]{3,300})/,
    ],
    rank: 'general',
    explain: ({ facts }) => `The engine says: ${facts.why ?? 'invalid configuration'}`,
    remedies: [outside('Correct the setting that the message names.', 'the configuration is accepted')],
    source: 'pydantic ValidationError under vLLM config',
  },
  {
    id: 'unclassified-error',
    title: 'The engine stopped with an error that no rule explains',
    patterns: [
      /^\s*(?:\w+\.)*(?!ActorDied|RayTask|EngineDead|EngineGenerate|CalledProcess|AsyncEngineDead|MQEngineDead)(?<what>[A-Z]\w*(?:Error|Exception))\b:?\s(?!Engine core |Engine process |Engine loop |Worker failed )(?<why>[^\n]{2,300})/m,
    ],
    rank: 'error',
    explain: ({ facts }) => `${facts.what ?? 'Error'}: ${facts.why ?? ''}`,
    remedies: [outside('Search the issues of vLLM for the message, with your version and model.', 'somebody may have met it before')],
    source: 'https://github.com/vllm-project/vllm/issues',
  },
];
