import type { CliContext } from '../context.ts';
import { Command } from '../options.ts';
import { oneOf } from '../parse-values.ts';
import type { Finish } from '../program.ts';

const FORMATS = ['text', 'json', 'sarif'] as const;

function withLintOptions(command: Command) {
  return command
    .argument('[path...]', 'files or folders; - for stdin')
    .option('--vllm-version <version>', 'the release to judge by (default: what image tags say, else the newest held)')
    .option('--rule <ids>', 'only these rules, comma-separated; may be repeated', collect)
    .option('--ignore <ids>', 'all but these rules', collect)
    .option('--strict', 'exit with 3 for warnings too')
    .option('--list-rules', 'list every rule: what it finds and why')
    .option('--format <format>', 'text, json or sarif', oneOf('--format', FORMATS))
    .option('--json', 'the same as --format json');
}

export type LintCommandOptions = ReturnType<ReturnType<typeof withLintOptions>['opts']>;

function collect(text: string, before: readonly string[] | undefined): readonly string[] {
  const ids = text.split(',').map((id) => id.trim());
  return [...(before ?? []), ...ids.filter((id) => id !== '')];
}

/** `vllm-wizard lint`: argument shapes only. */
export function lintCommand(ctx: CliContext, finish: Finish) {
  return withLintOptions(new Command('lint'))
    .summary('find mistakes in deployment files')
    .description(
      'Read Compose files, Kubernetes manifests, Helm values, scripts, Dockerfiles, Prometheus rules, dashboards and autoscalers, and say what will break. Exit code 3: an error was found; 0: none.',
    )
    .addHelpText(
      'after',
      '\nA comment "# vllm-wizard-lint-disable RULE" switches a rule off for its line.\n\nExample:\n  $ vllm-wizard lint deploy/ --ignore drain-missing\n  $ helm template . | vllm-wizard lint -',
    )
    .action(async (paths, options) => {
      const { runLint } = await import('./lint.run.ts');
      finish(await runLint(ctx, paths, options));
    });
}
