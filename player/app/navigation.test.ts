import { describe, expect, it } from 'vitest';
import { ROLE_PERMISSIONS, ROLES, type Role } from '#contracts/access';
import { landingPath, PLACES, placeOf, placesFor, startPath } from './navigation.ts';

const namesFor = (role: Role) => placesFor(ROLE_PERMISSIONS[role]).map((place) => place.name);

describe('navigation', () => {
  it('shows each role its places and no other', () => {
    expect(Object.fromEntries(ROLES.map((role) => [role, namesFor(role)]))).toEqual({
      administrator: [
        'live',
        'alerts',
        'playback',
        'holds',
        'incidents',
        'events',
        'statistics',
        'cameras',
        'groups',
        'recording',
        'storage',
        'models',
        'people',
        'outputs',
        'tokens',
        'audit',
        'system',
      ],
      operator: ['live', 'alerts', 'playback', 'incidents', 'events', 'statistics'],
      shift_lead: ['live', 'alerts', 'playback', 'holds', 'incidents', 'events', 'statistics'],
      police: ['live', 'alerts', 'playback', 'holds', 'incidents', 'events', 'statistics'],
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

  it('lands police on the alerts, and nobody who is more than that', () => {
    expect(landingPath(['police'], ROLE_PERMISSIONS.police)).toBe('/alerts');
    expect(landingPath(['police', 'police'], ROLE_PERMISSIONS.police)).toBe('/alerts');
    expect(landingPath(['police', 'operator'], ROLE_PERMISSIONS.operator)).toBe('/');
    expect(landingPath([], [])).toBe('/account');
  });

  it('has no more places in the bar of a phone than fit', () => {
    expect(PLACES.filter(({ onPhone }) => onPhone === true)).toHaveLength(4);
  });

  it('knows the place of an address, also below it, and of no other', () => {
    expect(placeOf('/')?.name).toBe('live');
    expect(placeOf('/admin/cameras/c1')?.name).toBe('cameras');
    expect(placeOf('/admin/camerasx')).toBeUndefined();
    expect(placeOf('/alerts/quality')?.name).toBe('alerts');
    expect(placeOf('/account')).toBeUndefined();
  });

  it('has every address once', () => {
    expect(new Set(PLACES.map((place) => place.path)).size).toBe(PLACES.length);
  });
});
