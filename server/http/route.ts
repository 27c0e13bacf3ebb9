import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Permission } from '#contracts/access';
import type { ApiReplies, ApiRoute } from '#contracts/api';
import type { Client } from '../access/access.ts';
import type { Actor } from '../access/actor.ts';

/**
 * A route as data: its name, who may use it, what it takes. One that names no permission does not compile, and
 * `mountRoutes` refuses to start with one that it cannot place.
 */
export interface Route {
  readonly name: string;
  readonly access: RouteAccess;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** Reads its body as text of this type instead of JSON. */
  readonly text?: string;
  /** Reads its body by itself, a file of any type; it may take as long as bytes come. */
  readonly upload?: true;
  /** Bytes of its JSON body, where it may be larger than `server.bodyLimitKb`. */
  readonly mostBytes?: number;
  readonly handle: (call: Call<unknown, unknown, unknown>) => Promise<unknown>;
}

/**
 * `public`: anybody. `session`: a person in a browser session, about themselves. Otherwise a permission, asked about the
 * system, about the camera that `:id` names, or, for lists that show each person their part, about anything at all.
 */
export type RouteAccess =
  | { readonly kind: 'public' }
  | { readonly kind: 'session' }
  | { readonly kind: 'system' | 'anywhere'; readonly permission: Permission }
  /** `past`: also of a camera that was removed, whose recordings are still there. */
  | { readonly kind: 'camera'; readonly permission: Permission; readonly past?: true };

export interface Call<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Nobody on public routes. */
  readonly actor: Actor | null;
  readonly client: Client;
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal;
  readonly request: Request;
  readonly response: Response;
}

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;

interface Definition<Name extends string, P, Q, B, Reply> {
  readonly name: Name;
  readonly access: RouteAccess;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly text?: string;
  readonly upload?: true;
  readonly mostBytes?: number;
  readonly handle: (call: Call<Parsed<P>, Parsed<Q>, Parsed<B>>) => Promise<Reply>;
}

/** A route of the JSON interface: its reply is what the contract says. */
export function defineRoute<
  Name extends ApiRoute,
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(definition: Definition<Name, P, Q, B, ApiReplies[Name]>): Route {
  return asRoute(definition);
}

/** A route that writes its own answer: media, metrics, files. */
export function defineRaw<P extends z.ZodType | undefined = undefined, Q extends z.ZodType | undefined = undefined>(
  definition: Definition<string, P, Q, undefined, void>,
): Route {
  return asRoute(definition);
}

function asRoute<P, Q, B, R>(definition: Definition<string, P, Q, B, R>): Route {
  const { params, query, body, handle, ...rest } = definition;
  return {
    ...rest,
    ...(isSchema(params) ? { params } : {}),
    ...(isSchema(query) ? { query } : {}),
    ...(isSchema(body) ? { body } : {}),
    // The three were parsed by the schemas above before this is called.
    handle: (call) => handle(call as Call<Parsed<P>, Parsed<Q>, Parsed<B>>),
  };
}

function isSchema(value: unknown): value is z.ZodType {
  return value !== undefined;
}
