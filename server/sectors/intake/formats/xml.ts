import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { decode } from '../decode.ts';
import { MOST_DEPTH, Refusal } from '../raw-row.ts';

/** XML as it comes from outside: no DOCTYPE, no entities of its own, bounded in depth. */

/** Feeds nest deeper than rows: extensions in extensions. */
const MOST_ELEMENTS_DEEP = MOST_DEPTH * 4;

/**
 * The text of an XML document that is safe to parse, and whole. `lenient`: signs that stand for themselves, and names that
 * only HTML knows, become text; what people write into feeds.
 */
export function safeXml(bytes: Uint8Array, lenient = false): { text: string; encoding: string } {
  const { text: decoded, encoding } = decodeXml(bytes);
  const whole = decoded.replace(/^\ufeff/, '').trim();
  if (whole === '') throw new Refusal('empty');
  if (!whole.startsWith('<')) throw new Refusal('notXml');
  const bare = withoutDoctype(whole);
  checkDepth(bare);
  const text = lenient ? mendAmpersands(bare) : bare;
  const valid = XMLValidator.validate(text, { allowBooleanAttributes: true });
  if (valid !== true) throw new Refusal('notXml', valid.err.msg, valid.err.line);
  return { text, encoding };
}

/** One that only names a grammar is left out, as RSS 0.91 has it: nobody fetches that. Bombs need one with a subset. */
function withoutDoctype(text: string): string {
  let at = 0;
  for (;;) {
    while (/\s/.test(text[at] ?? '')) at += 1;
    const close = text.startsWith('<?', at) ? '?>' : text.startsWith('<!--', at) ? '-->' : undefined;
    if (close === undefined) break;
    const end = text.indexOf(close, at);
    if (end < 0) throw new Refusal('notXml', `${close} is missing`);
    at = end + close.length;
  }
  const head = text.slice(at, at + 2000);
  if (/^(<!doctype html|<html)/i.test(head)) throw new Refusal('html');
  const [doctype] = /^<!doctype[^[\]<>]*>/i.exec(head) ?? [];
  return doctype === undefined ? text : text.slice(0, at) + text.slice(at + doctype.length);
}

