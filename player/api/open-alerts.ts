import type { AlertView } from '#contracts/alerts';

/** What the server gives at once. */
export const ALERTS_AT_ONCE = 500;
/** As many as a page can work with; whoever has more open alerts than that has another problem. */
export const MOST_OPEN_ALERTS = 10_000;

/** Of open alerts with a lower number than `before`, the newest first. */
type FetchPage = (page: { limit: number; before?: number }) => Promise<readonly AlertView[]>;

/**
 * Every open alert, page by page, the newest first: one that is left out would be taken for closed. Of more than
 * `MOST_OPEN_ALERTS` the newest. Rejects as `fetchPage` does.
 */
export async function fetchOpenAlerts(fetchPage: FetchPage): Promise<readonly AlertView[]> {
  const open: AlertView[] = [];
  while (open.length < MOST_OPEN_ALERTS) {
    const last = open.at(-1);
    const page = await fetchPage({ limit: ALERTS_AT_ONCE, ...(last === undefined ? {} : { before: last.number }) });
    open.push(...page);
    if (page.length < ALERTS_AT_ONCE) break;
  }
  return open;
}
