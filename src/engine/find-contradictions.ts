import type { Finding } from './finding.ts';
import type { GivenFlag } from './read-flags.ts';
import type { ServeArgs } from './serve-args.ts';
import { isAtLeast, type Version } from './version.ts';

/**
 * Flags of one command that cannot stand together, or of which one has no effect beside the other. Contradictions between
 * values (batch against sequences) depend on defaults too: refusals.ts.
 */
export function findContradictions(args: ServeArgs, flags: readonly GivenFlag[], version: Version): Finding[] {
  const given = (name: string): boolean => flags.some((flag) => flag.spec.name === name);
  const findings: Finding[] = repeated(flags);
  if (args.maxModelLen === 'auto' && !isAtLeast(version, '0.14.0')) {
    findings.push(fatal('--max-model-len auto exists from vLLM 0.14.0 on.', 'Give a number of tokens, or run vLLM 0.14.0 or newer.'));
  }
  if (given('--cudagraph-capture-sizes') && hasKey(flags, '--compilation-config', 'cudagraph_capture_sizes')) {
    findings.push(
      fatal('cudagraph_capture_sizes is set both by --cudagraph-capture-sizes and in --compilation-config.', 'Keep one of the two.'),
    );
  }
  if (given('--kv-cache-memory-bytes') && given('--gpu-memory-utilization')) {
    findings.push(remark('--gpu-memory-utilization has no effect on the KV cache beside --kv-cache-memory-bytes.', 'Keep one of the two.'));
  }
  if (args.enforceEager && (given('--cudagraph-capture-sizes') || given('--max-cudagraph-capture-size'))) {
    findings.push(remark('--enforce-eager captures no CUDA graphs, so their sizes have no effect.', 'Drop one of the two.'));
  }
  if (!args.enableLora && (args.maxLoras !== null || args.maxLoraRank !== null)) {
    findings.push(remark('--max-loras and --max-lora-rank have no effect without --enable-lora.', 'Add --enable-lora, or drop them.'));
  }
  if (given('--config')) {
    findings.push(remark('Flags inside the file of --config are not read.', 'Write them on the command line to have them judged.'));
  }
  return findings;
}

/** argparse keeps the last value; people rarely mean that. */
function repeated(flags: readonly GivenFlag[]): Finding[] {
  const last = new Map<string, GivenFlag>();
  const findings: Finding[] = [];
  for (const flag of flags) {
    const { name } = flag.spec;
    const before = last.get(name);
    last.set(name, flag);
    if (!before || flag.path.length > 0 || before.path.length > 0) continue;
    if (before.on === flag.on && before.values.join(' ') === flag.values.join(' ')) continue;
    const shown = flag.spec.kind === 'switch' ? flag.spelling : `${flag.spelling} ${flag.values.join(' ')}`;
    findings.push({
      code: 'FLAG_REPEATED',
      message: `${name} is given more than once with different values; the last one counts (${shown}).`,
      fix: 'Keep one.',
      fatal: false,
    });
  }
  return findings;
}

function hasKey(flags: readonly GivenFlag[], name: string, key: string): boolean {
  return flags.some((flag) => flag.spec.name === name && (flag.path[0] === key || flag.values.some((value) => value.includes(`"${key}"`))));
}

function fatal(message: string, fix: string): Finding {
  return { code: 'FLAGS_CONTRADICT', message, fix, fatal: true };
}

function remark(message: string, fix: string): Finding {
  return { code: 'FLAG_WITHOUT_EFFECT', message, fix, fatal: false };
}
