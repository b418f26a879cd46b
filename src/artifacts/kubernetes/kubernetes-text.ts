/** Kubernetes replaces $(NAME) in arguments and variables; a doubled dollar is a plain one. */
export function kubernetesText(text: string): string {
  return text.replaceAll('$', '$$$$');
}
