import { useEffect, useState } from 'react';
import { keep, kept } from './words.tsx';

/** What somebody has typed so far; it outlives a reload, and ends with the window. */
export interface Draft {
  readonly step: number;
  readonly group: string;
  readonly service: string;
  readonly latitude: number | null;
  readonly longitude: number | null;
  /** Metres; `null` where it was set by hand. */
  readonly accuracy: number | null;
  readonly areaCode: string;
  readonly placeName: string;
  readonly text: string;
  readonly name: string;
  readonly phone: string;
  readonly email: string;
  /** So many photos were chosen; they themselves do not outlive a reload. */
  readonly photos: number;
}
export type SetDraft = (change: Partial<Draft>) => void;

const EMPTY: Draft = {
  ...{ step: 0, group: '', service: '', latitude: null, longitude: null, accuracy: null, areaCode: '', placeName: '' },
  ...{ text: '', name: '', phone: '', email: '', photos: 0 },
};
const KEY = 'tamnhin.portal.draft';

export function useDraft(): [draft: Draft, set: SetDraft, clear: () => void] {
  const [draft, setDraft] = useState(readDraft);
  useEffect(() => keep(KEY, JSON.stringify(draft)), [draft]);
  return [draft, (change) => setDraft((now) => ({ ...now, ...change })), () => setDraft(EMPTY)];
}

function readDraft(): Draft {
  let raw: unknown;
  try {
    raw = JSON.parse(kept(KEY) ?? '{}');
  } catch {
    return EMPTY;
  }
  if (typeof raw !== 'object' || raw === null) return EMPTY;
  const values = new Map<string, unknown>(Object.entries(raw));
  const word = (name: string): string => String(values.get(name) ?? '').slice(0, 4000);
  const figure = (name: string): number | null => {
    const value = values.get(name);
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
  };
  return {
    ...{ step: figure('step') ?? 0, group: word('group'), service: word('service'), areaCode: word('areaCode') },
    ...{ latitude: figure('latitude'), longitude: figure('longitude'), accuracy: figure('accuracy') },
    ...{ placeName: word('placeName'), text: word('text'), name: word('name'), phone: word('phone') },
    ...{ email: word('email'), photos: figure('photos') ?? 0 },
  };
}
