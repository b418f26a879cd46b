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
    id: 'program-missing',
    title: 'The program is not installed where it is started',
    patterns: [
      /executable file not found in \$PATH/i,
      /\bvllm: (?:command )?not found/i,
      /No module named '?vllm'?(?:\s|$)/m,
      /exec: [^\n]{0,60}no such file or directory/i,
    ],
    rank: 'cause',
    explain: () =>
      'The image or environment has no program of that name: another image, another virtual environment, or a path that is not in PATH.',
    remedies: [
      outside(
        'Use an image that holds vLLM (vllm/vllm-openai), or activate the environment that it is installed in; in that image the entrypoint already is the server.',
        'the program is found',
      ),
    ],
    source: 'container runtime and shell messages',
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
    patterns: [/(?<!DistNetworkError[^\n]{0,250})(?:address already in use|EADDRINUSE)/i, /\[Errno 98\]/, /Errno 48\b/],
    rank: 'cause',
    explain: () => 'Another program, often an engine that did not end, listens on the same port.',
    remedies: [change('nextPort'), outside('Stop the program on that port; `ss -ltnp` names it.', 'the port becomes free')],
    source: 'vLLM entrypoints/openai/api_server.py create_server_socket',
  },
  {
    id: 'port-in-use',
    title: 'The port at which the ranks meet is taken',
    patterns: [/DistNetworkError[^\n]{0,250}(?:EADDRINUSE|address already in use)/i, /The server socket has failed to (?:listen|bind)/i],
    rank: 'cause',
    explain: () => 'Two engines on this host chose the same port for their ranks, or one that ended still holds it.',
    remedies: [
      outside(
        'Start engines one after the other, give each its own VLLM_PORT (or --master-port, --data-parallel-rpc-port), and end leftover workers.',
        'each engine has a port of its own',
      ),
    ],
    source: 'vLLM utils/network_utils.py get_open_port; torch TCPStore',
  },
  {
    id: 'host-address',
    title: 'The address to listen on does not exist on this host',
    patterns: [/cannot assign requested address/i, /\[Errno 99\]/],
    rank: 'cause',
    explain: () => 'The host of --host (or VLLM_HOST_IP) is not one of this machine or container.',
    remedies: [outside('Use --host 0.0.0.0, or an address that `ip addr` lists inside the container.', 'the server can listen')],
    source: 'errno EADDRNOTAVAIL',
  },
  {
    id: 'image-missing',
    title: 'The container image cannot be pulled',
    patterns: [/manifest (?:for \S+ )?(?:unknown|not found)/i, /pull access denied|ImagePullBackOff|ErrImagePull/i],
    rank: 'cause',
    explain: () => 'There is no image of that name and tag, or the registry asks for a login.',
    remedies: [outside('Correct the tag (vllm/vllm-openai:v followed by a release), or log in to the registry.', 'the image is pulled')],
    source: 'container runtime messages',
  },
  {
    id: 'unschedulable',
    title: 'No node has the GPUs that the pod asks for',
    patterns: [
      /Insufficient (?:nvidia\.com\/gpu|amd\.com\/gpu|memory|cpu)/i,
      /nodes are available: [^\n]{0,200}(?:untolerated taint|didn't match)/i,
    ],
    rank: 'cause',
    explain: () => 'The scheduler finds no node with enough free GPUs, memory or the right labels.',
    remedies: [outside('Lower the request of the pod, free a node, or correct its tolerations and selectors.', 'the pod is placed')],
    source: 'Kubernetes scheduler events',
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
