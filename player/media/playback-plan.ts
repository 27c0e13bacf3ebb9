import type { PlayableGroup, PlayableRange, PlayableSegment } from '#contracts/recordings';

/** What a player knows of where recordings lie, and what it asks for next. Pure: numbers in, decisions out. */

export interface PlaceOfGroup {
  readonly segment: Omit<PlayableSegment, 'groups'>;
  readonly group: PlayableGroup;
}

/** Bytes of one file that are fetched together and put on the media time line together. */
export interface GroupRequest {
  readonly segment: PlaceOfGroup['segment'];
  readonly groups: readonly PlayableGroup[];
  /** Both included. */
  readonly from: number;
  readonly to: number;
}

const MOST_REQUEST_BYTES = 2 * 2 ** 20;
/** Groups follow their decode times within this, or they are placed anew: a twentieth of what may be out of step. */
const DRIFT_MS = 5;
/** A hole that is shorter shows the picture before it. */
export const NO_GAP_MS = 500;

export const groupEndMs = ({ startMs, durationMs }: PlayableGroup): number => startMs + durationMs;
export const keyOf = ({ segment, group }: PlaceOfGroup): string => `${segment.segmentId}/${group.offset}`;

/** Every group once, by its time. */
export function placesOf(range: PlayableRange): PlaceOfGroup[] {
  return range.segments
    .flatMap(({ groups, ...segment }) => groups.map((group) => ({ segment, group })))
    .sort((a, b) => a.group.startMs - b.group.startMs);
}

/** Adds what was asked later; of a group that has grown since, the newer. */
export function joinPlaces(known: readonly PlaceOfGroup[], added: readonly PlaceOfGroup[]): PlaceOfGroup[] {
  const byKey = new Map([...known, ...added].map((place) => [keyOf(place), place]));
  return [...byKey.values()].sort((a, b) => a.group.startMs - b.group.startMs);
}

/** The last group that began by `wallMs`; by bisection, since it is asked for with every picture. */
export function placeBefore(places: readonly PlaceOfGroup[], wallMs: number): PlaceOfGroup | undefined {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle]?.group.startMs ?? Infinity) <= wallMs) low = middle + 1;
    else high = middle;
  }
  return places[low - 1];
}

/** Is there a picture for this moment? Between two groups that nearly touch there is: the last one stays. */
export function isRecorded(places: readonly PlaceOfGroup[], wallMs: number): boolean {
  const place = placeBefore(places, wallMs);
  return place !== undefined && groupEndMs(place.group) + NO_GAP_MS > wallMs;
}

/** Seconds to add to a group's own time stamps so that they lie at its wall-clock on the media time line. */
export function timestampOffset({ segment, group }: PlaceOfGroup, originMs: number): number {
  return (group.startMs - originMs) / 1000 - group.decodeTime / segment.timescale;
}

/**
 * The next request: from the first group of `fromMs`…`toMs` that is not there yet, on over its neighbours in the file,
 * as long as they are missing, follow without a seam, and stay within 2 MB together.
 */
export function nextRequest(
  places: readonly PlaceOfGroup[],
  window: { readonly fromMs: number; readonly toMs: number },
  isThere: (place: PlaceOfGroup) => boolean,
): GroupRequest | undefined {
  let first: PlaceOfGroup | undefined;
  let groups: PlayableGroup[] = [];
  let end = 0;
  for (const place of places) {
    const { segment, group } = place;
    if (group.startMs >= window.toMs) break;
    if (groupEndMs(group) <= window.fromMs) continue;
    if (first === undefined) {
      if (isThere(place)) continue;
      [first, groups, end] = [place, [group], group.offset + group.bytes];
      continue;
    }
    const drift = timestampOffset(place, 0) - timestampOffset(first, 0);
    const fits =
      segment.segmentId === first.segment.segmentId &&
      group.offset === end &&
      end + group.bytes - first.group.offset <= MOST_REQUEST_BYTES &&
      Math.abs(drift) * 1000 <= DRIFT_MS &&
      !isThere(place);
    if (!fits) break;
    groups.push(group);
    end += group.bytes;
  }
  if (first === undefined) return undefined;
  return { segment: first.segment, groups, from: first.group.offset, to: end - 1 };
}

/** Seconds of recording that are fetched ahead of the playhead. */
export function aheadMs(rate: number): number {
  return 6000 + 4000 * Math.max(1, rate);
}
