import type { Behaviour } from './behaviour.ts';
import type { Monitor } from './monitor.ts';
import type { Scene } from './scene.ts';

/** Who plays: the scrape targets, and each Prometheus that watches them. */
export interface Stage {
  readonly scene: Scene;
  readonly monitors: readonly Monitor[];
  /** The server's scrape job. */
  readonly job: string;
}

/** What the stand-in does for a while, and the alerts that fire then, as far as a file has them: these and no others. */
export interface Phase {
  readonly name: string;
  readonly begin: (stage: Stage) => void | Promise<void>;
  readonly end: (stage: Stage) => void | Promise<void>;
  readonly alerts: readonly string[];
  /** It takes long until they end, so the next phase begins while they fire. */
  readonly lingers?: true;
}

const heal = ({ scene }: Stage): void => scene.behave(scene.healthy);

async function goOnAsPlanned({ scene, monitors }: Stage): Promise<void> {
  await scene.untilScrapedAgain(monitors.length);
}

async function restartOften({ scene, monitors }: Stage): Promise<void> {
  for (let restart = 0; restart < 4; restart++) {
    scene.restart();
    await scene.untilScrapedAgain(monitors.length);
  }
}

async function scrapeAllBut(monitors: readonly Monitor[], job: string | null): Promise<void> {
  await Promise.all(monitors.map((monitor) => monitor.scrapeAllBut(job)));
}

/** Everything that can go wrong while the server still answers. */
function overloaded(healthy: Behaviour): Behaviour {
  return {
    ...healthy,
    waiting: 500,
    kvUsage: 0.97,
    outputTokensPerS: healthy.outputTokensPerS / 4,
    ttftS: 50 * healthy.ttftS,
    tokenGapS: Math.max(50 * healthy.tokenGapS, 1),
    queueS: 30 * healthy.ttftS,
    failedFraction: 0.3,
    prefixHitFraction: 0.01,
    acceptedPerDraft: 0.1,
    preemptionsPerS: 5,
    transferFailuresPerS: 1,
    volumeFraction: 0.9,
    // A GPU that waits for a broken host can be hot from its neighbours.
    gpu: { utilisation: 3, watts: 120, celsius: 99, xid: 79, throttledFraction: 0.5, faults: 1 },
  };
}

export const PHASES: readonly Phase[] = [
  { name: 'as planned', begin: goOnAsPlanned, end: heal, alerts: [] },
  { name: 'restarting', begin: restartOften, end: heal, alerts: ['VllmContainerRestarts', 'VllmRestartLoop'], lingers: true },
  {
    name: 'overloaded and failing',
    begin: ({ scene }) => scene.behave(overloaded(scene.healthy)),
    end: heal,
    alerts: [
      'VllmCacheVolumeFull',
      'VllmCorruptedOutput',
      'VllmDraftsBelowPlan',
      'VllmEngineErrors',
      'VllmErrorBudgetBurnFast',
      'VllmErrorBudgetBurnSlow',
      'VllmFirstTokenBudgetBurnFast',
      'VllmFirstTokenBudgetBurnSlow',
      'VllmGpuHot',
      'VllmGpuMemoryHot',
      'VllmGpuRowRemapFailed',
      'VllmGpuXid',
      'VllmGpusIdle',
      'VllmKvCachePreempting',
      'VllmKvTransferExpired',
      'VllmKvTransferFailing',
      'VllmOutputBelowPlan',
      'VllmPrefixHitsBelowPlan',
      'VllmQueueHigh',
      'VllmRejecting',
      'VllmTokensSlow',
    ],
  },
  {
    name: 'stalled',
    begin: ({ scene }) => scene.behave({ ...scene.healthy, outputTokensPerS: 0, requestsPerS: 0 }),
    end: heal,
    alerts: ['VllmEngineStalled'],
  },
  {
    name: 'serving another model',
    begin: ({ scene }) => scene.rename('another-model'),
    end: ({ scene }) => scene.rename(scene.servedName),
    alerts: ['VllmWrongModel'],
  },
  {
    name: 'down',
    begin: ({ scene }) => scene.goDown(true),
    end: ({ scene }) => scene.goDown(false),
    alerts: ['VllmDown', 'VllmNoReadyReplica'],
  },
  {
    name: 'not scraped any more',
    begin: ({ monitors, job }) => scrapeAllBut(monitors, job),
    end: ({ monitors }) => scrapeAllBut(monitors, null),
    alerts: ['VllmScrapeMissing'],
  },
];
