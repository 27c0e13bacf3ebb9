import express, { type Express, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { z } from 'zod';
import { Fault } from '#base/errors';
import type { Logger } from '#base/log';
import { PERMISSIONS } from '#contracts/access';
import { CSRF_HEADER } from '#contracts/http';
import type { Access, Client } from '../access/access.ts';
import type { Actor } from '../access/actor.ts';
import { can, canAnywhere } from '../access/can.ts';
import type { CameraRegister } from '../cameras/register.ts';
import { authenticate } from './authenticate.ts';
import { forbidden } from './call.ts';
import type { ClientFacts } from './client-address.ts';
import { bodyOf, faultOf, STATUS } from './error-to-status.ts';
import type { Route, RouteAccess } from './route.ts';
import { isSameOrigin } from './same-origin.ts';
import { allowUpload } from './slow-bodies.ts';

export interface MountDeps {
  readonly access: Access;
  readonly register: Pick<CameraRegister, 'find' | 'findRemoved' | 'target'>;
  readonly facts: (request: Request) => ClientFacts;
  readonly publicUrl: string | undefined;
  readonly bodyLimitBytes: number;
  readonly log: Logger;
}

const METHODS = ['get', 'post', 'put', 'delete'] as const;
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Puts every route behind the same steps: who, from where, may they, what do they send, what is the answer. */
export function mountRoutes(app: Express, routes: readonly Route[], deps: MountDeps): void {
  const names = new Set<string>();
  for (const route of routes) {
    const [verb = '', path = ''] = route.name.split(' ');
    const method = METHODS.find((one) => one === verb.toLowerCase());
    if (method === undefined || !path.startsWith('/')) throw new Error(`a route cannot be called «${route.name}»`);
    if (names.has(route.name)) throw new Error(`two routes are called «${route.name}»`);
    if (!isGuarded(route.access)) throw new Error(`«${route.name}» does not say who may use it`);
    if (route.access.kind === 'camera' && !path.includes(':id')) throw new Error(`«${route.name}» names no camera`);
    names.add(route.name);
    const reader = bodyReader(route, deps);
    app[method](path, (request, response) => void answer(route, reader, deps, request, response));
  }
}

/** The compiler asks the same; this holds where something got past it. */
function isGuarded(access: RouteAccess | undefined): boolean {
  if (access === undefined) return false;
  return access.kind === 'public' || access.kind === 'session' || PERMISSIONS.includes(access.permission);
}

function bodyReader(route: Route, { bodyLimitBytes }: MountDeps): RequestHandler | undefined {
  if (route.text !== undefined) return express.text({ type: () => true, limit: bodyLimitBytes * 4 });
  if (route.body !== undefined) {
    return express.json({ limit: route.mostBytes ?? bodyLimitBytes, type: 'application/json' });
  }
  return undefined;
}

function read(reader: RequestHandler, request: Request, response: Response): Promise<void> {
  return new Promise((resolve, reject) => {
    void reader(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error)));
  });
}

async function answer(
  route: Route,
  reader: RequestHandler | undefined,
  deps: MountDeps,
  request: Request,
  response: Response,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  try {
    const { address, secure } = deps.facts(request);
    const client: Client = { address, userAgent: String(request.headers['user-agent'] ?? '').slice(0, 300) };
    const actor = await authenticate(deps.access, request, client);
    guardAgainstOtherSites(deps, request, actor, secure);
    admit(route.access, actor, request, deps);
    // Only now: nobody fills our memory before we know that they may.
    if (reader !== undefined) await read(reader, request, response);
    else if (route.upload === true) allowUpload(request);
    const call = {
      params: route.params?.parse(request.params),
      query: route.query?.parse(request.query),
      body: route.text === undefined ? route.body?.parse(request.body ?? {}) : z.string().parse(request.body ?? ''),
      actor,
      client,
      signal: gone.signal,
      request,
      response,
    };
    const reply = await route.handle(call);
    if (response.headersSent || response.writableEnded) return;
    response.setHeader('cache-control', 'no-store');
    if (reply === undefined) response.status(204).end();
    else response.json(reply);
  } catch (error) {
    refuse(error, deps.log, request, response);
  }
}

/** State changes of a browser session must come from our own page, twice proven: by origin and by token. */
function guardAgainstOtherSites(deps: MountDeps, request: Request, actor: Actor | null, secure: boolean): void {
  if (SAFE.has(request.method)) return;
  if (request.headers.authorization !== undefined && actor?.kind === 'token') return;
  if (!isSameOrigin(request, secure, deps.publicUrl)) {
    throw new Fault('forbidden', 'request.otherOrigin', 'this request comes from another site');
  }
  const token = request.headers[CSRF_HEADER];
  if (actor?.kind === 'person' && !deps.access.matchesCsrf(actor, typeof token === 'string' ? token : undefined)) {
    throw new Fault('forbidden', 'request.csrf', 'this request does not carry the token of its session');
  }
}

function admit(access: RouteAccess, actor: Actor | null, request: Request, deps: MountDeps): void {
  if (access.kind === 'public') return;
  if (actor === null) throw new Fault('unauthenticated', 'access.signIn', 'sign in first');
  if (access.kind === 'session') {
    if (actor.kind !== 'person')
      throw new Fault('forbidden', 'access.personsOnly', 'this is for people in a browser session');
    return;
  }
  if (access.kind === 'camera') {
    const cameraId = String(request.params.id);
    const target = deps.register.target(cameraId);
    const exists =
      deps.register.find(cameraId) !== undefined ||
      (access.past === true && deps.register.findRemoved(cameraId) !== undefined);
    // Whoever may not see a camera does not learn that it exists.
    if (!exists || !(can(actor, 'camera.view', target) || can(actor, access.permission, target))) {
      throw new Fault('notFound', 'camera.unknown', 'there is no such camera');
    }
    if (!can(actor, access.permission, target)) throw forbidden();
    return;
  }
  const allowed =
    access.kind === 'anywhere'
      ? canAnywhere(actor, access.permission)
      : can(actor, access.permission, { kind: 'system' });
  if (!allowed) throw forbidden();
}

export function refuse(error: unknown, log: Logger, request: Request, response: Response): void {
  const fault = faultOf(error);
  if (fault.kind === 'internal') log.error({ err: fault.cause ?? fault, path: request.path }, 'a request failed');
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (fault.retryAfterMs !== undefined) response.setHeader('retry-after', String(Math.ceil(fault.retryAfterMs / 1000)));
  response.setHeader('cache-control', 'no-store');
  response.status(STATUS[fault.kind]).json(bodyOf(fault));
}

/** For what Express itself refuses: paths that cannot be decoded, files that are not there. */
export function errorHandler(log: Logger) {
  return (error: unknown, request: Request, response: Response, _next: NextFunction): void =>
    refuse(error, log, request, response);
}
