import { createHash } from 'node:crypto';
import { parseFeed } from 'feedsmith';
import { z } from 'zod';
import { breathe } from '../breathe.ts';
import { type Cell, type RawRow, Refusal } from '../raw-row.ts';
import { feedMoment } from './feed-moment.ts';
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
const point = z
  .looseObject({ lat: z.number(), lng: z.number().optional(), long: z.number().optional() })
  .nullish()
  .catch(null);
const itemSchema = z.looseObject({
  guid: z.looseObject({ value: text }).nullish().catch(null),
  enclosures: z
    .array(z.looseObject({ url: text }))
    .nullish()
    .catch(null),
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
  content: z
    .union([z.looseObject({ encoded: z.string() }).transform(({ encoded }) => encoded), words])
    .nullish()
    .catch(null),
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
  georss: z.looseObject({ point: point }).nullish().catch(null),
  geo: point,
});
type Item = z.output<typeof itemSchema>;
const headSchema = itemSchema.pick({ link: true, links: true }).extend({ home_page_url: text });

export const feed: Format = {
  format: 'feed',
  types: ['application/rss+xml', 'application/atom+xml', 'application/feed+json', 'application/rdf+xml'],
  async read(bytes, _mapping, { mostRows }) {
    const { document, encoding } = documentOf(bytes);
    const { items, home } = itemsOf(document);
    if (items.length > mostRows) throw new Refusal('tooManyRows', String(mostRows));
    const shared = sharedIds(items);
    const rows: RawRow[] = [];
    for (const [at, item] of items.entries()) {
      rows.push(rowOf(item, at + 1, home, shared));
      await breathe(at);
    }
    const columns = ['id', 'title', 'detail', 'link', 'time', 'category', 'latitude', 'longitude'];
    return { columns, rows, encoding, delimiter: null, repairs: [], foreignColumns: true };
  },
};

function documentOf(bytes: Uint8Array): { document: string; encoding: string } {
  const first = Buffer.from(bytes.subarray(0, 100))
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
  if (!first.startsWith('{')) {
    const { text: xml, encoding } = safeXml(bytes, true);
    return { document: xml, encoding };
  }
  const document = new TextDecoder().decode(bytes).replace(/^\ufeff/, '');
  checkDepth(document);
  return { document, encoding: 'utf-8' };
}

/** `home`: where links begin that do not say where. */
function itemsOf(document: string): { items: readonly Item[]; home: string | null } {
  let found: unknown;
  try {
    found = parseFeed(document).feed;
  } catch {
    throw new Refusal('notThisFormat', 'RSS, Atom, JSON Feed');
  }
  const list = z.looseObject({ items: z.array(z.unknown()).nullish(), entries: z.array(z.unknown()).nullish() });
  const { items, entries } = list.parse(found);
  const head = headSchema.parse(found);
  return {
    items: (items ?? entries ?? []).map((item) => itemSchema.parse(item)),
    home: head.link ?? head.home_page_url ?? linkOf(head),
  };
}

/** Ids that several items have which are not the same: somebody gave all of them the address of the site. */
function sharedIds(items: readonly Item[]): ReadonlySet<string> {
  const links = new Map<string, string>();
  const shared = new Set<string>();
  for (const item of items) {
    const [id, link] = [item.guid?.value ?? item.id, ownLink(item)];
    if (id == null || link === null) continue;
    if ((links.get(id) ?? link) !== link) shared.add(id);
    links.set(id, link);
  }
  return shared;
}

function ownLink(item: Item): string | null {
  const link = item.link ?? item.url ?? item.external_url ?? linkOf(item);
  if (link != null) return link;
  const guid = item.guid?.value ?? '';
  return /^https?:\/\//i.test(guid) ? guid : (item.enclosures?.[0]?.url ?? null);
}

/** From `home` on, where it does not say where it begins. */
function wholeLink(link: string | null, home: string | null): string | null {
  if (link === null || URL.canParse(link)) return link;
  return home !== null && URL.canParse(link, home) ? new URL(link, home).href : null;
}

function rowOf(item: Item, row: number, home: string | null, shared: ReadonlySet<string>): RawRow {
  const link = wholeLink(ownLink(item), home);
  const title = plainText(item.title ?? '', 300);
  const body = item.description ?? item.summary ?? item.content ?? item.content_text ?? item.content_html ?? '';
  const detail = plainText(body, EXTRACT_CHARACTERS);
  const date =
    item.pubDate ??
    item.published ??
    item.date_published ??
    item.dc?.date ??
    item.dc?.dates?.[0] ??
    item.updated ??
    item.date_modified;
  const given = item.guid?.value ?? item.id;
  const guid = given != null && shared.has(given) ? link : given;
  const place = item.georss?.point ?? item.geo;
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
    ['time', date == null || date === '' ? null : feedMoment(date)],
    ['category', category[0] ?? null],
    ['latitude', place?.lat ?? null],
    ['longitude', place?.lng ?? place?.long ?? null],
  ]);
  return { row, line: null, cells, sent: JSON.stringify(Object.fromEntries(cells)), fault: null };
}

function linkOf({ links }: Pick<Item, 'links'>): string | null {
  const found = links?.find(({ rel }) => rel == null || rel === 'alternate') ?? links?.[0];
  return found?.href ?? null;
}
