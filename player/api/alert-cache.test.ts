import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import type { AlertDetails, AlertView } from '#contracts/alerts';
import { alertOf } from '../alerts/alert.fixture.ts';
import { MOST_CLOSED, mergeFetched, putAlert, withAlert } from './alert-cache.ts';
import { queryKeys } from './query-keys.ts';

const known = (list: readonly AlertView[] | undefined): string[] =>
  (list ?? []).map(({ id, version, state }) => `${id} v${version} ${state}`).sort();

describe('one alert that is told', () => {
  it('takes the place of its older version, and an older one changes nothing', () => {
    const list = [alertOf(1, { version: 2 }), alertOf(2)];
    expect(known(withAlert(list, alertOf(1, { version: 3, state: 'claimed' })))).toEqual([
      'a1 v3 claimed',
      'a2 v1 new',
    ]);
    expect(withAlert(list, alertOf(1, { version: 2 }))).toBe(list);
    expect(withAlert(list, alertOf(1, { version: 1 }))).toBe(list);
  });

  it('changes list and details, and keeps the steps that are there until the new ones come', () => {
    const queryClient = new QueryClient();
    const steps: AlertDetails['steps'] = [{ sequence: 1, timeMs: 1, by: null, step: { kind: 'opened' } }];
    queryClient.setQueryData(queryKeys.alerts, [alertOf(1)]);
    queryClient.setQueryData(queryKeys.alert('a1'), { ...alertOf(1), steps });
    putAlert(queryClient, alertOf(1, { version: 2, state: 'claimed', owner: { id: 'u', name: 'Hoa' } }));
    expect(queryClient.getQueryData(queryKeys.alert('a1'))).toMatchObject({ owner: { name: 'Hoa' }, steps });
    expect(queryClient.getQueryState(queryKeys.alert('a1'))?.isInvalidated).toBe(true);
    expect(known(queryClient.getQueryData(queryKeys.alerts))).toEqual(['a1 v2 claimed']);
  });

  it('waits where the list is not there yet', () => {
    const queryClient = new QueryClient();
    putAlert(queryClient, alertOf(7));
    expect(queryClient.getQueryData(queryKeys.alerts)).toBeUndefined();
    const early = queryClient.getQueryData<readonly AlertView[]>(queryKeys.earlyAlerts) ?? [];
    expect(known(mergeFetched([], early, [alertOf(1)]))).toEqual(['a1 v1 new', 'a7 v1 new']);
  });

  it('leaves a bounded number of closed ones', () => {
    const closed = Array.from({ length: MOST_CLOSED }, (_, at) =>
      alertOf(at + 1, { state: 'closed', closedMs: at + 1 }),
    );
    const list = withAlert([...closed, alertOf(900)], alertOf(901, { state: 'closed', closedMs: 9999 }));
    expect(list).toHaveLength(MOST_CLOSED + 1);
    expect(list.some(({ id }) => id === 'a1')).toBe(false);
    expect(list.some(({ id }) => id === 'a900')).toBe(true);
  });
});

describe('a list that was fetched', () => {
  const before = [alertOf(1), alertOf(2), alertOf(3)];

  it('drops what was closed unseen, and keeps what was told while it was on its way', () => {
    const now = [alertOf(1), alertOf(2, { version: 2, state: 'claimed' }), alertOf(3), alertOf(4)];
    expect(known(mergeFetched(before, now, [alertOf(2), alertOf(3)]))).toEqual([
      'a2 v2 claimed',
      'a3 v1 new',
      'a4 v1 new',
    ]);
  });

  it('brings newer versions, and does not open again what was closed meanwhile', () => {
    const now = [alertOf(1, { version: 5, state: 'closed', closedMs: 1 }), alertOf(2), alertOf(3)];
    expect(known(mergeFetched(before, now, [alertOf(1), alertOf(2, { version: 3 }), alertOf(3)]))).toEqual([
      'a1 v5 closed',
      'a2 v3 new',
      'a3 v1 new',
    ]);
  });
});
