import type { QueryClient } from '@tanstack/react-query';
import { createApi } from '../api/api.ts';
import { createCall } from '../api/call.ts';
import { createConnection } from '../api/connection.ts';
import type { Server } from '../api/context.tsx';
import { createHttp } from '../api/http.ts';
import { createQueryClient } from '../api/query-client.ts';
import { queryKeys } from '../api/query-keys.ts';
import type { KnownSession } from './session.tsx';

/** Joins what speaks with the server: HTTP, the socket, the cache; and ends the session in all of them at once. */
export function connectServer(): { server: Server; queryClient: QueryClient } {
  const queryClient = createQueryClient();
  const http = createHttp();
  const api = createApi(createCall(http), http);
  const connection = createConnection({ queryClient });

  queryClient.getQueryCache().subscribe((change) => {
    if (change.type !== 'updated' || change.query.queryKey[0] !== queryKeys.session[0]) return;
    const session = queryClient.getQueryData<KnownSession>(queryKeys.session);
    http.setCsrfToken(session?.csrfToken ?? null);
    if (session?.user == null) connection.stop();
    else connection.start();
  });
  http.onSignedOut(() => {
    // The page below stays mounted behind the sign-in form, so that nothing that was typed is lost.
    const session = queryClient.getQueryData<KnownSession>(queryKeys.session);
    if (session?.user != null) void queryClient.invalidateQueries({ queryKey: queryKeys.session });
  });
  return { server: { api, connection }, queryClient };
}