/** All but the five of XML, and numbers. */
const LOOSE = /&(?!(?:#\d{1,7}|#x[\da-f]{1,6}|amp|lt|gt|quot|apos);)/gi;

/** More of them than any page has: each costs as much as many letters. */
const MOST_LOOSE = 100_000;

function mendAmpersands(text: string): string {
  const parts: string[] = [];
  let loose = 0;
  function mend(part: string): string {
    // Counted one by one: a replacement would gather all of them before it begins.
    LOOSE.lastIndex = 0;
    const before = loose;
    while (LOOSE.exec(part) !== null) {
      loose += 1;
      if (loose > MOST_LOOSE) throw new Refusal('notXml', `more than ${MOST_LOOSE} loose &`);
    }
    return loose === before ? part : part.replace(LOOSE, '&amp;');
  }
  const opener = /<!--|<!\[CDATA\[/g;
  let from = 0;
  for (let found = opener.exec(text); found !== null; found = opener.exec(text)) {
    parts.push(mend(text.slice(from, found.index)));
    const close = found[0] === '<!--' ? '-->' : ']]>';
    const end = text.indexOf(close, found.index + found[0].length);
    from = end < 0 ? text.length : end + close.length;
    parts.push(text.slice(found.index, from));
    opener.lastIndex = from;
  }
  return [...parts, mend(text.slice(from))].join('');
}

/** The encoding that the document names, unless its bytes say something else. */
function decodeXml(bytes: Uint8Array): { text: string; encoding: string } {
  const head = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
  const [, named] = /<\?xml[^>]*encoding=["']([\w-]{2,40})["']/i.exec(head) ?? [];
  const found = decode(bytes);
  if (named === undefined || /^utf-?8$/i.test(named) || found.encoding === 'utf-16') return found;
  try {
    return { text: new TextDecoder(named).decode(bytes).normalize('NFC'), encoding: named.toLowerCase() };
  } catch {
    return found;
  }
}

const BRACKETS = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
] as const;

/** Goes over it once: an expression would look for the end of each opener that has none, and for a million of them. */
function checkDepth(text: string): void {
  let depth = 0;
  for (let at = text.indexOf('<'); at >= 0; ) {
    const [open, close] = BRACKETS.find(([opener]) => text.startsWith(opener, at)) ?? ['<', '>'];
    // Whatever they mean: no document of ours needs them, and bombs are made of them.
    if (open === '<' && /^<!(DOCTYPE|ENTITY)/i.test(text.slice(at, at + 10))) throw new Refusal('entities');
    const end = text.indexOf(close, at + open.length);
    if (end < 0) throw new Refusal('notXml', `${close} is missing`);
    const first = text[at + 1];
    if (first !== '!' && first !== '?' && text[end - 1] !== '/') depth += first === '/' ? -1 : 1;
    if (depth > MOST_ELEMENTS_DEEP) throw new Refusal('tooDeep', String(MOST_ELEMENTS_DEEP));
    at = text.indexOf('<', end + close.length);
  }
}

/** `lists`: elements that are lists also where there is one of them. Prefixes are left out, all values are text. */
export function parseXml(text: string, lists: readonly string[]): unknown {
  const parser = new XMLParser({
    ignoreAttributes: true,
    removeNSPrefix: true,
    parseTagValue: false,
    trimValues: true,
    processEntities: true,
    htmlEntities: false,
    isArray: (name) => lists.includes(name),
  });
  try {
    return parser.parse(text);
  } catch (error) {
    throw new Refusal('notXml', error instanceof Error ? error.message : '');
  }
}

/** Text of HTML, for a short extract; whatever is left of a tag is text and shown as such. */
export function plainText(html: string, most: number): string {
  const text = withoutScripts(html.slice(0, 100_000))
    .replace(/<[^<>]*>/g, ' ')
    .replace(/&(#\d{1,7}|#x[\da-f]{1,6}|[a-z]{2,8});/gi, (entity, name: string) => characterOf(name) ?? entity)
    .replace(/\s+/g, ' ')
    .trim();
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

/** What editors write for Vietnamese and English; of letters the sign above them says which. */
const SIGNS: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', ensp: ' ', emsp: ' ', thinsp: ' ', shy: '' },
  ...{ ndash: '–', mdash: '—', hellip: '…', bull: '•', middot: '·', lsquo: '‘', rsquo: '’', sbquo: '‚' },
  ...{ ldquo: '“', rdquo: '”', bdquo: '„', laquo: '«', raquo: '»', deg: '°', times: '×', plusmn: '±', euro: '€' },
  ...{
    copy: '©',
    reg: '®',
    trade: '™',
    sup2: '²',
    sup3: '³',
    frac12: '½',
    ETH: 'Đ',
    eth: 'đ',
    dstrok: 'đ',
    Dstrok: 'Đ',
  },
  ...{ rarr: '→', larr: '←', le: '≤', ge: '≥', ne: '≠', sect: '§', para: '¶', zwj: '', zwnj: '' },
};
const MARKS: Readonly<Record<string, string>> = {
  ...{
    grave: '\u0300',
    acute: '\u0301',
    circ: '\u0302',
    tilde: '\u0303',
    uml: '\u0308',
    ring: '\u030a',
    cedil: '\u0327',
  },
  ...{ breve: '\u0306', caron: '\u030c', horn: '\u031b' },
};

function characterOf(name: string): string | undefined {
  if (name.startsWith('#')) {
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    const isCharacter = code >= 32 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    return isCharacter ? String.fromCodePoint(code) : ' ';
  }
  const sign = SIGNS[name];
  if (sign !== undefined) return sign;
  const mark = MARKS[name.slice(1)];
  return mark === undefined ? undefined : `${name[0]}${mark}`.normalize('NFC');
}

/** One that is not closed goes to the end. */
function withoutScripts(html: string): string {
  const parts: string[] = [];
  const opener = /<(script|style)\b/gi;
  let from = 0;
  for (let found = opener.exec(html); found !== null; found = opener.exec(html)) {
    parts.push(html.slice(from, found.index));
    const closer = found[1]?.toLowerCase() === 'style' ? /<\/style>/gi : /<\/script>/gi;
    closer.lastIndex = found.index;
    if (closer.exec(html) === null) return parts.join(' ');
    from = closer.lastIndex;
    opener.lastIndex = from;
  }
  return [...parts, html.slice(from)].join(' ');
}
