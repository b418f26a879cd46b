import { shellQuote } from '../../artifacts/shell-quote.ts';
import type { FoundCause } from '../../doctor/find-cause.ts';
import type { Fix } from '../../doctor/find-fix.ts';
import { TOOL_VERSION } from '../../plan/tool-version.ts';
import type { DoctorAnswer } from '../commands/doctor.run.ts';

/** The document of `doctor --json`: snake_case, whole bytes where the unit says so; what the log does not say is null. */
export function diagnosisDocument({ diagnosis, recovered, asked }: DoctorAnswer): object {
  const { readings, found, others, healthy, terms, fix, needed } = diagnosis;
  return {
    schema_version: 1,
    tool_version: TOOL_VERSION,
    verdict: found !== null ? 'failed' : healthy ? 'healthy' : 'unknown',
    cause: found === null ? null : causeSection(found),
    also_seen: others.map(({ cause, line }) => ({ id: cause.id, title: cause.title, line })),
    fix: fix === null ? null : fixSection(fix, asked.checkOptions),
    needed,
    understood: {
      ...Object.fromEntries(Object.entries(readings).map(([name, value]) => [snakeCase(name), value])),
      command: recovered === null ? null : shellText(recovered.words),
      command_from: recovered?.from ?? null,
    },
    comparison: terms.map(({ name, unit, logged, predicted, range }) => ({ name, unit, logged, predicted, range })),
    notes: asked.notes,
  };
}

function causeSection({ cause, line, evidence }: FoundCause): object {
  const { id, title, source, since, last } = cause;
  return { id, title, explanation: cause.explain(evidence), line, since: since ?? null, last: last ?? null, source };
}

function fixSection({ kind, change, effect, sideEffect, command, checkedOn }: Fix, checkOptions: readonly string[]): object {
  return {
    kind,
    change,
    effect,
    side_effect: sideEffect,
    command: command === null ? null : shellText(command),
    argv: command,
    checked_on: checkedOn === null ? null : { vllm_version: checkedOn.vllmVersion, gpu: checkedOn.gpu, gpus: checkedOn.gpus },
    check_options: command === null ? null : withVersion(checkOptions, checkedOn?.vllmVersion),
  };
}

/** A fix may be another release. */
export function withVersion(options: readonly string[], version: string | undefined): readonly string[] {
  const at = options.indexOf('--vllm-version') + 1;
  return options.map((word, index) => (at > 0 && index === at && version !== undefined ? version : word));
}

/** Words as one line for a shell; assignments keep their name outside the quotes. */
export function shellText(words: readonly string[]): string {
  return words
    .map((word) => {
      const assignment = /^([A-Za-z_]\w*)=(.*)$/s.exec(word);
      return assignment ? `${assignment[1]}=${shellQuote(assignment[2] ?? '')}` : shellQuote(word);
    })
    .join(' ');
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
