import { createHash } from 'node:crypto';
import { parseFeed } from 'feedsmith';
import { z } from 'zod';
import { breathe } from '../breathe.ts';
import { type Cell, type RawRow, Refusal } from '../raw-row.ts';
import type { Format } from './format.ts';
import { checkDepth } from './json.ts';
import { plainText, safeXml } from './xml.ts';

/**
 * RSS, Atom and JSON Feed, whichever comes: title, link and a short extract of each item, never more. An item is known
 * again by its guid, else by its link, else by what it says.
 */
const EXTRACT_CHARACTERS = 500;

const text = z.string().nullish().catch(null);
const words = z
  .union([z.string(), z.object({ value: z.string() }).transform(({ value }) => value)])
  .nullish()
  .catch(null);
const names = z
  .array(z.union([z.string(), z.looseObject({ name: text, term: text })]))
  .nullish()
  .catch(null);
const itemSchema = z.looseObject({
  guid: z.looseObject({ value: text }).nullish().catch(null),
  id: text,
  title: words,
  link: text,
  url: text,
  external_url: text,
  links: z
    .array(z.looseObject({ href: text, rel: text }))
    .nullish()
    .catch(null),
  description: words,
  summary: words,
  content: words,
  content_text: text,
  content_html: text,
  pubDate: text,
  published: text,
  updated: text,
  date_published: text,
  date_modified: text,
  dc: z
    .looseObject({ date: text, dates: z.array(z.string()).nullish().catch(null) })
    .nullish()
    .catch(null),
  categories: names,
  tags: names,
});
type Item = z.output<typeof itemSchema>;

export const feed: Format = {
  format: 'feed',
  types: ['application/rss+xml', 'application/atom+xml', 'application/feed+json', 'application/rdf+xml'],
  async read(bytes, _mapping, { mostRows }) {
    const { document, encoding } = documentOf(bytes);
    const items = itemsOf(document);
    if (items.length > mostRows) throw new Refusal('tooManyRows', String(mostRows));
    const rows: RawRow[] = [];
    for (const [at, item] of items.entries()) {
      rows.push(rowOf(item, at + 1));
      await breathe(at);
    }
    const columns = ['id', 'title', 'detail', 'link', 'time', 'category'];
    return { columns, rows, encoding, delimiter: null, repairs: [], foreignColumns: true };
  },
};

function documentOf(bytes: Uint8Array): { document: string; encoding: string } {
  const first = Buffer.from(bytes.subarray(0, 100))
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
  if (!first.startsWith('{')) {
    const { text: xml, encoding } = safeXml(bytes);
    return { document: xml, encoding };
  }
  const document = new TextDecoder().decode(bytes).replace(/^\ufeff/, '');
  checkDepth(document);
  return { document, encoding: 'utf-8' };
}

function itemsOf(document: string): readonly Item[] {
  let found: unknown;
  try {
    found = parseFeed(document).feed;
  } catch {
    throw new Refusal('notThisFormat', 'RSS, Atom, JSON Feed');
  }
  const list = z.looseObject({ items: z.array(z.unknown()).nullish(), entries: z.array(z.unknown()).nullish() });
  const { items, entries } = list.parse(found);
  return (items ?? entries ?? []).map((item) => itemSchema.parse(item));
}

function rowOf(item: Item, row: number): RawRow {
  const link = item.link ?? item.url ?? item.external_url ?? linkOf(item);
  const title = plainText(item.title ?? '', 300);
  const body = item.description ?? item.summary ?? item.content ?? item.content_text ?? item.content_html ?? '';
  const detail = plainText(body, EXTRACT_CHARACTERS);
  const time = isoOf(
    item.pubDate ??
      item.published ??
      item.date_published ??
      item.dc?.date ??
      item.dc?.dates?.[0] ??
      item.updated ??
      item.date_modified,
  );
  const guid = item.guid?.value ?? item.id;
  const id =
    guid ||
    link ||
    createHash('sha256')
      .update(JSON.stringify([title, detail]))
      .digest('hex')
      .slice(0, 32);
  const category = (item.categories ?? item.tags ?? []).flatMap((one) =>
    typeof one === 'string' ? one : (one.name ?? one.term ?? []),
  );
  const cells = new Map<string, Cell>([
    ['id', id.length > 200 ? createHash('sha256').update(id).digest('hex') : id],
    ['title', title || detail.slice(0, 200)],
    ['detail', detail],
    ['link', link ?? null],
    ['time', time],
    ['category', category[0] ?? null],
  ]);
  return { row, line: null, cells, sent: JSON.stringify(Object.fromEntries(cells)), fault: null };
}

function linkOf({ links }: Item): string | null {
  const found = links?.find(({ rel }) => rel == null || rel === 'alternate') ?? links?.[0];
  return found?.href ?? null;
}

/** Dates of RSS are those of mail (RFC 822), of the others ISO 8601. */
function isoOf(date: string | null | undefined): string | null {
  if (date == null || date === '') return null;
  const ms = Date.parse(date);
  return Number.isNaN(ms) ? date : new Date(ms).toISOString();
}
