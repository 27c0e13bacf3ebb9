import type { ApiReplies, ApiRoute } from '#contracts/api';
import type { Http, Method, RequestOptions } from './http.ts';

/** The names of the `:x` parts of a route's path. */
type PathNames<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | PathNames<Rest>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;
type Params<Route extends string> = [PathNames<Route>] extends [never]
  ? { readonly params?: undefined }
  : { readonly params: Readonly<Record<PathNames<Route>, string>> };

/** Calls a route by its name; the reply's type comes from the contract. */
export type Call = <Route extends ApiRoute>(
  route: Route,
  ...options: [PathNames<Route>] extends [never]
    ? [options?: RequestOptions & Params<Route>]
    : [options: RequestOptions & Params<Route>]
) => Promise<ApiReplies[Route]>;

export function createCall({ request }: Pick<Http, 'request'>): Call {
  return (route, ...[options]) => {
    const space = route.indexOf(' ');
    const method = route.slice(0, space) as Method;
    const params: Readonly<Record<string, string>> = options?.params ?? {};
    const path = route.slice(space + 1).replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
    return request(method, path, options ?? {});
  };
}
