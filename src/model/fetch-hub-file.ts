import { WizardError } from '../errors/wizard-error.ts';
import { type HubAccess, hostOf } from './hub-endpoint.ts';
import { hubError } from './hub-error.ts';

export interface HubFileRequest {
  readonly id: string;
  readonly revision: string;
  readonly file: string;
  readonly maxBytes: number;
  readonly access: HubAccess;
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
}

export interface HubFile {
  readonly text: string;
  /** The commit that answered; null: the Hub did not say. */
  readonly commit: string | null;
}

/**
 * One file of a Hub repository, by the Hub's own library (loaded here, not on the way to an offline plan). The library asks
 * for the size first and for the file then; null: the repository has no such file.
 *
 * @throws WizardError MODEL_GATED, MODEL_UNKNOWN, MODEL_UNREADABLE, or whatever the fetch or the library throws
 */
export async function fetchHubFile(request: HubFileRequest): Promise<HubFile | null> {
  const { id, revision, file, maxBytes, access } = request;
  const { downloadFile } = await import('@huggingface/hub');
  const heard: Heard = { commit: null };
  const blob = await downloadFile({
    repo: { type: 'model', name: id },
    path: file,
    revision,
    hubUrl: access.endpoint,
    fetch: boundedFetch(request, heard),
    // The plain address serves every file; the block protocol would ask hosts that HF_ENDPOINT does not name.
    xet: false,
  });
  if (blob === null) return null;
  if (blob.size > maxBytes) throw tooLarge(request);
  return { text: await blob.text(), commit: heard.commit };
}

interface Heard {
  commit: string | null;
}

/**
 * What the library may fetch with: within the time and the bytes of the request, and with refusals in our words. The token
 * is added here, for the endpoint alone: the library turns down tokens that do not begin with "hf_", which mirrors have.
 */
function boundedFetch(request: HubFileRequest, heard: Heard): typeof fetch {
  const { id, revision, access, signal } = request;
  let whole: Uint8Array<ArrayBuffer> | null = null;
  return async (input, init) => {
    if (whole !== null) return new Response(whole);
    const headers = new Headers(init?.headers);
    const address = new URL(input instanceof Request ? input.url : input);
    if (access.token !== null && address.origin === new URL(access.endpoint).origin) headers.set('authorization', `Bearer ${access.token}`);
    const response = await request.fetch(input, { ...init, headers, signal });
    const { status } = response;
    heard.commit ??= response.headers.get('x-repo-commit');
    if (!response.ok) {
      await response.body?.cancel();
      const reason = response.headers.get('x-error-code');
      if (status === 404 && reason === 'EntryNotFound') return new Response(null, { status, headers: response.headers });
      throw hubError({ id, revision, status, reason, access });
    }
    const bytes = await readBytes(response, request);
    // A mirror may know neither ranges nor tags: then the answer about the size is the file, and is not asked for twice.
    const ranged = response.headers.has('content-range') || response.headers.has('x-linked-size');
    if (!ranged && headers.has('range')) whole = bytes;
    const told = new Headers(response.headers);
    if (!ranged) told.set('content-range', `bytes 0-0/${bytes.byteLength}`);
    if (!told.has('etag')) told.set('etag', '"untagged"');
    return new Response(bytes, { status, headers: told });
  };
}

/** The body, refused as soon as it is larger than a file of its kind can be. */
async function readBytes(response: Response, request: HubFileRequest): Promise<Uint8Array<ArrayBuffer>> {
  const { maxBytes } = request;
  if (Number(response.headers.get('content-length')) > maxBytes) throw await refuse(response, request);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw tooLarge(request);
    chunks.push(chunk);
  }
  const all = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.byteLength;
  }
  return all;
}

async function refuse(response: Response, request: HubFileRequest): Promise<WizardError> {
  await response.body?.cancel();
  return tooLarge(request);
}

function tooLarge({ id, file, maxBytes, access }: HubFileRequest): WizardError {
  return new WizardError('MODEL_UNREADABLE', {
    problem: `${file} of "${id}" on ${hostOf(access.endpoint)} has more than ${maxBytes / 2 ** 20} MiB.`,
    fix: 'Check that the id names a model; a file of this kind is never as large.',
    facts: { model: id, maxBytes },
  });
}
