import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { decode } from '../decode.ts';
import { MOST_DEPTH, Refusal } from '../raw-row.ts';

/** XML as it comes from outside: no DOCTYPE, no entities of its own, bounded in depth. */

/** Feeds nest deeper than rows: extensions in extensions. */
const MOST_ELEMENTS_DEEP = MOST_DEPTH * 4;

/** The text of an XML document that is safe to parse, and whole. */
export function safeXml(bytes: Uint8Array): { text: string; encoding: string } {
  const { text: decoded, encoding } = decodeXml(bytes);
  const text = decoded.replace(/^\ufeff/, '').trim();
  if (text === '') throw new Refusal('empty');
  if (/^(<!doctype html|<html)/i.test(text.slice(0, 200))) throw new Refusal('html');
  if (!text.startsWith('<')) throw new Refusal('notXml');
  // Whatever they mean: no document of ours needs them, and bombs are made of them.
  if (/<!(DOCTYPE|ENTITY)/i.test(text)) throw new Refusal('entities');
  checkDepth(text);
  const valid = XMLValidator.validate(text, { allowBooleanAttributes: true });
  if (valid !== true) throw new Refusal('notXml', valid.err.msg, valid.err.line);
  return { text, encoding };
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
    .replace(/&nbsp;/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;|&apos;/g, "'")
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim();
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
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
