import express from 'express';
import { expect, it } from 'vitest';
import { silentLogger } from '#base/log';
import type { Access } from '../access/access.ts';
import { endedCookie, sessionCookie } from './authenticate.ts';
import { type MountDeps, mountRoutes } from './mount-routes.ts';
import type { Route } from './route.ts';

const deps: MountDeps = {
  access: {} as Access,
  register: { find: () => undefined, findRemoved: () => undefined, target: () => ({ kind: 'system' }) },
  facts: () => ({ address: '', secure: false }),
  publicUrl: undefined,
  bodyLimitBytes: 1024,
  log: silentLogger(),
};
const route = (name: string, access: Route['access'] = { kind: 'public' }): Route => ({
  name,
  access,
  handle: async () => undefined,
});

it.each([
  ['a method that is none', [route('FETCH /api/x')]],
  ['a path that is none', [route('GET api/x')]],
  ['a name twice', [route('GET /api/x'), route('GET /api/x')]],
  ['a camera that the path does not name', [route('GET /api/x', { kind: 'camera', permission: 'camera.view' })]],
  ['no permission at all', [{ name: 'GET /api/x', handle: async () => undefined } as unknown as Route]],
  ['a permission that is none', [route('GET /api/x', { kind: 'system' } as unknown as Route['access'])]],
])('does not start with a route that has %s', (_, routes) => {
  expect(() => mountRoutes(express(), routes, deps)).toThrow('«');
});

it('gives the session to no script, no other site, and over TLS to no plain connection', () => {
  const cookie = sessionCookie('value', 0, true);
  expect(cookie).toMatch(/^tamnhin=value; Path=\/; Expires=.*; HttpOnly; Secure; SameSite=Lax$/);
  expect(sessionCookie('value', 0, false)).not.toContain('Secure');
  expect(endedCookie(false)).toContain('Max-Age=0');
});
