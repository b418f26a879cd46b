import { WizardError } from '../errors/wizard-error.ts';
import { type HubAccess, hostOf } from './hub-endpoint.ts';

export interface HubRefusal {
  readonly id: string;
  readonly revision: string;
  readonly status: number;
  /** `x-error-code` of the answer: "GatedRepo", "RepoNotFound", "RevisionNotFound"; null: none. */
  readonly reason: string | null;
  readonly access: HubAccess;
}

/** What an answer other than 200 means and what to do about it. */
export function hubError({ id, revision, status, reason, access }: HubRefusal): WizardError {
  const facts = { model: id, httpStatus: status };
  const host = hostOf(access.endpoint);
  if (reason === 'GatedRepo' || status === 403) {
    return new WizardError('MODEL_GATED', {
      problem: `"${id}" is gated and ${host} refused to show its config.json (HTTP ${status}).`,
      fix:
        access.token === null
          ? 'Accept the licence on the model page, then set HF_TOKEN to a token of that account.'
          : 'Accept the licence on the model page with the account that HF_TOKEN belongs to, or use a token that may read gated repositories.',
      facts,
    });
  }
  if (reason === 'RevisionNotFound') {
    return new WizardError('MODEL_UNKNOWN', {
      problem: `"${id}" has no revision "${revision}" on ${host}.`,
      fix: 'Leave --revision out for the newest one, or take a branch, tag or commit from the model page.',
      facts: { ...facts, revision },
    });
  }
  // Without a token the Hub answers 401 for repositories that are private and for those that do not exist.
  if (status === 401 && access.token !== null && reason !== 'RepoNotFound') {
    return new WizardError('MODEL_GATED', {
      problem: `${host} did not accept HF_TOKEN (HTTP 401).`,
      fix: 'Set HF_TOKEN to a valid token of an account that may read the model, or unset it for public models.',
      facts,
    });
  }
  if (status === 401 || status === 404) {
    return new WizardError('MODEL_UNKNOWN', {
      problem: `"${id}" is not on ${host}, or it is private (HTTP ${status}).`,
      fix: 'Check the spelling; for a private model set HF_TOKEN to a token that may read it.',
      facts,
    });
  }
  return new WizardError('MODEL_UNREACHABLE', {
    problem: `${host} answered HTTP ${status} for "${id}".`,
    fix:
      status === 429
        ? 'Wait a minute, or set HF_TOKEN: the Hub allows more requests to people it knows.'
        : 'Try again later, or give a local folder with the config.json.',
    facts,
  });
}
