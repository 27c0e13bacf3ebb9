import { expect, it } from 'vitest';
import type { Role, Scope } from '#contracts/access';
import { canForUnit, canInSector } from './can-everywhere.ts';

it('knows who may do something with a sector as a whole', () => {
  const may = (role: Role, scope: Scope, sector = 'y_te') =>
    canInSector({ grants: [{ role, scope }] }, 'sector.manage', sector, [{ sector: 'y_te' }]);
  expect(may('administrator', { kind: 'all' })).toBe(true);
  expect(may('administrator', { kind: 'sector', sector: 'y_te' })).toBe(true);
  expect(may('administrator', { kind: 'sector', sector: 'du_lich' })).toBe(false);
  expect(may('operator', { kind: 'all' })).toBe(false);
  expect(may('administrator', { kind: 'group', groupId: 'y_te' })).toBe(false);
  // Their unit delivers to the one, and not to the other.
  expect(may('administrator', { kind: 'unit', unitId: 'so' })).toBe(true);
  expect(may('administrator', { kind: 'unit', unitId: 'so' }, 'du_lich')).toBe(false);
});

it('knows who may do something with what a unit answers for', () => {
  const units = [
    { id: 'xa', parentId: 'so' },
    { id: 'so', parentId: null },
  ];
  const may = (scope: Scope) =>
    canForUnit({ grants: [{ role: 'department', scope }] }, 'feed.manage', { sector: 'y_te', unitId: 'xa' }, units);
  expect(may({ kind: 'unit', unitId: 'so' })).toBe(true);
  expect(may({ kind: 'unit', unitId: 'khac' })).toBe(false);
  expect(may({ kind: 'sector', sector: 'y_te' })).toBe(true);
  expect(may({ kind: 'sector', sector: 'du_lich' })).toBe(false);
});
