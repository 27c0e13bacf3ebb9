import type { Clock } from '#base/clock';
import { STREAM_ROLES, type StreamKey } from '#contracts/media';
import { LEAST_DAYS, LOOK_BACK_DAYS } from './forecast.ts';
import type { OpenSegments } from './interfaces.ts';
import { DAY_MS } from './retention-due.ts';
import type { SegmentStore } from './segment-store.ts';

/** Bytes that a hold of a range would keep from going, of all streams of a camera; from the index alone. */
export type HoldCostOf = (
  cameraId: string,
  startMs: number,
  endMs: number,
) => Promise<{ readonly recordedBytes: number; readonly forecastBytes: number }>;

export function createHoldCosts(options: {
  readonly store: Pick<SegmentStore, 'bytesBetween' | 'usageOf'>;
  readonly open: Pick<OpenSegments, 'of'>;
  readonly clock: Clock;
}): HoldCostOf {
  const { store, open, clock } = options;

  /** As in the last days, so long as there were any. */
  async function bytesPerDay(key: StreamKey, nowMs: number): Promise<number> {
    const usage = await store.usageOf(key, nowMs - LOOK_BACK_DAYS * DAY_MS);
    if (usage.length === 0) return 0;
    const oldestMs = Math.min(...usage.map((one) => one.oldestMs));
    const bytes = usage.reduce((sum, one) => sum + one.bytes, 0);
    return bytes / Math.max(LEAST_DAYS, (nowMs - oldestMs) / DAY_MS);
  }

  return async (cameraId, startMs, endMs) => {
    const nowMs = clock.now();
    const futureDays = Math.max(0, endMs - Math.max(startMs, nowMs)) / DAY_MS;
    let [recordedBytes, forecastBytes] = [0, 0];
    for (const role of STREAM_ROLES) {
      recordedBytes += await store.bytesBetween(cameraId, role, startMs, endMs);
      const written = open.of({ cameraId, role })?.segment;
      if (written !== undefined && written.startMs <= endMs && written.endMs >= startMs) recordedBytes += written.bytes;
      if (futureDays > 0) forecastBytes += (await bytesPerDay({ cameraId, role }, nowMs)) * futureDays;
    }
    return { recordedBytes, forecastBytes: Math.round(forecastBytes) };
  };
}
