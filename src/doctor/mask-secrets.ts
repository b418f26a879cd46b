/** What stands in place of a secret. */
export const MASK = '***';

/**
 * Shapes of secrets that people paste with their logs. Where a group is named, it is kept and the rest is masked.
 *
 * @source token prefixes as documented by Hugging Face, GitHub, GitLab, OpenAI, NVIDIA NGC, AWS and Slack
 */
const SECRETS: readonly RegExp[] = [
  /\bhf_[A-Za-z0-9]{6,}/g,
  /\bapi_org_[A-Za-z0-9]{6,}/g,
  /\b(?:ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{10,}/g,
  /\bgithub_pat_[A-Za-z0-9_]{10,}/g,
  /\bglpat-[A-Za-z0-9_-]{8,}/g,
  /\bsk-[A-Za-z0-9_-]{8,}/g,
  /\bnvapi-[A-Za-z0-9_-]{8,}/g,
  /\bAKIA[A-Z0-9]{12,}/g,
  /\bxox[abprs]-[A-Za-z0-9-]{8,}/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]{4,}/g,
  /(?<keep>\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{6,}/gi,
  /(?<keep>\/\/[^\s/:@]{1,80}:)[^\s/@]{1,200}(?=@)/g,
  /\bgpustack_[0-9a-f]{8,}_[0-9a-f]{8,}/g,
  /(?<keep>--(?:api[-_]key|hf[-_]token|token)(?:=|\s+)["']?)[^\s"']+(?:["']?[ \t]+["']?(?!-)[^\s"'\\]+)*/gi,
  /(?<keep>\bapi_key["']?\s*[:=]\s*)\[[^\]\n]*\]/gi,
  /(?<keep>["']?(?:api_key|hf_token|token|password|secret|access_key)["']?\s*[:=]\s*\[?\s*["'])[^"'\n]+/gi,
  /(?<keep>\b[A-Z0-9_]*(?:TOKEN|API_KEY|SECRET|PASSWORD|ACCESS_KEY|SECRET_KEY)\s*[:=]\s*["']?)[^\s"']+/g,
];

/** The text with every secret in it masked. Everything that is read or echoed goes through here first. */
export function maskSecrets(text: string): string {
  let masked = text;
  for (const pattern of SECRETS) {
    masked = masked.replace(pattern, (...found: readonly unknown[]) => {
      const groups = found.at(-1);
      return typeof groups === 'object' && groups !== null && 'keep' in groups ? `${String(groups.keep)}${MASK}` : MASK;
    });
  }
  return masked;
}
