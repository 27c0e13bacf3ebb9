import { describe, expect, it } from 'vitest';
import { ROLE_PERMISSIONS, type Role } from '#contracts/access';
import { alertOf } from './alert.fixture.ts';
import { commandsFor, meaningOf, type Rights } from './alert-commands.ts';
import { withUnit } from './remembered-units.ts';

const as =
  (role: Role): Rights =>
  (permission) =>
    ROLE_PERMISSIONS[role].includes(permission);
const ME = { id: 'u1', name: 'A' };
const OTHER = { id: 'u2', name: 'B' };

describe('what can be done', () => {
  it('begins with the next step', () => {
    const first = (more: Parameters<typeof alertOf>[1]) => commandsFor(alertOf(1, more), as('police'), 'u1').steps[0];
    expect(first({})).toBe('claim');
    expect(first({ state: 'claimed', owner: ME })).toBe('dispatch');
    expect(first({ state: 'dispatched', owner: ME })).toBe('close');
    expect(first({ state: 'claimed', owner: OTHER })).toBe('takeOver');
    expect(first({ state: 'closed', owner: OTHER })).toBe('reopen');
  });

  it('leaves out what the person may not do', () => {
    const { steps, more } = commandsFor(alertOf(1), as('operator'), 'u1');
    expect(steps).toEqual(['claim', 'dispatch', 'note', 'incident']);
    expect(more).toEqual(['recording', 'wall', 'bookmark']);
    expect(commandsFor(alertOf(1, { owner: OTHER, state: 'claimed' }), as('operator'), 'u1').steps).toEqual([
      'note',
      'incident',
    ]);
    expect(commandsFor(alertOf(1), as('auditor'), 'u1')).toEqual({ steps: [], more: [] });
  });
});

it('knows its keys, large and small, and no other', () => {
  expect(meaningOf('c')).toEqual({ kind: 'command', command: 'claim' });
  expect(meaningOf('C')).toEqual({ kind: 'command', command: 'claim' });
  expect(meaningOf('2')).toEqual({ kind: 'close', verdict: 'false' });
  expect(meaningOf('ArrowDown')).toEqual({ kind: 'move', by: 1 });
  expect(meaningOf('?')).toEqual({ kind: 'help' });
  expect(meaningOf('q')).toBeNull();
  expect(meaningOf('4')).toBeNull();
});

it('remembers units once, the last one first', () => {
  expect(withUnit(['Tổ 1', 'Tổ 2'], ' tổ 2 ')).toEqual(['tổ 2', 'Tổ 1']);
  expect(
    withUnit(
      Array.from({ length: 8 }, (_, at) => `Tổ ${at}`),
      'Tổ 9',
    ),
  ).toHaveLength(8);
});
