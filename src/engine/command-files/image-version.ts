/** "0.11.0" from `vllm/vllm-openai:v0.11.0-x86_64`; null where the image says nothing usable. */
export function imageVersion(image: string): string | null {
  const tag = /:([^:/@]+)(@sha256:\w+)?$/.exec(image)?.[1];
  return tag === undefined ? null : tagVersion(tag);
}

export function tagVersion(tag: string): string | null {
  return /^v?(\d+\.\d+(?:\.\d+)?)(?:[.\-+_a-z].*)?$/i.exec(tag)?.[1] ?? null;
}

/** Images that start vLLM by themselves. */
export function isVllmImage(image: string): boolean {
  return /vllm/i.test(image.replace(/[:@][^/]*$/, '')) && !/router|bench|exporter/i.test(image);
}
