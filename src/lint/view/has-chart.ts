/** A Chart.yaml in the folder of the values or above it. */
export function hasChart(path: string, files: readonly { readonly path: string }[]): boolean {
  const folders = path.split('/').map((_, index, parts) => parts.slice(0, index).join('/'));
  return files.some((file) => folders.some((folder) => file.path === (folder === '' ? 'Chart.yaml' : `${folder}/Chart.yaml`)));
}
