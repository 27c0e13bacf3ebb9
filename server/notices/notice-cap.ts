import { CAP_NAMESPACE, CAP_SEVERITIES, capPoint, capTime, element, inXml, plain } from '#base/cap-xml';
import type { NoticeCategory, NoticeContent } from '#contracts/notices';
import type { NoticeMessage, PublicNotice } from './notices.ts';

/** What is told to the public, as CAP 1.2 and as an Atom feed: a change names what it changes, a withdrawal all of it. */
export interface NoticeAddresses {
  /** CAP `sender`: known by this name to who gets it. */
  readonly sender: string;
  /** Who speaks, in words. */
  readonly senderName: string;
  /** The province is one of a demonstration: no program may take its notices for real ones. */
  readonly isInvented: boolean;
  /** Of this server, without a slash at the end. */
  readonly url: string;
}

const HOUR_MS = 3_600_000;
const INVENTED = 'dữ liệu mô phỏng';
const CATEGORIES: Readonly<Record<NoticeCategory, string>> = {
  ...{ safety: 'Safety', security: 'Security', fire: 'Fire', met: 'Met', geo: 'Geo', health: 'Health' },
  ...{ transport: 'Transport', env: 'Env', infra: 'Infra', rescue: 'Rescue', other: 'Other' },
};

/** One of the notice's messages. */
export function noticeCap(
  notice: PublicNotice,
  message: NoticeMessage,
  { sender, senderName, isInvented, url }: NoticeAddresses,
): string {
  const from = plain(sender);
  const named = ({ sequence }: Pick<NoticeMessage, 'sequence'>): string => plain(`${notice.id}.${sequence}`);
  const before = notice.messages.filter(({ sequence }) => sequence < message.sequence);
  const { content, kind } = message;
  const note = [isInvented ? INVENTED : '', message.note].filter((part) => part !== '').join('; ');
  const english = content.titleEn === '' ? [] : [infoOf('en', content.titleEn, content.textEn, '')];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<alert xmlns="${CAP_NAMESPACE}">`,
    element('identifier', named(message)),
    element('sender', from),
    element('sent', capTime(message.sentMs)),
    element('status', isInvented ? 'Exercise' : 'Actual'),
    element('msgType', { alert: 'Alert', update: 'Update', cancel: 'Cancel' }[kind]),
    element('scope', 'Public'),
    ...(note === '' ? [] : [element('note', note)]),
    ...(before.length === 0
      ? []
      : [element('references', before.map((one) => `${from},${named(one)},${capTime(one.sentMs)}`).join(' '))]),
    infoOf('vi-VN', content.title, content.text, content.instruction),
    ...english,
    '</alert>',
    '',
  ].join('\n');

  function infoOf(language: string, title: string, text: string, instruction: string): string {
    return [
      '<info>',
      element('language', language),
      element('category', CATEGORIES[content.category]),
      element('event', title),
      // A notice is taken back for many reasons: nobody has said that the danger is over.
      ...(kind === 'cancel' ? [] : [element('responseType', 'Monitor')]),
      element('urgency', kind === 'cancel' ? 'Past' : capital(content.urgency)),
      element('severity', CAP_SEVERITIES[content.severity]),
      element('certainty', capital(content.certainty)),
      element('effective', capTime(message.sentMs)),
      element('onset', capTime(content.fromMs)),
      element('expires', capTime(kind === 'cancel' ? message.sentMs + HOUR_MS : content.untilMs)),
      element('senderName', senderName),
      element('headline', title),
      element('description', text),
      ...(instruction === '' ? [] : [element('instruction', instruction)]),
      element('web', `${url}/open/notices/${encodeURIComponent(notice.id)}.cap`),
      ...areaOf(content),
      '</info>',
    ].join('\n');
  }
}

function areaOf({ areaName, areaCode, circle }: NoticeContent): readonly string[] {
  return [
    '<area>',
    element('areaDesc', areaName),
    ...(circle === null
      ? []
      : [element('circle', `${capPoint(circle.latitude, circle.longitude)} ${Math.round(circle.metres) / 1000}`)]),
    // Codes of Decision 19/2025/QĐ-TTg.
    ...(areaCode === null
      ? []
      : ['<geocode>', element('valueName', 'VN-DVHC'), element('value', areaCode), '</geocode>']),
    '</area>',
  ];
}

/** The notices that hold, and those that ended a short while ago: who polls sees by `updated` what to fetch. */
export function noticeFeed(
  notices: readonly PublicNotice[],
  { senderName, isInvented, url, nowMs }: NoticeAddresses & { readonly nowMs: number },
): string {
  const changedMs = notices.reduce((newest, notice) => Math.max(newest, notice.changedMs), 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="vi">',
    element('id', `${url}/open/notices.atom`),
    element('title', isInvented ? `Thông báo công khai (${INVENTED})` : 'Thông báo công khai'),
    element('updated', new Date(changedMs === 0 ? nowMs : changedMs).toISOString()),
    `<author>${element('name', senderName)}</author>`,
    `<link rel="self" type="application/atom+xml" href="${inXml(`${url}/open/notices.atom`)}"/>`,
    ...notices.flatMap(entryOf),
    '</feed>',
    '',
  ].join('\n');

  function entryOf({ id, state, changedMs, messages }: PublicNotice): readonly string[] {
    const [first] = messages;
    const last = messages.at(-1);
    if (first === undefined || last === undefined) return [];
    const { content, note } = last;
    const mark = state === 'withdrawn' ? 'Đã rút: ' : state === 'over' ? 'Đã hết hiệu lực: ' : '';
    return [
      '<entry>',
      element('id', `urn:tamnhin:notice:${plain(id)}`),
      element('title', `${mark}${content.title}`),
      element('updated', new Date(changedMs).toISOString()),
      element('published', new Date(first.sentMs).toISOString()),
      element('summary', [note, content.text, content.instruction].filter((text) => text !== '').join('\n')),
      `<category term="${inXml(content.severity)}"/>`,
      `<link rel="alternate" type="application/cap+xml" href="${inXml(`${url}/open/notices/${encodeURIComponent(id)}.cap`)}"/>`,
      '</entry>',
    ];
  }
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
