import type { DetectionData, DetectionEventType, EventOf, NewEvent } from '#contracts/events';

type NewDetection = Omit<EventOf<DetectionEventType>, 'sequence' | 'id'>;

/** What a rule tells when a person walks into its zone; `more` is what the test is about. */
export function detectionEvent(
  timeMs: number,
  more: Partial<Omit<NewDetection, 'timeMs' | 'data'>> & { readonly data?: Partial<DetectionData> } = {},
): NewEvent {
  const { data, type = 'vn.tamnhin.detection.zone', severity = 'moderate', cameraId = 'cam-1' } = more;
  return {
    ...{ type, timeMs, severity, cameraId },
    data: {
      ...{ ruleId: 'rule-1', ruleName: 'Cổng sau', label: 'person', score: 0.8 },
      box: { left: 0.4, top: 0.3, width: 0.1, height: 0.4 },
      ...{ trackId: null, path: [], count: null, direction: null, signal: null },
      ...{ fromMs: timeMs - 5000, toMs: timeMs + 5000, pictures: null, model: 'test' },
      alert: { receivers: ['operator', 'police'], mergeSeconds: 300 },
      ...data,
    },
  };
}
