import { useMemo } from 'react';
import type { DirectiveView } from '#contracts/directives';
import { useDirectives } from '../api/sector-queries.ts';
import { useSession } from '../app/session.tsx';

/** What is asked for and not yet done, what is due first at the top. */
export function useOpenDirectives(): {
  readonly may: boolean;
  readonly directives: readonly DirectiveView[] | undefined;
} {
  const { can } = useSession();
  const may = can('directive.give') || can('directive.answer');
  const list = useDirectives('open', { enabled: may });
  const directives = useMemo(() => list.data?.toSorted((a, b) => a.dueMs - b.dueMs), [list.data]);
  return { may, directives };
}
