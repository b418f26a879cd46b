import type { ConfigReader } from '../config-reader.ts';
import type { ModelSpec } from '../model-spec.ts';

/** The part of a model that its config.json settles by shape; the rest (quantization, source, counts) is added by `parseModel`. */
export type ModelShape = Omit<
  ModelSpec,
  | 'id'
  | 'revision'
  | 'architecture'
  | 'modelType'
  | 'quantization'
  | 'context'
  | 'checkpointDtype'
  | 'publishedParameters'
  | 'activeParameters'
  | 'checkpointBytes'
  | 'source'
>;

/** One architecture family: a file under `families/` and one line in `families/registry.ts`. */
export interface Family {
  readonly name: string;
  /** Values of `architectures[0]` that this family reads. */
  readonly architectures: readonly string[];
  /** Values of `model_type` that this family reads when the config names no architecture. */
  readonly modelTypes: readonly string[];
  /**
   * @throws WizardError MODEL_UNSUPPORTED naming the field that it does not understand, MODEL_UNREADABLE for a missing or ill-typed one
   */
  read(config: ConfigReader): ModelShape;
}
