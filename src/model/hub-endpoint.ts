import { WizardError } from '../errors/wizard-error.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where the Hub is and who asks. */
export interface HubAccess {
  /** Without a slash at the end. */
  readonly endpoint: string;
  readonly token: string | null;
}

/** `HF_ENDPOINT` and `HF_TOKEN` as huggingface_hub reads them. A mistake in either is named without printing the token. */
export function hubAccess(env: Environment): HubAccess {
  const endpoint = env.HF_ENDPOINT?.trim() || 'https://huggingface.co';
  if (!/^https?:\/\/[^\s]+$/.test(endpoint) || !URL.canParse(endpoint)) {
    throw new WizardError('MODEL_UNREACHABLE', {
      problem: 'HF_ENDPOINT is not an http or https address.',
      fix: 'Set HF_ENDPOINT to an address such as https://huggingface.co, or unset it.',
    });
  }
  const token = (env.HF_TOKEN ?? env.HUGGING_FACE_HUB_TOKEN ?? '').trim();
  if (!/^[\x21-\x7e]*$/.test(token)) {
    throw new WizardError('MODEL_UNREACHABLE', {
      problem: 'HF_TOKEN holds characters that no token has.',
      fix: 'Copy the token again from the Hub (Settings, Access Tokens), without quotes or line breaks.',
    });
  }
  return { endpoint: endpoint.replace(/\/+$/, ''), token: token === '' ? null : token };
}

/** The host alone: an address may carry a password. */
export function hostOf(endpoint: string): string {
  return new URL(endpoint).host;
}
