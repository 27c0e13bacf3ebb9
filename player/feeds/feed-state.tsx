import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconClockExclamation,
  IconPlayerPause,
  IconX,
  type TablerIcon,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { FeedState } from '#contracts/feeds';

const MARKS: Readonly<Record<FeedState, { readonly icon: TablerIcon; readonly colour: string }>> = {
  new: { icon: IconCircleDashed, colour: 'var(--tn-quiet)' },
  ok: { icon: IconCircleCheck, colour: 'var(--tn-live)' },
  late: { icon: IconAlertTriangle, colour: 'var(--tn-warn)' },
  stale: { icon: IconClockExclamation, colour: 'var(--tn-down)' },
  failing: { icon: IconX, colour: 'var(--tn-down)' },
  paused: { icon: IconPlayerPause, colour: 'var(--tn-quiet)' },
};

/** How a feed stands: a shape, a colour and a word. */
export function FeedStateText({ state }: { state: FeedState }) {
  const { t } = useTranslation('feeds');
  const { icon: Icon, colour } = MARKS[state];
  return (
    <span
      style={{ display: 'inline-flex', gap: '0.3rem', alignItems: 'center', color: colour, whiteSpace: 'nowrap' }}
      title={t(`stateHints.${state}`)}
    >
      <Icon size={15} aria-hidden />
      {t(`states.${state}`)}
    </span>
  );
}
