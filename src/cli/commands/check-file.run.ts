import { chooseCommand, findCommands } from '../../engine/command-files/find-commands.ts';
import type { FoundCommand, SourceWord } from '../../engine/command-files/found-command.ts';
import { placeAt, wordOfFinding } from '../../engine/command-files/place-finding.ts';
import { type PreparedCommand, prepareCommand } from '../../engine/command-files/prepare-command.ts';
import type { ExitCode } from '../../errors/wizard-error.ts';
import { plan } from '../../plan/plan.ts';
import type { PlanDocument } from '../../plan/plan-document.ts';
import type { PlanRequest } from '../../plan/plan-request.ts';
import type { PlanResult } from '../../plan/plan-result.ts';
import type { CliContext } from '../context.ts';
import { printPlan } from '../print-plan.ts';
import { readFileOrStdin } from '../read-file-or-stdin.ts';
import { newSession, readCheckRequest, type Session } from '../request/read-request.ts';
import type { CheckOptions } from './check.ts';
import { runVersions } from './versions.run.ts';

/** A command of a file, and the file around it. */
interface FromFile {
  /** As messages name it. */
  readonly file: string;
  readonly text: string;
  readonly command: FoundCommand;
  readonly prepared: PreparedCommand;
}

/** `check --file`: the command inside a deployment file, with the place of everything that is said about it. */
export async function runCheckFile(ctx: CliContext, path: string, options: CheckOptions): Promise<ExitCode> {
  const text = await readFileOrStdin(path, 'deployment file');
  const file = path === '-' ? 'stdin' : path;
  const command = chooseCommand(findCommands({ file, text, environment: ctx.env }), options.service, file);
  const source: FromFile = { file, text, command, prepared: prepareCommand(command, options.model) };
  const session = newSession();
  const { versions } = options;
  if (versions !== undefined) {
    const requestOf = (world: CliContext, vllmVersion: string): Promise<PlanRequest> =>
      requestFrom(world, source, { ...options, vllmVersion }, session);
    return runVersions(ctx, { ...options, versions }, requestOf);
  }
  return printPlan(ctx, withPlaces(plan(await requestFrom(ctx, source, options, session)), source), options);
}

/** Our own options beat what the file says about its machine. */
async function requestFrom(ctx: CliContext, source: FromFile, options: CheckOptions, session: Session): Promise<PlanRequest> {
  const { command, prepared } = source;
  const ofFile = {
    ...(command.gpuName !== null && { gpu: command.gpuName }),
    ...(command.gpus !== null && { gpus: command.gpus }),
    ...(command.nodes !== null && { nodes: command.nodes }),
    ...(command.vllmVersion !== null && { vllmVersion: command.vllmVersion }),
  };
  const settings = { ...ofFile, ...options };
  const request = await readCheckRequest(ctx, settings, prepared.words, session);
  const own = prepared.findings.map(({ code, message, fix, fatal }) => ({ code, message, fix, fatal }));
  return { ...request, findings: [...own, ...request.findings] };
}

/** Adds `file:line:column` to whatever is said about the command. */
function withPlaces(result: PlanResult, source: FromFile): PlanResult {
  const { document } = result;
  const { command, prepared, file, text } = source;
  const { failure } = document.memory;
  const start = placeAt(text, command.words[0]?.offset ?? 0);
  const placed: PlanDocument = {
    ...document,
    command_file: { file, kind: command.kind, name: command.name, line: start.line, words: [...prepared.words] },
    warnings: document.warnings.map((warning) =>
      ABOUT_US.test(warning.code) ? warning : { ...warning, place: placeOf(warning.code, warning.message, source) },
    ),
    memory: {
      ...document.memory,
      failure: failure === null ? null : { ...failure, place: placeOf(codeOf(failure, document), failure.message, source) },
    },
  };
  return { ...result, document: placed };
}

/** A refusal is a warning too, whose code says more than the kind of the failure. */
function codeOf({ kind, message }: { readonly kind: string; readonly message: string }, { warnings }: PlanDocument): string {
  return warnings.find((warning) => warning.message === message)?.code ?? kind;
}

/** Warnings about our facts and options, not about a word of the file. */
const ABOUT_US = /^(MODEL_|GPU_VARIANT|GPU_TOTAL|GPUS_DIFFER|NO_PERFORMANCE|VERSION_|CONTEXT_)/;

function placeOf(code: string, message: string, { command, prepared, file, text }: FromFile): string {
  const own = prepared.findings.find((finding) => finding.message === message);
  const { line, column } = placeAt(text, own?.offset ?? offsetOf(code, message, command.words, prepared));
  return `${file}:${line}:${column}`;
}

function offsetOf(code: string, message: string, words: readonly SourceWord[], { model }: PreparedCommand): number {
  return wordOfFinding(code, message, words, model)?.offset ?? 0;
}
