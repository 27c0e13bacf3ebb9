import { describe, expect, it } from 'vitest';
import { alertOf } from '../alerts/alert.fixture.ts';
import { sectorEvent } from './event.fixture.ts';
import { clipRange, queueOf, WHOLE_QUEUE } from './queue-order.ts';

const ids = (...given: Parameters<typeof queueOf>): string[] => queueOf(...given).map(({ id }) => id);

describe('one queue of cameras and sectors', () => {
  it('puts the worst first, then whose time runs out first, whatever kind it is', () => {
    const alerts = [
      alertOf(1, { id: 'late alert', severity: 'severe', escalatesMs: 5000 }),
      alertOf(2, { id: 'worst', severity: 'extreme', escalatesMs: 9000 }),
    ];
    const events = [
      sectorEvent({ id: 'early event', severity: 'severe', dueMs: 3000 }),
      sectorEvent({ id: 'no clock', severity: 'severe' }),
      sectorEvent({ id: 'mild', severity: 'minor', dueMs: 1 }),
    ];
    expect(ids(alerts, events, WHOLE_QUEUE)).toEqual(['worst', 'early event', 'late alert', 'no clock', 'mild']);
  });

  it('puts what somebody has behind what nobody has, though its time would run out earlier', () => {
    const taken = sectorEvent({
      id: 'taken',
      dueMs: 2000,
      state: 'acknowledged',
      acknowledgedMs: 1500,
      acknowledgedBy: { id: 'u1', name: 'Lan' },
    });
    expect(ids([], [taken, sectorEvent({ id: 'free' })], WHOLE_QUEUE)).toEqual(['free', 'taken']);
    expect(ids([], [taken, sectorEvent({ id: 'free' })], { sector: null, which: 'untaken' })).toEqual(['free']);
  });

  it('leaves out what is over, and other sectors', () => {
    const events = [
      sectorEvent({ id: 'over', state: 'expired' }),
      sectorEvent({ id: 'health', sector: 'y_te' }),
      sectorEvent({ id: 'report' }),
    ];
    const alerts = [alertOf(3, { id: 'alert' }), alertOf(4, { id: 'closed', state: 'closed' })];
    expect(ids(alerts, events, { sector: 'y_te', which: 'all' })).toEqual(['health']);
    expect(ids(alerts, events, { sector: 'camera', which: 'all' })).toEqual(['alert']);
  });

  it('lists an alert once, as an alert; who sees no alerts is shown what it is in the sector', () => {
    const event = sectorEvent({ id: 'its event', source: { kind: 'alert', id: 'alert' }, sector: 'camera' });
    expect(ids([alertOf(3, { id: 'alert' })], [event], WHOLE_QUEUE)).toEqual(['alert']);
    expect(ids([], [event], WHOLE_QUEUE)).toEqual(['its event']);
  });

  it('is the same order each time, also where all is equal', () => {
    const events = ['b', 'a', 'c'].map((id) => sectorEvent({ id }));
    expect(ids([], events, WHOLE_QUEUE)).toEqual(ids([], events.toReversed(), WHOLE_QUEUE));
  });

  it('asks for no recording of what has not been yet', () => {
    expect(clipRange(100_000, 500_000)).toEqual({ fromMs: 40_000, toMs: 220_000 });
    expect(clipRange(100_000, 130_000)).toEqual({ fromMs: 40_000, toMs: 130_000 });
    expect(clipRange(900_000, 100_000)).toBeNull();
  });
});
