import { cleanLog } from '../../doctor/clean-log.ts';
import { type Diagnosis, diagnose, firstLook, isUnreadable } from '../../doctor/diagnose.ts';
import { extractReadings } from '../../doctor/extract-readings.ts';
import { maskSecrets } from '../../doctor/mask-secrets.ts';
import { type RecoveredCommand, recoverCommand } from '../../doctor/recover-command.ts';
import { type ExitCode, WizardError } from '../../errors/wizard-error.ts';
import type { CliContext } from '../context.ts';
import { diagnosisDocument } from '../doctor/doctor-document.ts';
import { type LogInput, readLogText } from '../doctor/doctor-input.ts';
import { renderDiagnosis } from '../doctor/doctor-report.ts';
import { type DoctorRequest, readDoctorRequest } from '../doctor/doctor-request.ts';
import type { DoctorOptions } from './doctor.ts';

/** A diagnosis with what it was made from. */
export interface DoctorAnswer {
  readonly diagnosis: Diagnosis;
  readonly recovered: RecoveredCommand | null;
  readonly asked: DoctorRequest;
}

/** 0: a cause was found, or the engine is up. 1: neither, or nothing of vLLM was recognised. */
export async function runDoctor(ctx: CliContext, file: string | undefined, options: DoctorOptions, input?: LogInput): Promise<ExitCode> {
  const answer = await answerFor(ctx, await readLogText(file, input), options);
  if (options.json) ctx.stdout.write(`${JSON.stringify(diagnosisDocument(answer), null, 2)}\n`);
  else ctx.stdout.write(renderDiagnosis(answer, ctx.colour));
  return answer.diagnosis.found !== null || answer.diagnosis.healthy ? 0 : 1;
}

/** Secrets are masked before anything else sees the text. */
export async function answerFor(ctx: CliContext, raw: string, options: DoctorOptions): Promise<DoctorAnswer> {
  const log = cleanLog(maskSecrets(raw));
  const readings = extractReadings(log);
  const look = firstLook(log, readings);
  const recovered = recoverCommand(log, readings);
  if (isUnreadable(look) && recovered === null) {
    throw new WizardError('LOG_UNREADABLE', {
      problem: 'Nothing in this text is a line of vLLM or an error that is known.',
      fix: 'Pass the whole output of `vllm serve`, from its first line on: docker logs vllm 2>&1 | vllm-wizard doctor',
      facts: { characters: raw.length },
    });
  }
  const asked = await readDoctorRequest(ctx, { readings, recovered, options });
  return { diagnosis: diagnose(look, asked.request), recovered, asked };
}
