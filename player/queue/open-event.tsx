import { ActionIcon, Tooltip } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { useSectors } from '../api/sector-queries.ts';
import { useSectorRights } from '../api/use-sector-rights.ts';
import { sectorEventLink } from '../app/links.ts';

const OpenEventDialog = lazy(() => import('./open-event-dialog.tsx'));

/** Opens an event by hand, in `sector` or in any, for whoever may act in one; what was opened is shown. */
export function OpenEvent({ sector, only = false }: { sector: string | null; only?: boolean }) {
  const { t } = useTranslation('sectors');
  const [, navigate] = useLocation();
  const [asking, setAsking] = useState(false);
  const may = useSectorRights();
  const sectors = useSectors();
  const mine =
    sectors.data?.filter(
      ({ key, enabled, eventTypes }) =>
        enabled && eventTypes.length > 0 && (!only || key === sector) && may('sector.act', key),
    ) ?? [];
  if (mine.length === 0) return null;
  return (
    <>
      <Tooltip label={t('byHand.title')}>
        <ActionIcon variant="default" aria-label={t('byHand.title')} onClick={() => setAsking(true)}>
          <IconPlus size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
      {asking && (
        <Suspense>
          <OpenEventDialog
            sectors={mine}
            chosen={sector}
            onClose={() => setAsking(false)}
            onOpened={(id) => {
              setAsking(false);
              navigate(sectorEventLink(id));
            }}
          />
        </Suspense>
      )}
    </>
  );
}
