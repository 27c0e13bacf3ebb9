import type { FeedFormat } from '#contracts/feeds';
import { cap } from './cap.ts';
import { csv } from './csv.ts';
import { feed } from './feed.ts';
import type { Format } from './format.ts';
import { json } from './json.ts';
import { ndjson } from './ndjson.ts';
import { open311 } from './open311.ts';

/** Every way to write rows. A new one: a file beside these and a line here. */
export const FORMATS: readonly Format[] = [json, ndjson, csv, feed, open311, cap];

export function formatOf(format: FeedFormat): Format {
  const found = FORMATS.find((one) => one.format === format);
  if (found === undefined) throw new Error(`nothing reads ${format}`);
  return found;
}

/** The format that a `Content-Type` names; `undefined` for one that says nothing (`text/plain`). */
export function formatOfType(contentType: string | undefined): FeedFormat | undefined {
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  return FORMATS.find(({ types }) => types.includes(type))?.format;
}
