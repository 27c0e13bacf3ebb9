import type { Severity } from '#contracts/events';

/** What messages of the Common Alerting Protocol 1.2 (OASIS; ITU-T X.1303) have in common, as text. */

export const CAP_TYPE = 'application/cap+xml; charset=utf-8';
export const ATOM_TYPE = 'application/atom+xml; charset=utf-8';
export const CAP_NAMESPACE = 'urn:oasis:names:tc:emergency:cap:1.2';
export const CAP_SEVERITIES: Readonly<Record<Severity, string>> = {
  unknown: 'Unknown',
  minor: 'Minor',
  moderate: 'Moderate',
  severe: 'Severe',
  extreme: 'Extreme',
};

const VIETNAM_MS = 7 * 3_600_000;

/** §3.2.1: no spaces, commas, < and & in what names a sender or a message. */
export function plain(text: string): string {
  return text.replace(/[\s,<&]/g, '-') || 'tamnhin';
}

/** With an offset and without parts of a second, as §3.3.2 wants it. Vietnam has one time all year. */
export function capTime(ms: number): string {
  return `${new Date(ms + VIETNAM_MS).toISOString().slice(0, 19)}+07:00`;
}

/** `latitude,longitude`, WGS 84, as §3.3 writes them: never with an exponent; the sixth decimal is a hand's breadth. */
export function capPoint(latitude: number, longitude: number): string {
  return `${Number(latitude.toFixed(6))},${Number(longitude.toFixed(6))}`;
}

/** At most so many characters, and none of them cut in two. */
export function clipped(text: string, most: number): string {
  return text.length <= most ? text : [...text].slice(0, most).join('');
}

export function element(name: string, text: string): string {
  return `<${name}>${inXml(text)}</${name}>`;
}

export function inXml(text: string): string {
  return (
    text
      // What XML 1.0 has no place for, not even escaped.
      .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  );
}
