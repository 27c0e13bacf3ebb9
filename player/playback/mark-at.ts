import type { TFunction } from 'i18next';
import type { BookmarkView } from '#contracts/recordings';
import type { SentenceParts } from '../events/event-sentence.ts';
import { sentenceOf } from '../events/event-sentence.ts';
import type { CameraTimes } from './use-timelines.ts';

/** What stands on the timeline within `withinMs` of a moment, in words: bookmarks first, since people made them. */
export function markAt(
  { timeline, events }: CameraTimes,
  ms: number,
  withinMs: number,
  t: TFunction<['playback', 'events', 'faults', 'app']>,
  cameraName: string,
): string | undefined {
  const near = (timeMs: number): boolean => Math.abs(timeMs - ms) <= withinMs;
  const bookmark = timeline?.bookmarks.find(({ timeMs }) => near(timeMs));
  if (bookmark !== undefined) return bookmarkWords(bookmark);
  const event = events.find(({ timeMs }) => near(timeMs));
  if (event !== undefined) return sentenceOf(event, { t: t as unknown as SentenceParts['t'], cameraName });
  const hold = timeline?.holds.find(({ startMs, endMs }) => startMs <= ms && endMs >= ms);
  return hold && `${t('playback:hold', { number: hold.caseNumber })} · ${hold.reason} · ${hold.createdBy}`;
}

/** A bookmark in one line. */
export function bookmarkWords({ text, tags }: BookmarkView): string {
  return [text, ...tags.map((tag) => `#${tag}`)].join(' ');
}
