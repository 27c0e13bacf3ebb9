import type { AlertView } from '#contracts/alerts';

/** An alert for tests; `more` is what the test is about. */
export function alertOf(number: number, more: Partial<AlertView> = {}): AlertView {
  return {
    ...{ id: `a${number}`, number, version: 1, state: 'new', severity: 'moderate', cameraId: 'cam-1' },
    ...{ eventType: 'vn.tamnhin.detection.zone', eventId: `e${number}`, openedMs: number * 1000 },
    detection: {
      ...{ ruleId: 'r1', ruleName: 'Cổng sau', label: 'person', score: 0.8, box: null, trackId: null, path: [] },
      ...{ count: null, direction: null, signal: null, fromMs: 0, toMs: 1000, pictures: null, model: null },
      alert: { receivers: ['operator', 'police'], mergeSeconds: 300 },
    },
    ...{ count: 1, lastEventMs: number * 1000, receivers: ['operator', 'police'], level: 'operator' },
    ...{ escalatesMs: null, owner: null, claimedMs: null, unit: null, dispatchedMs: null, closedMs: null },
    ...{ closedBy: null, verdict: null, reason: null, closeNote: null, incidentId: null },
    ...more,
  };
}
