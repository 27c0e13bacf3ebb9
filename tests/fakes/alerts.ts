import type { AlertView, IncidentDetails } from '#contracts/alerts';

/** An alert that was just opened. */
export function alertView(change: Partial<AlertView> = {}): AlertView {
  return {
    id: 'a1',
    number: 1,
    version: 1,
    state: 'new',
    severity: 'severe',
    cameraId: 'c1',
    eventType: 'vn.tamnhin.detection.zone',
    eventId: 'e1',
    openedMs: Date.UTC(2026, 0, 5, 8),
    detection: {
      ruleId: 'r1',
      ruleName: 'Cổng sau',
      label: 'person',
      score: 0.8,
      box: null,
      trackId: 't1',
      path: [],
      count: null,
      direction: null,
      signal: null,
      fromMs: 0,
      toMs: 1,
      pictures: null,
      model: null,
      alert: { receivers: ['police'], mergeSeconds: 60 },
    },
    count: 1,
    lastEventMs: Date.UTC(2026, 0, 5, 8),
    receivers: ['police'],
    level: 'operator',
    escalatesMs: null,
    owner: null,
    claimedMs: null,
    unit: null,
    dispatchedMs: null,
    closedMs: null,
    closedBy: null,
    verdict: null,
    reason: null,
    closeNote: null,
    incidentId: null,
    ...change,
  };
}

export function incidentDetails(change: Partial<IncidentDetails> = {}): IncidentDetails {
  const openedMs = Date.UTC(2026, 0, 5, 8);
  const by = { id: 'u1', name: 'An' };
  return {
    id: 'i1',
    number: 7,
    version: 1,
    title: 'Xô xát ở chợ',
    description: 'Hai nhóm',
    severity: 'severe',
    state: 'open',
    place: { name: 'Chợ Long Xuyên', latitude: 10.386, longitude: 105.435 },
    openedMs,
    openedBy: by,
    closedMs: null,
    lead: null,
    alertIds: [],
    cameraIds: ['c1'],
    people: [],
    exhibitCount: 0,
    entries: [{ sequence: 1, timeMs: openedMs, by, entry: { kind: 'opened' } }],
    exhibits: [],
    ...change,
  };
}
