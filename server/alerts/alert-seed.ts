import type { Role } from '#contracts/access';
import type { DetectionData, DetectionEventType, EventOf, TamnhinEvent } from '#contracts/events';

/** What an alert grows from. */
export interface AlertSeed {
  readonly event: EventOf<DetectionEventType>;
  readonly cameraId: string;
  readonly receivers: readonly Role[];
  readonly mergeSeconds: number;
}

/** `undefined` for an event that is only written down. Events of other kinds become alerts by a line here. */
export function seedOf(event: TamnhinEvent): AlertSeed | undefined {
  if (!isDetection(event) || event.cameraId === null || event.data.alert === null) return undefined;
  return { event, cameraId: event.cameraId, ...event.data.alert };
}

function isDetection(event: TamnhinEvent): event is TamnhinEvent & EventOf<DetectionEventType> {
  const data: Partial<DetectionData> | object = event.data;
  return event.type.startsWith('vn.tamnhin.detection.') && 'ruleId' in data;
}
