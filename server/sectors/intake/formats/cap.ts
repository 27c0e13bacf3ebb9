import { z } from 'zod';
import { type Cell, type RawRow, Refusal } from '../raw-row.ts';
import type { Format } from './format.ts';
import { parseXml, plainText, safeXml } from './xml.ts';

/**
 * CAP 1.2 (OASIS): one alert, or several in a list of any name. An Update or Cancel speaks of the alert that it
 * references (§3.2.1), so it has that one's id; drills and tests are no events.
 */
const text = z.string().nullish().catch(null);
const areaSchema = z.looseObject({
  areaDesc: text,
  polygon: z.array(z.string()).nullish().catch(null),
  circle: z.array(z.string()).nullish().catch(null),
});
const infoSchema = z.looseObject({
  language: text,
  event: text,
  headline: text,
  description: text,
  instruction: text,
  severity: text,
  effective: text,
  onset: text,
  expires: text,
  web: text,
  area: z.array(areaSchema).nullish().catch(null),
});
const alertSchema = z.looseObject({
  identifier: text,
  sender: text,
  sent: text,
  status: text,
  msgType: text,
  references: text,
  info: z.array(infoSchema).nullish().catch(null),
});
type Alert = z.output<typeof alertSchema>;

export const cap: Format = {
  format: 'cap',
  types: ['application/cap+xml'],
  async read(bytes, _mapping, { mostRows }) {
    const { text: xml, encoding } = safeXml(bytes);
    const alerts = alertsIn(parseXml(xml, ['alert', 'info', 'area', 'polygon', 'circle']), 0);
    if (alerts.length === 0) throw new Refusal('notThisFormat', 'CAP 1.2');
    if (alerts.length > mostRows) throw new Refusal('tooManyRows', String(mostRows));
    const rows = alerts.map((alert, at) => rowOf(alert, at + 1));
    const columns = [...(rows[0]?.cells.keys() ?? [])];
    return { columns, rows, encoding, delimiter: null, repairs: [], foreignColumns: true };
  },
};

function alertsIn(node: unknown, depth: number): Alert[] {
  const alerts: Alert[] = [];
  if (typeof node !== 'object' || node === null || depth > 6) return alerts;
  for (const [name, value] of Object.entries(node)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      const alert = name === 'alert' ? alertSchema.safeParse(one).data : undefined;
      if (alert === undefined) alerts.push(...alertsIn(one, depth + 1));
      else alerts.push(alert);
    }
  }
  return alerts;
}

function rowOf(alert: Alert, row: number): RawRow {
  const infos = alert.info ?? [];
  const info = infos.find(({ language }) => language?.toLowerCase().startsWith('vi')) ?? infos[0];
  const places = info?.area ?? [];
  const point = pointOf(places);
  const title = info?.headline ?? info?.event ?? '';
  const severity = info?.severity?.toLowerCase() ?? null;
  // sender,identifier,sent of the first alert that is meant.
  const meant = alert.references?.trim().split(/\s+/)[0]?.split(',')[1];
  const cells = new Map<string, Cell>([
    ['id', (alert.msgType === 'Alert' ? null : meant) ?? alert.identifier ?? null],
    ['title', plainText(title, 300)],
    ['detail', plainText([info?.description, info?.instruction].filter((one) => one != null).join(' '), 4000)],
    ['severity', severity === 'unknown' ? null : severity],
    ['time', timeOf(alert.sent, info?.onset ?? info?.effective)],
    ['place', plainText(places.map(({ areaDesc }) => areaDesc ?? '').join(', '), 200)],
    ['latitude', point?.latitude ?? null],
    ['longitude', point?.longitude ?? null],
    ['link', info?.web ?? null],
    ['state', alert.msgType === 'Cancel' ? 'over' : 'open'],
    ['event', info?.event ?? null],
    ['status', null],
  ]);
  const sent = JSON.stringify({ ...Object.fromEntries(cells), msgType: alert.msgType, status: alert.status });
  const actual =
    alert.status === 'Actual' &&
    (alert.msgType === 'Alert' || alert.msgType === 'Update' || alert.msgType === 'Cancel');
  const detail = `${alert.status ?? '?'} ${alert.msgType ?? '?'}`;
  return { row, line: null, cells, sent, fault: actual ? null : { column: 'status', code: 'notOfFeed', detail } };
}

/** Since when it holds; a forecast of what is still to come is an event from when it was sent. */
function timeOf(sent: string | null | undefined, begins: string | null | undefined): string | null {
  if (sent == null || begins == null) return begins ?? sent ?? null;
  return Date.parse(begins) <= Date.parse(sent) ? begins : sent;
}

/** Middle of the first shape. */
function pointOf(areas: readonly z.output<typeof areaSchema>[]): { latitude: number; longitude: number } | null {
  for (const { polygon, circle } of areas) {
    const [centre] = circle?.[0]?.trim().split(/\s+/) ?? [];
    const corners = (centre === undefined ? (polygon?.[0]?.trim().split(/\s+/) ?? []) : [centre]).map((pair) =>
      pair.split(',').map(Number),
    );
    // A polygon ends where it began; that corner counts once.
    const ring = corners.length > 3 ? corners.slice(0, -1) : corners;
    const sums = ring.reduce<[number, number]>(
      ([north, east], [latitude = Number.NaN, longitude = Number.NaN]) => [north + latitude, east + longitude],
      [0, 0],
    );
    const [latitude, longitude] = [sums[0] / ring.length, sums[1] / ring.length];
    if (Number.isFinite(latitude) && Number.isFinite(longitude)) return { latitude, longitude };
  }
  return null;
}
