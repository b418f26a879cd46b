import { layoutOf } from '../memory/plan-memory.ts';
import { forecast } from '../performance/forecast.ts';
import type { Forecast } from '../performance/forecast-types.ts';
import { type Evaluation, hasFastLink, starts } from './evaluate.ts';
import type { PlanRequest } from './plan-request.ts';

/** A judged configuration and how fast it would be; null when it does not start. */
export interface TimedEvaluation extends Evaluation {
  readonly forecast: Forecast | null;
}

export function timed(request: PlanRequest, evaluation: Evaluation): TimedEvaluation {
  const { answer, settings } = evaluation;
  const weightBytes = answer?.memory.workers[0]?.weightsBytes;
  if (!starts(evaluation) || answer === null || weightBytes === undefined) return { ...evaluation, forecast: null };
  const { model, hardware, workload } = request;
  const input = {
    model,
    settings,
    layout: layoutOf(settings),
    gpu: hardware.gpu,
    fastLink: hasFastLink(request),
    workload,
    weightBytes,
    kvCache: answer.memory.kvCache,
  };
  return { ...evaluation, forecast: forecast(input) };
}
