import { z } from 'zod';
import type { Route } from './route.ts';

/** OpenAPI 3.1 of every route, with who may call it; made from the routes themselves, so it cannot be stale. */
export function openApi(routes: readonly Route[], version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const [method = '', path = ''] = route.name.split(' ');
    const template = path.replace(/:([A-Za-z]+)/g, '{$1}');
    paths[template] = { ...paths[template], [method.toLowerCase()]: operation(route, template) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Tamnhin', version },
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'tamnhin' },
        token: { type: 'http', scheme: 'bearer' },
      },
    },
    paths,
  };
}

function operation(route: Route, template: string): Record<string, unknown> {
  const named = [...template.matchAll(/\{([A-Za-z]+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const body = bodyOf(route);
  return {
    summary: accessOf(route),
    security: route.access.kind === 'public' ? [] : [{ session: [] }, { token: [] }],
    parameters: [...named, ...queryOf(route)],
    ...(body === undefined ? {} : { requestBody: { required: true, content: body } }),
    responses: { 200: { description: 'done' }, default: { description: 'an ErrorBody: kind, code, message, fields' } },
  };
}

/** By the type of its content. */
function bodyOf({ body, text, upload }: Route): Record<string, unknown> | undefined {
  if (upload === true) return { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } };
  if (body === undefined) return undefined;
  return { [text ?? 'application/json']: { schema: z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' }) } };
}

function queryOf(route: Route): readonly Record<string, unknown>[] {
  if (!(route.query instanceof z.ZodObject)) return [];
  return Object.entries(route.query.shape).map(([name, schema]) => ({
    name,
    in: 'query',
    required: false,
    schema: schema instanceof z.ZodType ? z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) : {},
  }));
}

function accessOf({ access }: Route): string {
  if (access.kind === 'public') return 'for everybody';
  if (access.kind === 'session') return 'for people, about themselves';
  const about = { system: 'on everything', camera: 'on the camera', anywhere: 'on anything' }[access.kind];
  return `needs ${access.permission} ${about}`;
}
