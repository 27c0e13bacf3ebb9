import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './error.ts';
import { queryKeys } from './query-keys.ts';

const WORTH_A_RETRY = new Set(['offline', 'noAnswer', 'unavailable', 'timeout']);

export function createQueryClient(): QueryClient {
  const client = new QueryClient({
    defaultOptions: {
      queries: {
        retry: (failures, error) => failures < 3 && error instanceof ApiError && WORTH_A_RETRY.has(error.kind),
        retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 5000),
        refetchOnWindowFocus: false,
        networkMode: 'always',
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
  // It is read by one page and written by all that list events.
  client.setQueryDefaults(queryKeys.moreSectorEvents, { gcTime: Infinity });
  return client;
}
