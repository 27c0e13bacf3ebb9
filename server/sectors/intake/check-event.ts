import { createHash } from 'node:crypto';
import type { EventRow } from '#contracts/feeds';
import { areaOf, blame, type CheckContext, CLOCK_AHEAD_MS, type Notes, textOf } from './check.ts';
import type { MappedCell, MappedRow } from './mapping.ts';
import { momentOf } from './moments.ts';
import { readNumber } from './numbers.ts';

/** An event that has passed every check. */
export interface NewFeedEvent {
  readonly id: string;
  /** Empty only where `over` is all that is said. */
  readonly type: string;
  /** As `type`. */
  readonly title: string;
  readonly detail: string;
  readonly severity: EventRow['severity'];
  readonly timeMs: number;
  readonly areaCode: string | null;
  readonly place: { readonly latitude: number; readonly longitude: number; readonly name: string } | null;
  readonly link: string | null;
  readonly over: boolean;
  readonly row: number;
  /** Of all that it says: the same again is a duplicate. */
  readonly hash: string;
}

const SEVERITIES = ['minor', 'moderate', 'severe', 'extreme'] as const;

export function createEventCheck(context: CheckContext) {
  const { feed, places, nowMs } = context;
  const types = new Set(context.catalogue.sector(feed.sector)?.eventTypes.map(({ key }) => key));
  /** Items of RSS need neither a date nor a place; without a date it is the moment at which they were first seen. */
  const isPress = feed.format === 'feed';
  const hasMap = places.area(places.rootArea())?.bounds != null;

  function words(notes: Notes, cell: MappedCell | undefined, field: string, most: number, needed: boolean): string {
    const text = textOf(cell);
    if (text === '' && needed) blame(notes, cell, 'fieldMissing', field);
    if (text.length > most) blame(notes, cell, 'tooLong', String(most));
    return text;
  }

  function placeOf(notes: Notes, row: MappedRow): NewFeedEvent['place'] {
    const [north, east] = [row.fields.get('latitude'), row.fields.get('longitude')];
    if (textOf(north) === '' && textOf(east) === '') return null;
    const degrees = [north, east].map((cell, at) => {
      // A comma in a coordinate is always a decimal mark: nobody groups degrees.
      const raw = typeof cell?.cell === 'string' ? cell.cell.replace(',', '.') : (cell?.cell ?? null);
      const read = readNumber(raw, 'point', false);
      if ('fault' in read) return blame(notes, cell, 'notANumber', textOf(cell));
      const most = at === 0 ? 90 : 180;
      if (Math.abs(read.value) > most) return blame(notes, cell, 'outOfRange', `±${most}`);
      return read.value;
    });
    const [latitude, longitude] = degrees;
    if (latitude === undefined || longitude === undefined) return null;
    if (hasMap && places.areaAt({ latitude, longitude }) === null) {
      // The press writes about other places too; where that is, is no mistake.
      if (isPress) return null;
      blame(notes, north, 'outsideProvince', `${latitude}, ${longitude}`);
      return null;
    }
    return { latitude, longitude, name: words(notes, row.fields.get('place'), 'place', 200, false) };
  }

  function linkOf(notes: Notes, cell: MappedCell | undefined): string | null {
    const text = words(notes, cell, 'link', 2000, false);
    if (text === '') return null;
    // What would run in the reader's browser is no link.
    if (/^https?:\/\//i.test(text) && URL.canParse(text)) return text;
    blame(notes, cell, 'unreadable', 'http://, https://');
    return null;
  }

  function timeOf(notes: Notes, cell: MappedCell | undefined, needed: boolean): number | undefined {
    const text = textOf(cell);
    if (text === '') return needed ? blame(notes, cell, 'fieldMissing', 'time') : nowMs;
    const timeMs = momentOf(text, context.dates, places.timeZone);
    if (timeMs === undefined) return blame(notes, cell, 'notADate', text);
    return timeMs > nowMs + CLOCK_AHEAD_MS ? blame(notes, cell, 'future', text) : timeMs;
  }

  return (row: MappedRow, rowNumber: number, notes: Notes): NewFeedEvent | null => {
    const { fields } = row;
    const stateWord = textOf(fields.get('state')) || 'open';
    const over = stateWord === 'over';
    // What it was has been told already: a Cancel of CAP need not have any <info>.
    const type = words(notes, fields.get('type'), 'type', 64, !over);
    if (type !== '' && !types.has(type)) blame(notes, fields.get('type'), 'unknownType', type);
    const id = words(notes, fields.get('id'), 'id', 200, true);
    const title = words(notes, fields.get('title'), 'title', 300, !over);
    const detail = words(notes, fields.get('detail'), 'detail', 4000, false);
    const severityWord = textOf(fields.get('severity')).toLowerCase();
    const severity = SEVERITIES.find((one) => one === severityWord) ?? null;
    if (severity === null && severityWord !== '' && severityWord !== 'unknown') {
      blame(notes, fields.get('severity'), 'unreadable', severityWord);
    }
    const timeMs = timeOf(notes, fields.get('time'), !isPress && !over);
    const place = placeOf(notes, row);
    const areaCell = fields.get('area');
    const named = textOf(areaCell) === '' ? null : (areaOf(context, notes, areaCell, timeMs ?? nowMs) ?? null);
    const areaCode = named ?? (place === null ? null : places.areaAt(place));
    const link = linkOf(notes, fields.get('link'));
    if (stateWord !== 'open' && !over) blame(notes, fields.get('state'), 'unreadable', stateWord);
    if (notes.faults.length > 0 || timeMs === undefined) return null;
    const event = { id, type, title, detail, severity, timeMs, areaCode, place, link, over };
    // A moment of ours is not what they said: the same item seen again would be another.
    const said = textOf(fields.get('time')) === '' ? { ...event, timeMs: null } : event;
    const hash = createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 32);
    return { ...event, row: rowNumber, hash };
  };
}
