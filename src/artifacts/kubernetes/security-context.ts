import type { IPodSecurityContext } from 'kubernetes-models/v1/PodSecurityContext';
import type { ISecurityContext } from 'kubernetes-models/v1/SecurityContext';
import { isAtLeast } from '../../engine/version.ts';
import type { ServerContainer } from '../container.ts';

/**
 * The image's own unprivileged user, with the root group as the image has it. Any other user id breaks torch, which asks
 * for the user's name when it is imported.
 *
 * @source docker/Dockerfile of vLLM: `useradd --uid 2000 --gid 0 … vllm` from 0.22.0 on, in the CUDA image only
 */
const IMAGE_USER = { since: '0.22.0', uid: 2000, gid: 0 } as const;

export function runsUnprivileged({ vendor, version }: ServerContainer): boolean {
  return vendor === 'nvidia' && isAtLeast(version, IMAGE_USER.since);
}

/** null: nothing to say for the whole pod; the image runs as root. */
export function podSecurity(container: ServerContainer): IPodSecurityContext | null {
  if (!runsUnprivileged(container)) return null;
  const { uid, gid } = IMAGE_USER;
  return { runAsNonRoot: true, runAsUser: uid, runAsGroup: gid, fsGroup: uid, fsGroupChangePolicy: 'OnRootMismatch' };
}

/** The root file system stays writable: the NVIDIA container toolkit's hook writes into it, and the engine into /tmp. */
export function containerSecurity({ vendor }: ServerContainer): ISecurityContext {
  // ROCm's libraries trace their own processes, which the default profile forbids.
  return vendor === 'amd'
    ? { allowPrivilegeEscalation: false, capabilities: { add: ['SYS_PTRACE'] }, seccompProfile: { type: 'Unconfined' } }
    : { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, seccompProfile: { type: 'RuntimeDefault' } };
}

export function userRemark(container: ServerContainer): string {
  if (runsUnprivileged(container))
    return 'The user vllm of the image (uid 2000, root group); other ids have no name there, and torch asks for it.';
  return container.vendor === 'amd'
    ? 'The ROCm image has no user of its own but root.'
    : `The image has no user of its own but root before ${IMAGE_USER.since}.`;
}
