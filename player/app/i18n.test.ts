import { describe, expect, it } from 'vitest';
import { adminEn } from '../admin/text/en.ts';
import { adminVi } from '../admin/text/vi.ts';
import { faultsEn } from '../api/text/en.ts';
import { faultsVi } from '../api/text/vi.ts';
import { eventsEn } from '../events/text/en.ts';
import { eventsVi } from '../events/text/vi.ts';
import { feedsEn } from '../feeds/text/en.ts';
import { feedsVi } from '../feeds/text/vi.ts';
import { liveEn } from '../live/text/en.ts';
import { liveVi } from '../live/text/vi.ts';
import { playbackEn } from '../playback/text/en.ts';
import { playbackVi } from '../playback/text/vi.ts';
import { reportsEn } from '../reports/text/en.ts';
import { reportsVi } from '../reports/text/vi.ts';
import { sectorsEn } from '../sectors/text/en.ts';
import { sectorsVi } from '../sectors/text/vi.ts';
import { firstLanguage } from './i18n.ts';
import { appEn } from './text/en.ts';
import { appVi } from './text/vi.ts';

interface Texts {
  readonly [key: string]: string | Texts;
}

const flat = (texts: Texts, prefix = ''): [string, string][] =>
  Object.entries(texts).flatMap(([key, text]) =>
    typeof text === 'string' ? [[prefix + key, text]] : flat(text, `${prefix}${key}.`),
  );
const holes = (text: string): string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name ?? '').sort();

const NAMESPACES: readonly [string, Texts, Texts][] = [
  ['app', appVi, appEn],
  ['live', liveVi, liveEn],
  ['playback', playbackVi, playbackEn],
  ['admin', adminVi, adminEn],
  ['events', eventsVi, eventsEn],
  ['faults', faultsVi, faultsEn],
  ['reports', reportsVi, reportsEn],
  ['sectors', sectorsVi, sectorsEn],
  ['feeds', feedsVi, feedsEn],
];

// Names and words that are the same in both languages.
const SAME = new Set([
  'admin:outputs.incidentForms.json',
  'admin:outputs.incidentForms.cap',
  'admin:outputs.languages.vi',
  'feeds:formats.open311',
  'feeds:formats.cap',
  'sectors:quality.value',
  'sectors:failing.score',
  'app:product',
  'app:language.vi',
  'app:language.en',
  'admin:kinds.rtsp',
  'admin:kinds.onvif',
  'admin:kinds.http',
  'reports:heading',
  'reports:distance',
]);

describe.each(NAMESPACES)('texts of %s', (namespace, vietnamese, english) => {
  const vi = new Map(flat(vietnamese));
  const en = new Map(flat(english));

  it('has each key in both languages; English a second plural form', () => {
    const singular = [...vi.keys()]
      .filter((key) => key.endsWith('_other'))
      .map((key) => key.replace(/_other$/, '_one'));
    expect([...en.keys()].sort()).toEqual([...vi.keys(), ...singular].sort());
  });

  it('leaves no text empty and fills the same holes', () => {
    for (const [key, text] of vi) {
      expect(text.trim(), key).not.toBe('');
      expect(holes(en.get(key) ?? ''), key).toEqual(holes(text));
    }
    for (const [key, text] of en) expect(text.trim(), key).not.toBe('');
  });

  it('has sentences that were translated, not copied', () => {
    const copied = [...vi].filter(
      ([key, text]) => en.get(key) === text && text.split(' ').length > 1 && !SAME.has(`${namespace}:${key}`),
    );
    expect(copied).toEqual([]);
  });
});

describe('firstLanguage', () => {
  it.each([
    [null, ['en-US', 'vi'], 'en'],
    [null, ['fr-FR', 'vi-VN'], 'vi'],
    [null, ['fr-FR'], 'vi'],
    [null, [], 'vi'],
    ['vi', ['en-US'], 'vi'],
    ['xx', ['en-GB'], 'en'],
  ] as const)('stored %s, browser %j → %s', (stored, wanted, language) =>
    expect(firstLanguage(stored, wanted)).toBe(language),
  );
});
