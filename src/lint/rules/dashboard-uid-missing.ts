import type { Rule } from '../rule.ts';

export const dashboardUidMissing: Rule = {
  id: 'dashboard-uid-missing',
  severity: 'info',
  formats: ['PromQL'],
  finds: 'A Grafana dashboard without a uid',
  why: 'Grafana makes one up at each import: links break and copies pile up.',
  fix: 'Set uid to a fixed text of at most 40 characters.',
  *check({ files }) {
    for (const file of files) {
      for (const root of file.documents) {
        if (!root.at('panels').isList || !root.at('schemaVersion').exists) continue;
        if ((root.at('uid').text ?? '') === '')
          yield { at: { file, offset: root.keyAt('uid') ?? root.keyAt('title') ?? root.from }, message: 'The dashboard has no uid.' };
      }
    }
  },
};
