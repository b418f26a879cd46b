import type { Cause } from '../cause.ts';
import { BUILD_CAUSES } from './builds.ts';
import { COMMAND_CAUSES } from './commands.ts';
import { CONFIGURATION_CAUSES } from './configuration.ts';
import { DISTRIBUTED_CAUSES } from './distributed.ts';
import { HARDWARE_CAUSES } from './hardware.ts';
import { HOST_CAUSES } from './hosts.ts';
import { MEMORY_CAUSES } from './memory.ts';
import { MODEL_CAUSES } from './models.ts';
import { OTHER_CAUSES } from './others.ts';

/** Every known reason. Two rows with one id are two ways in which it shows. */
export const CAUSES: readonly Cause[] = [
  ...COMMAND_CAUSES,
  ...MODEL_CAUSES,
  ...CONFIGURATION_CAUSES,
  ...HARDWARE_CAUSES,
  ...MEMORY_CAUSES,
  ...DISTRIBUTED_CAUSES,
  ...BUILD_CAUSES,
  ...HOST_CAUSES,
  ...OTHER_CAUSES,
];
