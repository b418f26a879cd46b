/** Where prometheus-operator puts its Service in the usual namespace; another installation has another address. */
export const PROMETHEUS = { url: 'http://prometheus-operated.monitoring.svc', port: 9090 } as const;

export const PROMETHEUS_REMARK = 'The Service that prometheus-operator makes, in its usual namespace: change it to yours.';
