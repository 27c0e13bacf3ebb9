import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';
import { entriesIn, REQUEST_LISTS } from '../../server/sectors/intake/formats/open311-entries.ts';

/** Another city's program, by the specification of GeoReport v2: it asks our server, and sends to it. */
export interface Open311Client {
  services(): Promise<readonly Entry[]>;
  /** Rejects with what the server says. */
  requests(query: Readonly<Record<string, string>>): Promise<readonly Entry[]>;
  request(id: string): Promise<Entry | undefined>;
  post(form: Readonly<Record<string, string>>): Promise<Entry>;
}
/** Of an entry: its fields as words. */
export type Entry = Readonly<Record<string, string>>;

const entrySchema = z.record(z.string(), z.unknown());
const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false, isArray: (name) => name === 'request' });

export function createOpen311Client(server: {
  /** `https://city.example/open311/v2` */
  endpoint: string;
  format: 'json' | 'xml';
  apiKey: string;
}): Open311Client {
  async function send(
    path: string,
    { method, words }: { method: 'GET' | 'POST'; words: Readonly<Record<string, string>> },
  ): Promise<{ status: number; entries: readonly Entry[] }> {
    const fields = new URLSearchParams({ jurisdiction_id: 'angiang.gov.vn', ...words });
    const address = `${server.endpoint}/${path}.${server.format}`;
    const reply = await (method === 'GET'
      ? fetch(`${address}?${fields}`)
      : fetch(address, { method, body: new URLSearchParams({ ...words, api_key: server.apiKey }) }));
    const text = await reply.text();
    if (!reply.ok && reply.status !== 404) throw new Error(`${reply.status}: ${text}`);
    const whole: unknown = server.format === 'json' ? JSON.parse(text) : parser.parse(text, true);
    const found = entriesIn(whole, [...REQUEST_LISTS, 'services'], path === 'services' ? 'service' : 'request') ?? [];
    return { status: reply.status, entries: found.map((entry) => wordsOf(entrySchema.parse(entry))) };
  }
  const get = (path: string, words: Readonly<Record<string, string>> = {}) => send(path, { method: 'GET', words });

  return {
    services: async () => (await get('services')).entries,
    requests: async (query) => (await get('requests', { ...query, extensions: 'true' })).entries,
    async request(id) {
      const { status, entries } = await get(`requests/${id}`, { extensions: 'true' });
      return status === 404 ? undefined : entries[0];
    },
    async post(form) {
      const { entries } = await send('requests', { method: 'POST', words: form });
      return entries[0] ?? {};
    },
  };
}

function wordsOf(entry: Readonly<Record<string, unknown>>): Entry {
  return Object.fromEntries(
    Object.entries(entry).map(([name, value]) => [
      name,
      value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]),
  );
}
