/** What a plan does not say, and files need: how many copies to start, and what a GPU costs. */
export interface DeploymentOptions {
  readonly replicas: number;
  /** US dollars for one GPU and hour; null: no figure about money is written anywhere. */
  readonly gpuHourUsd: number | null;
}

export const DEFAULT_OPTIONS: DeploymentOptions = { replicas: 1, gpuHourUsd: null };
