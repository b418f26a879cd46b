/** templates/deployment.yaml */
export const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Values.name }}
  labels:
    {{- include "vllm.labels" . | nindent 4 }}
spec:
  {{- if not .Values.autoscaled }}
  replicas: {{ int .Values.replicas }}
  {{- end }}
  progressDeadlineSeconds: {{ int .Values.progressDeadlineSeconds }}
  strategy:
    {{- toYaml .Values.strategy | nindent 4 }}
  selector:
    matchLabels:
      {{- include "vllm.selectorLabels" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "vllm.labels" . | nindent 8 }}
    spec:
      serviceAccountName: {{ .Values.name }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: {{ int .Values.terminationGracePeriodSeconds }}
      {{- with .Values.podSecurityContext }}
      securityContext:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.runtimeClassName }}
      runtimeClassName: {{ . }}
      {{- end }}
      {{- with .Values.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.affinity }}
      affinity:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- if .Values.spread }}
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              {{- include "vllm.selectorLabels" . | nindent 14 }}
      {{- end }}
      containers:
        - name: vllm
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
          imagePullPolicy: {{ .Values.image.pullPolicy }}
          command:
            - vllm
            - serve
          args:
            {{- toYaml .Values.args | nindent 12 }}
          env:
            {{- range .Values.secretKeys }}
            - name: {{ .name }}
              valueFrom:
                secretKeyRef:
                  name: {{ $.Values.existingSecret }}
                  key: {{ .name }}
                  {{- if .optional }}
                  optional: true
                  {{- end }}
            {{- end }}
            {{- toYaml .Values.env | nindent 12 }}
          ports:
            - name: http
              containerPort: {{ int .Values.port }}
          resources:
            {{- toYaml .Values.resources | nindent 12 }}
          startupProbe:
            {{- toYaml .Values.startupProbe | nindent 12 }}
          livenessProbe:
            {{- toYaml .Values.livenessProbe | nindent 12 }}
          readinessProbe:
            {{- toYaml .Values.readinessProbe | nindent 12 }}
          lifecycle:
            preStop:
              exec:
                command:
                  - sleep
                  - {{ int .Values.preStopSeconds | quote }}
          securityContext:
            {{- toYaml .Values.securityContext | nindent 12 }}
          volumeMounts:
            - name: cache
              mountPath: /cache
            - name: shm
              mountPath: /dev/shm
            {{- if .Values.ownKernels }}
            - name: kernels
              mountPath: /kernels
            {{- end }}
            {{- with .Values.localModel }}
            - name: cache
              mountPath: {{ .mountPath }}
              subPath: {{ .subPath }}
              readOnly: true
            {{- end }}
      volumes:
        - name: cache
          persistentVolumeClaim:
            claimName: {{ .Values.name }}-cache
        - name: shm
          emptyDir:
            medium: Memory
            sizeLimit: {{ .Values.sharedMemory }}
        {{- if .Values.ownKernels }}
        - name: kernels
          emptyDir: {}
        {{- end }}
`;
