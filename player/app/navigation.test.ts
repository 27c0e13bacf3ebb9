import { describe, expect, it } from 'vitest';
import { ROLE_PERMISSIONS, ROLES, type Role } from '#contracts/access';
import { PLACES, placeOf, placesFor, startPath } from './navigation.ts';

const namesFor = (role: Role) => placesFor(ROLE_PERMISSIONS[role]).map((place) => place.name);

describe('navigation', () => {
  it('shows each role its places and no other', () => {
    expect(Object.fromEntries(ROLES.map((role) => [role, namesFor(role)]))).toEqual({
      administrator: [
        'live',
        'playback',
        'holds',
        'events',
        'cameras',
        'groups',
        'recording',
        'storage',
        'models',
        'people',
        'tokens',
        'audit',
        'system',
      ],
      operator: ['live', 'playback', 'events'],
      shift_lead: ['live', 'playback', 'holds', 'events'],
      police: ['live', 'playback', 'holds', 'events'],
      leader: ['live', 'events'],
      department: [],
      auditor: ['events', 'audit'],
    });
  });

  it('starts everybody on a page that they may see', () => {
    expect(startPath(ROLE_PERMISSIONS.operator)).toBe('/');
    expect(startPath(ROLE_PERMISSIONS.auditor)).toBe('/events');
    expect(startPath(ROLE_PERMISSIONS.department)).toBe('/account');
  });

  it('knows the place of an address, also below it, and of no other', () => {
    expect(placeOf('/')?.name).toBe('live');
    expect(placeOf('/admin/cameras/c1')?.name).toBe('cameras');
    expect(placeOf('/admin/camerasx')).toBeUndefined();
    expect(placeOf('/account')).toBeUndefined();
  });

  it('has every address once', () => {
    expect(new Set(PLACES.map((place) => place.path)).size).toBe(PLACES.length);
  });
});
