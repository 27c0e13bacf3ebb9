import sharp from 'sharp';
import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { Box } from '#contracts/detection';
import type { DetectionData, NewEvent, TamnhinEvent } from '#contracts/events';
import type { Frame } from '#contracts/media';
import { EVENT_OF_RULE, type Rule } from '#contracts/rules';
import type { EventPictures } from './event-pictures.ts';

/** Turns what rules say into events, each with its picture; those of one camera in their order. */
export interface DetectionEvents {
  told(hit: DetectedHit): void;
  figures(): DetectionFigures;
  /** Resolves when all of it is stored. */
  close(): Promise<void>;
}

export interface DetectionFigures {
  /** That are stored. */
  readonly events: number;
  readonly waiting: number;
  /** That could not be stored, or came faster than they could be. */
  readonly lost: number;
}

/** A rule held. */
export interface DetectedHit {
  readonly cameraId: string;
  readonly rule: Rule;
  /** ms since 1970, of the picture. */
  readonly atMs: number;
  /** `null` where it is about no single object. */
  readonly track: {
    readonly id: string;
    readonly label: string;
    readonly score: number;
    readonly box: Box;
    readonly firstMs: number;
    readonly path: DetectionData['path'];
  } | null;
  readonly count: number | null;
  readonly direction: DetectionData['direction'];
  readonly signal: string | null;
  /** `null` where nothing was looked at: the newest picture of the camera is taken then. */
  readonly frame: Frame | null;
  readonly model: string | null;
}

export interface DetectionEventsOptions {
  readonly pictures: Pick<EventPictures, 'keep'>;
  readonly append: (event: NewEvent) => Promise<TamnhinEvent>;
  /** JPEG of what the camera shows now; `null` where it shows nothing. */
  readonly newestPicture: (cameraId: string) => Promise<Uint8Array | null>;
  readonly log: Logger;
}

/** What is looked back at: from the object's first moment, but no more than so long before; ms. */
const MOST_BEFORE_MS = 60_000;
const BEFORE_MS = 5000;
const AFTER_MS = 10_000;
/** For each camera. */
const MOST_WAITING = 200;
const JPEG_QUALITY = 82;

export function createDetectionEvents(options: DetectionEventsOptions): DetectionEvents {
  const { pictures, append, newestPicture, log } = options;
  const queues = new Map<string, { waiting: number; done: Promise<void> }>();
  /** Several rules may hold with one frame. */
  const encoded = new WeakMap<Frame, Promise<Uint8Array>>();
  let [stored, lost] = [0, 0];

  function pictureOf({ cameraId, frame }: DetectedHit): Promise<Uint8Array | null> {
    if (frame === null) return newestPicture(cameraId);
    let jpeg = encoded.get(frame);
    if (jpeg === undefined) {
      jpeg = jpegOf(frame);
      encoded.set(frame, jpeg);
    }
    return jpeg;
  }

  async function tell(hit: DetectedHit, picture: Promise<Uint8Array | null>): Promise<void> {
    const { cameraId, rule } = hit;
    const during = await picture;
    const kept = during === null ? null : await pictures.keep(cameraId, { during });
    await append({
      type: EVENT_OF_RULE[rule.kind],
      timeMs: Math.round(hit.atMs),
      severity: rule.severity,
      cameraId,
      data: dataOf(hit, kept),
    });
    stored += 1;
  }

  return {
    told(hit) {
      const queue = queues.get(hit.cameraId) ?? { waiting: 0, done: Promise.resolve() };
      queues.set(hit.cameraId, queue);
      if (queue.waiting >= MOST_WAITING) {
        lost += 1;
        log.error({ camera: hit.cameraId, rule: hit.rule.id }, 'an event was lost: too many wait');
        return;
      }
      queue.waiting += 1;
      // The picture is made while others are stored.
      const picture = pictureOf(hit).catch((error: unknown) => {
        log.warn({ camera: hit.cameraId, reason: messageOf(error) }, 'there is no picture of an event');
        return null;
      });
      queue.done = queue.done
        .then(() => tell(hit, picture))
        .catch((error: unknown) => {
          lost += 1;
          log.error({ camera: hit.cameraId, reason: messageOf(error) }, 'an event was lost');
        })
        .finally(() => {
          queue.waiting -= 1;
          if (queue.waiting === 0) queues.delete(hit.cameraId);
        });
    },
    figures: () => ({
      events: stored,
      waiting: [...queues.values()].reduce((sum, { waiting }) => sum + waiting, 0),
      lost,
    }),
    async close() {
      await Promise.all([...queues.values()].map(({ done }) => done));
    },
  };
}

function dataOf(hit: DetectedHit, pictures: string | null): DetectionData {
  const { rule, track, atMs } = hit;
  const begunMs = Math.max(track?.firstMs ?? atMs, atMs - MOST_BEFORE_MS);
  return {
    ruleId: rule.id,
    ruleName: rule.name,
    label: track?.label ?? null,
    score: track?.score ?? null,
    box: track === null ? null : inPicture(track.box),
    trackId: track?.id ?? null,
    path: track?.path ?? [],
    count: hit.count,
    direction: hit.direction,
    signal: hit.signal,
    fromMs: Math.round(begunMs - BEFORE_MS),
    toMs: Math.round(atMs + AFTER_MS),
    pictures,
    model: hit.model,
    alert: rule.alert ? { receivers: rule.receivers, mergeSeconds: rule.mergeSeconds } : null,
  };
}

/** What is estimated of an object may reach beyond the picture. */
function inPicture({ left, top, width, height }: Box): Box {
  const share = (place: number): number => Math.min(1, Math.max(0, place));
  const [x, y] = [share(left), share(top)];
  return { left: x, top: y, width: share(left + width) - x, height: share(top + height) - y };
}

async function jpegOf({ width, height, pixels }: Frame): Promise<Uint8Array> {
  return await sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: JPEG_QUALITY })
    .toBuffer();
}
