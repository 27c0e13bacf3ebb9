import type { English } from '../../app/words.ts';
import { addCameraEn } from './add-camera-en.ts';
import { auditEn } from './audit-en.ts';
import { camerasEn } from './cameras-en.ts';
import { catalogueEn } from './catalogue-en.ts';
import { modelsEn } from './models-en.ts';
import { outputsEn } from './outputs-en.ts';
import { peopleEn } from './people-en.ts';
import { recordingEn, storageEn } from './recording-en.ts';
import { rulesEn } from './rules-en.ts';
import type { adminVi } from './vi.ts';

export const adminEn: English<typeof adminVi> = {
  ...addCameraEn,
  ...camerasEn,
  ...peopleEn,
  recording: recordingEn,
  storage: storageEn,
  rules: rulesEn,
  outputs: outputsEn,
  models: modelsEn,
  catalogue: catalogueEn,
  audit: auditEn,
  nothingFound: 'Nothing found',
  clearFilter: 'Clear the filter',
  stop: 'Stop',
  undoChanges: 'Undo changes',
  system: {
    parts: { database: 'Database' },
    partStates: { ok: 'good' },
    health: 'Health',
    ready: 'All parts are running',
    notReady: 'Some part is not ready',
    program: 'Program',
    version: 'Version',
    mode: 'Mode',
    demo: 'Demo',
    real: 'In operation',
    metrics: 'Metrics',
    metricsHint:
      'Prometheus reads /metrics with a token that has "Read metrics". /healthz and /readyz are for load balancers.',
  },
};
