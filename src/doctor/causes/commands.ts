import { type Cause, change, environment, outside } from '../cause.ts';
import { pattern } from '../pattern.ts';

/** The command itself, before the engine looks at a model. */
export const COMMAND_CAUSES: readonly Cause[] = [
  {
    id: 'flag-unknown',
    title: 'The command has arguments that this release does not know',
    patterns: [pattern('error: unrecognized arguments: {args:text}\n'), /error: unrecognized arguments: (?<args>[^\n]{1,300})/],
    rank: 'cause',
    explain: ({ facts }) => `vllm stops at: ${facts.args ?? 'an argument'}.`,
    remedies: [change('knownFlagsOnly')],
    source: 'argparse in vLLM utils/argparse_utils.py',
  },
  {
    id: 'flag-value',
    title: 'A flag has a value that it does not take',
    patterns: [
      /error: argument (?<flag>[^:\n]{1,120}): (?<why>invalid[^\n]{1,300}|expected[^\n]{1,120}|unknown[^\n]{1,200}|Value[^\n]{1,300}|not allowed[^\n]{1,120}|ignored[^\n]{1,120}|ambiguous[^\n]{1,120})/,
      /error: (?<why>ambiguous option: [^\n]{1,200})/,
    ],
    rank: 'cause',
    explain: ({ facts }) => `${facts.flag ?? 'A flag'}: ${facts.why ?? 'invalid value'}.`,
    remedies: [change('knownFlagsOnly')],
    source: 'argparse in vLLM utils/argparse_utils.py',
  },
  {
    id: 'argument-missing',
    title: 'A required argument is missing',
    patterns: [/error: the following arguments are required: (?<args>[^\n]{1,200})/],
    rank: 'cause',
    explain: ({ facts }) => `The command lacks ${facts.args ?? 'an argument'}.`,
    remedies: [outside('Write the model right after `vllm serve`.', 'the command is complete')],
    source: 'argparse in vLLM entrypoints/cli/serve.py',
  },
  {
    id: 'engine-argument-unknown',
    title: 'The engine does not take an argument that a program hands it',
    patterns: [
      /(?:EngineArgs|AsyncEngineArgs|VllmConfig|ModelConfig|LLM)(?:\.__init__\(\))? got an unexpected keyword argument '(?<name>\w+)'/,
    ],
    rank: 'cause',
    explain: ({ facts }) => `The argument ${facts.name ?? ''} was removed, or came later than this release.`,
    remedies: [
      outside('Use a version of that program that goes with this vLLM release, or leave the argument out.', 'the engine takes the rest'),
    ],
    source: 'vLLM engine/arg_utils.py EngineArgs',
  },
  {
    id: 'port-in-use',
    title: 'The port is taken',
    patterns: [/address already in use/i, /\[Errno 98\]/, /Errno 48\b/],
    rank: 'cause',
    explain: () => 'Another program, often an engine that did not end, listens on the same port.',
    remedies: [change('nextPort'), outside('Stop the program on that port; `ss -ltnp` names it.', 'the port becomes free')],
    source: 'vLLM entrypoints/openai/api_server.py create_server_socket',
  },
  {
    id: 'vllm-port-uri',
    title: 'Kubernetes sets VLLM_PORT because a service is called vllm',
    patterns: [
      /VLLM_PORT '?(?<value>[^'\s]+)'? appears to be a URI/i,
      /invalid literal for int\(\) with base 10: '(?<value>tcp:\/\/[^']+)'/,
    ],
    rank: 'cause',
    explain: ({ facts }) =>
      `Kubernetes puts VLLM_PORT=${facts.value ?? 'tcp://…'} into every container beside a service named "vllm", and the engine reads it as its own port.`,
    remedies: [
      outside('Set `enableServiceLinks: false` in the pod, or give the service another name than "vllm".', 'the variable is no longer set'),
      environment('VLLM_PORT', '', 'the variable is emptied for this process'),
    ],
    source: 'vLLM envs.py get_vllm_port',
  },
  {
    id: 'environment-deprecated',
    title: 'A variable of the environment is not known to this release',
    patterns: [
      pattern('Unknown vLLM environment variable detected: {name:word}'),
      /environment variable (?<name>VLLM_\w+)[^\n]{0,60}(?:is deprecated|will be removed|has been removed)/i,
    ],
    rank: 'remark',
    explain: ({ facts }) => `${facts.name ?? 'A variable'} has no effect here.`,
    remedies: [outside('Drop the variable, or use the flag that replaced it.', 'what you meant takes effect')],
    source: 'vLLM envs.py validate_environ',
  },
  {
    id: 'v1-unsupported-feature',
    title: 'The engine of this release does not have a feature that the command asks for',
    patterns: [
      /VLLM_USE_V1=1 is not supported with (?<what>[^\n.]{1,120})/,
      /(?<what>--?[\w-]+)[^\n]{0,40} is not supported (?:by|in) the V1 Engine/i,
    ],
    rank: 'cause',
    explain: ({ facts }) => `${facts.what ?? 'The feature'} exists in the V0 engine only.`,
    remedies: [change('knownFlagsOnly'), outside('Leave the feature out.', 'the V1 engine starts')],
    source: 'vLLM engine/arg_utils.py _is_v1_supported_oracle',
  },
  {
    id: 'tool-parser',
    title: 'The tool or reasoning parser is not set up',
    patterns: [/invalid (?:tool call|reasoning) parser: (?<name>[^\n(]{1,80})/i, /--enable-auto-tool-choice requires --tool-call-parser/i],
    rank: 'cause',
    explain: ({ facts }) =>
      facts.name
        ? `This release has no parser called ${facts.name.trim()}.`
        : 'Tool calls need both --enable-auto-tool-choice and --tool-call-parser.',
    remedies: [change('noToolParser')],
    source: 'vLLM entrypoints/openai/cli_args.py validate_parsed_serve_args',
  },
];
