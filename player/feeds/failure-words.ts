import type { FeedView } from '#contracts/feeds';

/** What was wrong with the last delivery; what was said of a whole file comes in the words of its sender. */
export function failureWords(
  { code, message }: NonNullable<FeedView['lastError']>,
  t: (key: 'allRejected', values: { count: number }) => string,
): string {
  return code === 'allRejected' ? t('allRejected', { count: Number(message) }) : message;
}
