import { layoutOf } from '../memory/plan-memory.ts';
import { closedForm } from '../performance/closed-form.ts';
import { forecast } from '../performance/forecast.ts';
import type { Forecast, ForecastInput } from '../performance/forecast-types.ts';
import { type Evaluation, hasFastLink, starts } from './evaluate.ts';
import type { PlanRequest } from './plan-request.ts';

/** A judged configuration and how fast it would be; null when it does not start. */
export interface TimedEvaluation extends Evaluation {
  readonly forecast: Forecast | null;
}

/** With the benchmark played on the twin of vLLM's scheduler. */
export function timed(request: PlanRequest, evaluation: Evaluation): TimedEvaluation {
  return withForecast(request, evaluation, forecast);
}

/** With the closed form, which is quick enough for every candidate of a plan. */
export function roughlyTimed(request: PlanRequest, evaluation: Evaluation): TimedEvaluation {
  return withForecast(request, evaluation, closedForm);
}

function withForecast(request: PlanRequest, evaluation: Evaluation, made: (input: ForecastInput) => Forecast | null): TimedEvaluation {
  const { answer, settings } = evaluation;
  const weightBytes = answer?.memory.workers[0]?.weightsBytes;
  if (!starts(evaluation) || answer === null || weightBytes === undefined) return { ...evaluation, forecast: null };
  const { model, hardware, workload, kernels = null } = request;
  const input = {
    model,
    settings,
    layout: layoutOf(settings),
    gpu: hardware.gpu,
    fastLink: hasFastLink(request),
    workload,
    weightBytes,
    kvCache: answer.memory.kvCache,
    kernels,
  };
  return { ...evaluation, forecast: made(input) };
}
