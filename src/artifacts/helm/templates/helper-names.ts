/** templates/_helpers.tpl. A chart template is constant text: everything that a plan decides is in values.yaml. */
export const HELPER_NAMES = `{{/* What the Service, the policies and the Deployment find the pods by. */}}
{{- define "vllm.selectorLabels" -}}
app.kubernetes.io/name: vllm
app.kubernetes.io/instance: {{ .Values.name }}
{{- end }}

{{- define "vllm.labels" -}}
{{ include "vllm.selectorLabels" . }}
app.kubernetes.io/managed-by: vllm-wizard
{{- end }}
`;
