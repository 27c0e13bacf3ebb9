import { z } from 'zod';
import { Fault } from '#base/errors';
import {
  OPEN311_FORMATS,
  type Open311Format,
  type Open311Value,
  readTime,
  writeList,
  writeOne,
  writeTime,
} from '#base/open311';
import { REPORT_OVER, type ServiceView } from '#contracts/reports';
import type { Access } from '../../access/access.ts';
import type { Actor } from '../../access/actor.ts';
import { can } from '../../access/can.ts';
import type { ReportPlaces } from '../../reports/interfaces.ts';
import type { PortalLimits } from '../../reports/portal-limits.ts';
import type { PublishedReport, PublishedReports } from '../../reports/published-reports.ts';
import type { ReportServices } from '../../reports/report-services.ts';
import type { Reports } from '../../reports/reports.ts';
import { faultOf, STATUS } from '../error-to-status.ts';
import { type Call, defineRaw, type Route } from '../route.ts';
import { reportTarget } from './reports.ts';

export interface Open311Deps {
  readonly access: Pick<Access, 'audit' | 'authenticate'>;
  readonly reports: Pick<Reports, 'receive' | 'act'>;
  readonly published: PublishedReports;
  readonly reportServices: ReportServices;
  readonly reportPlaces: ReportPlaces;
  readonly portal: { readonly limits: PortalLimits };
  readonly consoleUrl: () => string;
  readonly version: string;
  readonly now: () => number;
}

/** GeoReport v2, https://wiki.open311.org/GeoReport_v2 */
const ROOT = '/open311/v2';
const SPECIFICATION = 'http://wiki.open311.org/GeoReport_v2';
const TYPES: Readonly<Record<Open311Format, string>> = { xml: 'text/xml', json: 'application/json' };
/** "up to 90 days or the first 1000 requests returned, whichever is smallest". */
const MOST_REQUESTS = 1000;
const RANGE_MS = 90 * 86_400_000;

type Fields = { readonly [name: string]: Open311Value };
interface Answer {
  readonly status?: number;
  write(format: Open311Format): string;
}
const listOf = (root: string, item: string, entries: readonly Fields[], status = 200): Answer => ({
  status,
  write: (format) => writeList(format, root, item, entries),
});

/**
 * The public reports, read and sent by other programs. One jurisdiction: `jurisdiction_id` may be left out, and any is
 * taken. Beyond the specification, where a client asks for it with `extensions=true`, each request has
 * `extended_attributes.detailed_status`; `servicerequestupdates` tells the steps in between.
 */
