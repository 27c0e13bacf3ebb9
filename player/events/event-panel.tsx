import { useTranslation } from 'react-i18next';
import type { TamnhinEvent } from '#contracts/events';

/** The queue of events. Fills its parent's height and scrolls inside. */
export function EventPanel(_: { onSelect: (event: TamnhinEvent) => void; selectedId?: string | null }) {
  const { t } = useTranslation('events');
  return <section aria-label={t('title')} />;
}
