import { describe, expect, it } from 'vitest';
import { ROLE_PERMISSIONS, ROLES, type Role } from '#contracts/access';
import { followsAlerts, landingPath, PLACES, phonePlaces, placeOf, placesFor, startPath } from './navigation.ts';

const namesFor = (role: Role) => placesFor(ROLE_PERMISSIONS[role]).map((place) => place.name);

describe('navigation', () => {
  it('shows each role its places and no other', () => {
    expect(Object.fromEntries(ROLES.map((role) => [role, namesFor(role)]))).toEqual({
      administrator: [
        'live',
        'queue',
        'alerts',
        'playback',
        'holds',
        'incidents',
        'sectors',
        'map',
        'reports',
        'directives',
        'feeds',
        'events',
        'statistics',
        'cameras',
        'groups',
        'recording',
        'storage',
        'models',
        'catalogue',
        'people',
        'outputs',
        'tokens',
        'audit',
        'system',
      ],
      operator: [
        'live',
        'queue',
        'alerts',
        'playback',
        'incidents',
        'sectors',
        'map',
        'reports',
        'events',
        'statistics',
      ],
      shift_lead: [
        'live',
        'queue',
        'alerts',
        'playback',
        'holds',
        'incidents',
        'sectors',
        'map',
        'reports',
        'events',
        'statistics',
      ],
      police: ['live', 'alerts', 'playback', 'holds', 'incidents', 'map', 'events', 'statistics'],
      leader: ['live', 'alerts', 'sectors', 'map', 'directives', 'events'],
      department: ['sectors', 'map', 'reports', 'directives', 'feeds'],
      auditor: ['events', 'audit'],
    });
  });

  it('shows alerts to who may see their cameras, whether or not they act on them', () => {
    const following = ROLES.filter((role) =>
      followsAlerts((permission) => ROLE_PERMISSIONS[role].includes(permission)),
    );
    expect(following).toEqual(['administrator', 'operator', 'shift_lead', 'police', 'leader']);
    expect(ROLES.filter((role) => namesFor(role).includes('alerts'))).toEqual(following);
  });

  it('starts everybody on a page that they may see', () => {
    expect(startPath(ROLE_PERMISSIONS.operator)).toBe('/');
    expect(startPath(ROLE_PERMISSIONS.auditor)).toBe('/events');
    expect(startPath(ROLE_PERMISSIONS.department)).toBe('/sectors');
  });

  it('lands police on the alerts, a leader on the province, and nobody who is more than that', () => {
    expect(landingPath(['leader'], ROLE_PERMISSIONS.leader)).toBe('/sectors');
    expect(landingPath(['leader', 'operator'], ROLE_PERMISSIONS.operator)).toBe('/');
    expect(landingPath(['police'], ROLE_PERMISSIONS.police)).toBe('/alerts');
    expect(landingPath(['police', 'police'], ROLE_PERMISSIONS.police)).toBe('/alerts');
    expect(landingPath(['police', 'operator'], ROLE_PERMISSIONS.operator)).toBe('/');
    expect(landingPath([], [])).toBe('/account');
  });

  it('has no more places in the bar of a phone than fit, and fills it for who has few', () => {
    const barFor = (role: Role) => phonePlaces(ROLE_PERMISSIONS[role]).map(({ name }) => name);
    expect(PLACES.filter(({ onPhone }) => onPhone !== undefined)).toHaveLength(4);
    expect(barFor('operator')).toEqual(['live', 'queue', 'alerts', 'incidents']);
    expect(barFor('leader')).toEqual(['live', 'sectors', 'map', 'directives']);
    expect(barFor('auditor')).toEqual(['events']);
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
