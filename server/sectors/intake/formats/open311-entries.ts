/**
 * What servers make of the lists of Open311 GeoReport v2, told apart from who asks: the specification maps its XML to
 * JSON by hand, and each city does it in its own way. Of parsed XML or JSON.
 */

/** The names under which a list of requests stands; FixMyStreet of old calls it `requests`. */
export const REQUEST_LISTS = ['service_requests', 'requests'] as const;
/** What says of an object that it is an entry by itself. */
const ALONE = ['service_request_id', 'token', 'service_code'];
/** Lists within names within lists. */
const MOST_DEPTH = 4;

/**
 * The entries of a list, bare, or below one of `roots`, or below the only list that there is, each wrapped in `item` or
 * not; `undefined` where there is none.
 */
export function entriesIn(parsed: unknown, roots: readonly string[], item: string): readonly unknown[] | undefined {
  if (Array.isArray(parsed)) return unwrapped(parsed, item);
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const members = Object.entries(parsed);
  const named = members.find(([name]) => roots.includes(name));
  if (named === undefined && ALONE.some((name) => Object.hasOwn(parsed, name))) return [parsed];
  if (named !== undefined) return unwrapped(named[1], item);
  const lists = members.filter(([name, value]) => Array.isArray(value) && !/^errors?$/i.test(name));
  return lists.length === 1 ? unwrapped(lists[0]?.[1], item) : undefined;
}

function unwrapped(value: unknown, item: string): readonly unknown[] {
  if (value === null || value === undefined || value === '') return [];
  if (Array.isArray(value))
    return value.flatMap((one: unknown) => (isWrapper(one, item) ? unwrapped(one, item) : [one]));
  const inner = fieldOf(value, item);
  return inner === undefined || inner === null || inner === '' ? [] : Array.isArray(inner) ? inner : [inner];
}

/** `{ request: […] }` and nothing beside it. */
function isWrapper(value: unknown, item: string): boolean {
  return fieldOf(value, item) !== undefined && typeof value === 'object' && Object.keys(value ?? {}).length === 1;
}

export function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}

/** As a word: some servers write numbers, put each value into a list of one, or several below names of their own. */
export function wordOf(value: unknown, depth = 0): string {
  if (typeof value === 'string') return value.trim();
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'object' || value === null || depth > MOST_DEPTH) return '';
  return Object.values(value)
    .map((one) => wordOf(one, depth + 1))
    .filter((word) => word !== '')
    .join(', ');
}

/** Where both are zero nobody has stood: servers without a place write that. */
export function isNowhere(latitude: string, longitude: string): boolean {
  return latitude !== '' && longitude !== '' && Number(latitude) === 0 && Number(longitude) === 0;
}
