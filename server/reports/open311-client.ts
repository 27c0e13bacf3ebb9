import { Fault } from '#base/errors';
import {
  OPEN311_MOST_BYTES,
  type Open311Created,
  type Open311Format,
  type Open311List,
  type Open311Request,
  type Open311Service,
  readCreated,
  readErrors,
  readRequests,
  readServices,
  writeTime,
} from '#base/open311';

/** Another city's requests, asked for and sent by GeoReport v2. Rejects with `unavailable` and what the server says. */
export interface Open311Client {
  services(signal?: AbortSignal): Promise<Open311List<Open311Service>>;
  /**
   * Page after page where the query has a `pageSize`, each request once. `page` and `page_size` are an extension: a
   * server that does not know them gives its first answer again, and is asked no more. Rows are counted over all pages.
   */
  requests(query: Open311Query, signal?: AbortSignal): Promise<Open311List<Open311Request>>;
  request(id: string, signal?: AbortSignal): Promise<Open311Request | undefined>;
  post(request: Open311Post, signal?: AbortSignal): Promise<Open311Created>;
}

/** Times are ms since 1970; a server gives at most 90 days. */
export interface Open311Query {
  readonly ids?: readonly string[];
  readonly services?: readonly string[];
  readonly status?: 'open' | 'closed';
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly pageSize?: number;
}
export interface Open311Post {
  readonly service: string;
  readonly description: string;
  readonly latitude?: number;
  readonly longitude?: number;
  readonly address?: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly phone?: string;
  readonly email?: string;
}

/** As `fetch`, which may be one that guards where it goes. */
export type Open311Fetch = (
  url: string,
  init: { method: 'GET' | 'POST'; headers: Record<string, string>; body?: string; signal: AbortSignal },
) => Promise<Pick<Response, 'ok' | 'status' | 'text'>>;

const TIMEOUT_MS = 30_000;
/** Of one question; a city that has more is asked for a shorter time. */
const MOST_PAGES = 50;

export function createOpen311Client(options: {
  /** `https://city.example/open311/v2` */
  endpoint: string;
  format: Open311Format;
  fetch: Open311Fetch;
  jurisdiction?: string;
  apiKey?: string;
}): Open311Client {
  const { format, jurisdiction } = options;
  const endpoint = options.endpoint.replace(/\/$/, '');

  async function send(
    method: 'GET' | 'POST',
    path: string,
    fields: Readonly<Record<string, string | undefined>>,
    signal: AbortSignal | undefined,
  ): Promise<string> {
    const words = new URLSearchParams();
    for (const [name, value] of Object.entries({ jurisdiction_id: jurisdiction, ...fields })) {
      if (value !== undefined && value !== '') words.set(name, value);
    }
    const reply = await options.fetch(
      `${endpoint}/${path}.${format}${method === 'GET' && words.size > 0 ? `?${words}` : ''}`,
      {
        method,
        headers: {
          accept: format === 'json' ? 'application/json' : 'text/xml',
          ...(method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' } : {}),
        },
        ...(method === 'POST' ? { body: words.toString() } : {}),
        signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(signal === undefined ? [] : [signal])]),
      },
    );
    const text = await reply.text();
    if (text.length > OPEN311_MOST_BYTES) throw new Fault('tooLarge', 'open311.tooLarge', 'the answer is too large');
    if (reply.ok) return text;
    const said = readErrors(text)
      .map(({ description }) => description)
      .join('; ');
    const kind = reply.status === 404 ? 'notFound' : reply.status < 500 ? 'invalid' : 'unavailable';
    throw new Fault(kind, 'open311.refused', `the server answers ${reply.status}${said === '' ? '' : `: ${said}`}`);
  }

  const time = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : writeTime(ms, 'UTC'));

  return {
    services: async (signal) => readServices(await send('GET', 'services', {}, signal)),

    async requests({ ids, services, status, fromMs, toMs, pageSize }, signal) {
      const query = {
        service_request_id: ids?.join(','),
        service_code: services?.join(','),
        ...{ status, start_date: time(fromMs), end_date: time(toMs), extensions: 'true' },
      };
      const items = new Map<string, Open311Request>();
      const bad: Open311List<Open311Request>['bad'][number][] = [];
      let rows = 0;
      for (let page = 1; page <= (pageSize === undefined ? 1 : MOST_PAGES); page += 1) {
        const paging = pageSize === undefined ? {} : { page: String(page), page_size: String(pageSize) };
        const read = readRequests(await send('GET', 'requests', { ...query, ...paging }, signal));
        const news = read.items.filter(({ id }) => !items.has(id));
        if (news.length === 0 && page > 1) break;
        for (const one of news) items.set(one.id, one);
        for (const { at, why } of read.bad) bad.push({ at: rows + at, why });
        const count = read.items.length + read.bad.length;
        rows += count;
        if (pageSize === undefined || count < pageSize) break;
      }
      return { items: [...items.values()], bad };
    },

    async request(id, signal) {
      try {
        const text = await send('GET', `requests/${encodeURIComponent(id)}`, { extensions: 'true' }, signal);
        return readRequests(text).items[0];
      } catch (error) {
        if (error instanceof Fault && error.kind === 'notFound') return undefined;
        throw error;
      }
    },

    async post(request, signal) {
      const form = {
        api_key: options.apiKey,
        service_code: request.service,
        description: request.description,
        lat: request.latitude?.toString(),
        long: request.longitude?.toString(),
        address_string: request.address,
        first_name: request.firstName,
        last_name: request.lastName,
        phone: request.phone,
        email: request.email,
      };
      return readCreated(await send('POST', 'requests', form, signal));
    },
  };
}