export function open311Routes(deps: Open311Deps): readonly Route[] {
  const { access, reports, published, reportServices, reportPlaces, now } = deps;
  const { timeZone } = reportPlaces;
  const time = (ms: number | null): string | null => (ms === null ? null : writeTime(ms, timeZone));

  type Params = Readonly<Record<string, string>>;
  type Query = Readonly<Record<string, string>>;
  type Asked = Call<Params, Query, unknown>;

  /** In the format that the address ends with, errors too. */
  function route(name: string, answer: (call: Asked) => Promise<Answer>, text?: string): Route {
    const { handle, ...rest } = defineRaw({
      name,
      access: { kind: 'public' },
      params: z.record(z.string(), z.string()),
      query: queryFields,
      async handle(call) {
        const format = OPEN311_FORMATS.find((known) => known === call.params.format);
        let reply: Answer;
        try {
          deps.portal.limits.take('open311', call.client.address);
          if (format === undefined) throw new Fault('notFound', 'open311.format', 'ask for .xml or .json');
          reply = await answer(call);
        } catch (thrown) {
          const fault = faultOf(thrown);
          // Our own faults are for whoever keeps the log.
          if (fault.kind === 'internal') throw thrown;
          if (fault.retryAfterMs !== undefined) {
            call.response.setHeader('retry-after', String(Math.ceil(fault.retryAfterMs / 1000)));
          }
          // "403 - Missing or Invalid API Key" is the specification's word for both.
          const status = fault.kind === 'unauthenticated' ? 403 : STATUS[fault.kind];
          reply = listOf('errors', 'error', [{ code: status, description: fault.message }], status);
        }
        const body = reply.write(format ?? 'xml');
        call.response.writeHead(reply.status ?? 200, {
          'content-type': `${TYPES[format ?? 'xml']}; charset=utf-8`,
          'cache-control': 'no-store',
        });
        call.response.end(body);
      },
    });
    return text === undefined ? { ...rest, handle } : { ...rest, handle, text };
  }

  const serviceFields = ({ code, name, description, group }: ServiceView, query: Query): Fields => {
    const language = query.locale === 'en' ? 'en' : 'vi';
    return {
      service_code: code,
      service_name: name[language],
      description: description[language],
      metadata: false,
      type: 'realtime',
      keywords: [name.en, group.vi, group.en].join(', '),
      group: group[language],
    };
  };

  function requestFields(report: PublishedReport, query: Query): Fields {
    const service = reportServices.find(report.service);
    const { place, areaCode, unitId } = report;
    // Only the commune: what the place is called is in the sender's own words, which nobody has looked at.
    const address = areaCode === null ? undefined : reportPlaces.area(areaCode)?.name;
    const over = REPORT_OVER.includes(report.state);
    return {
      service_request_id: String(report.number),
      status: over ? 'closed' : 'open',
      status_notes: report.answer || null,
      service_name: service === undefined ? report.service : service.name[query.locale === 'en' ? 'en' : 'vi'],
      service_code: report.service,
      description: report.publicText || null,
      agency_responsible: (unitId === null ? null : reportPlaces.unit(unitId)?.name) ?? null,
      service_notice: null,
      requested_datetime: time(report.receivedMs),
      updated_datetime: time(report.changedMs),
      expected_datetime: over ? null : time(report.dueMs),
      address: address || null,
      address_id: areaCode,
      zipcode: null,
      lat: place?.latitude ?? null,
      long: place?.longitude ?? null,
      // Photos show people and plates: they stay in the house.
      media_url: null,
      ...(query.extensions === 'true' ? { extended_attributes: { detailed_status: report.state } } : {}),
    };
  }

  /** Who sends: a token, as `api_key` or in the header. */
  async function sender(call: Asked, key: string): Promise<Actor> {
    const actor =
      call.actor ?? (key === '' ? null : await access.authenticate({ authorization: `Bearer ${key}` }, call.client));
    const target = reportTarget(null, reportPlaces);
    const may = (permission: 'feed.push' | 'report.handle'): boolean =>
      actor !== null && can(actor, permission, target);
    if (actor?.kind !== 'token' || !(may('feed.push') || may('report.handle'))) {
      throw new Fault('forbidden', 'open311.key', 'the api_key is missing or wrong');
    }
    return actor;
  }

  async function post(call: Asked): Promise<Answer> {
    const form = new URLSearchParams(typeof call.body === 'string' ? call.body : '');
    const word = (name: string): string => (form.get(name) ?? '').trim();
    const actor = await sender(call, word('api_key') || (call.query.api_key ?? ''));
    const sent = postSchema.parse(Object.fromEntries(form));
    if (sent.service_code === '') throw new Fault('invalid', 'open311.service', 'service_code was not provided');
    const service = reportServices.find(sent.service_code);
    if (service === undefined) throw new Fault('notFound', 'open311.service', 'service_code was not found');
    const point = sent.lat !== null && sent.long !== null ? { latitude: sent.lat, longitude: sent.long } : null;
    if (point === null && sent.address_string === '' && sent.address_id === '') {
      throw new Fault('invalid', 'open311.place', 'lat and long, address_string or address_id must be provided');
    }
    const written = [sent.description || service.name.vi];
    if (point === null && sent.address_string !== '') written.push(`(${sent.address_string})`);
    const { report } = await reports.receive({
      service: service.code,
      text: written.join('\n').slice(0, 4000),
      place: point === null ? null : { ...point, name: sent.address_string.slice(0, 200) },
      areaCode: sent.address_id === '' ? null : sent.address_id,
      contact: {
        name: `${sent.first_name} ${sent.last_name}`.trim().slice(0, 120),
        phone: sent.phone.slice(0, 40),
        email: sent.email.slice(0, 200),
      },
      language: 'vi',
      channel: 'open311',
    });
    // Nothing is fetched that a stranger names.
    if (sent.media_url !== '') await reports.act(report.id, { act: 'note', text: sent.media_url.slice(0, 2000) }, null);
    const detail = { id: report.id, number: report.number };
    await access.audit.append({ actor, action: 'report.posted', detail });
    const created = {
      service_request_id: String(report.number),
      service_notice: `Mã theo dõi / Tracking code: ${report.code}`,
      account_id: null,
    };
    return listOf('service_requests', 'request', [created], 201);
  }

  function range(query: Query, from: string, to: string): { fromMs?: number; toMs?: number } {
    const read = (name: string): number | undefined => {
      const text = query[name] ?? '';
      if (text === '') return undefined;
      const ms = readTime(text);
      if (ms === null) throw new Fault('invalid', 'open311.time', `${name} is no time of W3C form with its zone`);
      return ms;
    };
    const [fromMs, toMs] = [read(from), read(to)];
    if (fromMs === undefined && toMs === undefined) return {};
    const end = toMs ?? Math.min(now(), (fromMs ?? 0) + RANGE_MS);
    const begin = fromMs ?? end - RANGE_MS;
    if (end < begin || end - begin > RANGE_MS) {
      throw new Fault('invalid', 'open311.range', `${from} and ${to} may be at most 90 days apart`);
    }
    return { fromMs: begin, toMs: end };
  }

  async function list(call: Asked): Promise<Answer> {
    const { query } = call;
    const numbers = wordsOf(query.service_request_id).map(Number);
    const answer = (found: readonly PublishedReport[]): Answer =>
      listOf(
        'service_requests',
        'request',
        found.map((report) => requestFields(report, query)),
      );
    // "This overrides all other arguments."
    if (numbers.length > 0) return answer(await published.list({ numbers: numbers.slice(0, 50), limit: 50 }));
    const statuses = wordsOf(query.status);
    if (statuses.some((status) => status !== 'open' && status !== 'closed')) {
      throw new Fault('invalid', 'open311.status', 'status is open or closed');
    }
    const [status] = new Set(statuses).size === 1 ? statuses : [];
    const services = wordsOf(query.service_code);
    const received = range(query, 'start_date', 'end_date');
    const updated = range(query, 'updated_after', 'updated_before');
    const recent = received.fromMs === undefined && updated.fromMs === undefined ? { fromMs: now() - RANGE_MS } : {};
    const found = await published.list({
      ...{ limit: MOST_REQUESTS, ...recent, ...received },
      ...(services.length === 0 ? {} : { services: services.slice(0, 100) }),
      ...(status === 'open' || status === 'closed' ? { status } : {}),
      ...(updated.fromMs === undefined ? {} : { updatedFromMs: updated.fromMs }),
      ...(updated.toMs === undefined ? {} : { updatedToMs: updated.toMs }),
    });
    return answer(found);
  }

  async function discovery(): Promise<Answer> {
    const url = `${deps.consoleUrl()}${ROOT}`;
    const changeset = writeTime(0, 'UTC');
    const endpoint = { specification: SPECIFICATION, url, changeset, type: 'production' };
    const formats = Object.values(TYPES);
    const head = { changeset, contact: deps.consoleUrl(), key_service: deps.consoleUrl() };
    return {
      write: (format) =>
        writeOne(
          format,
          'discovery',
          { ...head, endpoints: [{ ...endpoint, formats }] },
          { ...head, endpoints: { endpoint: { ...endpoint, formats: { format: formats } } } },
        ),
    };
  }

  return [
    route(`GET ${ROOT}/discovery.:format`, discovery),
    route(`GET ${ROOT}/services.:format`, async ({ query }) =>
      listOf(
        'services',
        'service',
        reportServices
          .list()
          .filter(({ enabled }) => enabled)
          .map((service) => serviceFields(service, query)),
      ),
    ),
    route(`GET ${ROOT}/services/:code.:format`, async ({ params }) => {
      const service = reportServices.find(params.code ?? '');
      if (service === undefined) throw new Fault('notFound', 'open311.service', 'service_code was not found');
      const fields = { service_code: service.code, attributes: [] };
      return {
        write: (format) => writeOne(format, 'service_definition', fields, { ...fields, attributes: '' }),
      };
    }),
    route(`GET ${ROOT}/requests.:format`, list),
    route(`POST ${ROOT}/requests.:format`, post, 'application/x-www-form-urlencoded'),
    route(`GET ${ROOT}/requests/:number.:format`, async ({ params, query }) => {
      const report = await published.find(Number(params.number));
      if (report === undefined) throw new Fault('notFound', 'open311.request', 'service_request_id was not found');
      return listOf('service_requests', 'request', [requestFields(report, query)]);
    }),
    route(`GET ${ROOT}/tokens/:token.:format`, async ({ params, client }) => {
      deps.portal.limits.take('look', client.address);
      const number = await numberOf(params.token ?? '', client.address);
      return listOf('service_requests', 'request', [{ service_request_id: number, token: params.token ?? '' }]);
    }),
    route(`GET ${ROOT}/servicerequestupdates.:format`, async ({ query }) => {
      const { fromMs = now() - RANGE_MS, toMs = now() } = range(query, 'start_date', 'end_date');
      const updates = await published.updates(fromMs, toMs, MOST_REQUESTS);
      return listOf(
        'service_request_updates',
        'request_update',
        updates.map(({ id, number, state, timeMs, text }) => ({
          update_id: id,
          service_request_id: String(number),
          status: REPORT_OVER.includes(state) ? 'closed' : 'open',
          updated_datetime: time(timeMs),
          description: text || null,
          extended_attributes: { detailed_status: state },
        })),
      );
    }),
  ];

  /** Every service answers at once, so the only tokens are tracking codes. */
  async function numberOf(token: string, address: string): Promise<string> {
    const number = await published.numberOf(token);
    if (number === undefined) {
      deps.portal.limits.take('miss', address);
      throw new Fault('notFound', 'open311.token', 'token was not found');
    }
    return String(number);
  }
}

/** Of a name that is given twice, the last; parameters of others are not ours to refuse. */
const queryFields = z.record(z.string(), z.unknown()).transform((raw) => {
  const last = (value: unknown): unknown => (Array.isArray(value) ? value.at(-1) : value);
  return Object.fromEntries(
    Object.entries(raw).flatMap(([name, value]) => {
      const one = last(value);
      return typeof one === 'string' ? [[name, one.slice(0, 2000)] as const] : [];
    }),
  );
});

const text = z.string().trim().default('');
const degrees = (most: number) =>
  text.transform((value, context) => {
    if (value === '') return null;
    const degree = Number(value);
    if (Number.isFinite(degree) && Math.abs(degree) <= most) return degree;
    context.addIssue({ code: 'custom', message: 'not a place on earth' });
    return z.NEVER;
  });
const postSchema = z.object({
  service_code: text,
  description: text,
  lat: degrees(90),
  long: degrees(180),
  address_string: text,
  address_id: text,
  email: text,
  first_name: text,
  last_name: text,
  phone: text,
  media_url: text,
});

function wordsOf(list: string | undefined): readonly string[] {
  return (list ?? '').split(',').flatMap((word) => word.trim() || []);
}
