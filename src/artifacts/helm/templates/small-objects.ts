/** templates/serviceaccount.yaml */
export const SERVICE_ACCOUNT = `apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ .Values.name }}
  labels:
    {{- include "vllm.labels" . | nindent 4 }}
automountServiceAccountToken: false
`;

/** templates/pvc.yaml */
export const CLAIM = `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ .Values.name }}-cache
  labels:
    {{- include "vllm.labels" . | nindent 4 }}
spec:
  accessModes:
    - {{ .Values.cache.accessMode }}
  {{- with .Values.cache.storageClassName }}
  storageClassName: {{ . }}
  {{- end }}
  resources:
    requests:
      storage: {{ .Values.cache.size }}
`;

/** templates/service.yaml */
export const SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: {{ .Values.name }}
  labels:
    {{- include "vllm.labels" . | nindent 4 }}
spec:
  type: ClusterIP
  selector:
    {{- include "vllm.selectorLabels" . | nindent 4 }}
  ports:
    - name: http
      port: {{ int .Values.port }}
      targetPort: http
`;

/** templates/pdb.yaml */
export const DISRUPTION_BUDGET = `{{- if .Values.podDisruptionBudget }}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ .Values.name }}
  labels:
    {{- include "vllm.labels" . | nindent 4 }}
spec:
  maxUnavailable: 1
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "vllm.selectorLabels" . | nindent 6 }}
{{- end }}
`;

/** templates/networkpolicy.yaml */
export const NETWORK_POLICY = `{{- if .Values.networkPolicy.enabled }}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ .Values.name }}
  labels:
    {{- include "vllm.labels" . | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      {{- include "vllm.selectorLabels" . | nindent 6 }}
  policyTypes:
    - Ingress
    - Egress
  ingress:
    - ports:
        - protocol: TCP
          port: http
  egress:
    - ports:
        - protocol: UDP
          port: 53
        - protocol: TCP
          port: 53
    {{- if .Values.networkPolicy.downloads }}
    - ports:
        - protocol: TCP
          port: 443
    {{- end }}
{{- end }}
`;

/** templates/NOTES.txt */
export const NOTES = `{{ .Values.name }} is starting. It answers when the model is loaded:

  kubectl rollout status deployment/{{ .Values.name }} --namespace {{ .Release.Namespace }} --timeout {{ int .Values.progressDeadlineSeconds }}s
  kubectl port-forward service/{{ .Values.name }} {{ int .Values.port }}:{{ int .Values.port }} --namespace {{ .Release.Namespace }}
  curl http://127.0.0.1:{{ int .Values.port }}/v1/models
{{- range .Values.secretKeys }}
{{- if not .optional }}

It needs the key {{ .name }} in the secret {{ $.Values.existingSecret }}, or its pod does not start.
{{- end }}
{{- end }}
`;
