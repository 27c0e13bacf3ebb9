import { Tabs } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { canEverywhere } from '../../app/can-everywhere.ts';
import { useSession } from '../../app/session.tsx';
import { useSectorTexts } from '../../sectors/texts.ts';
import { Page } from '../../ui/page.tsx';
import { IndicatorsTab } from './indicators-tab.tsx';
import { RulesTab } from './rules-tab.tsx';
import { SectorsTab } from './sectors-tab.tsx';
import { ServicesTab } from './services-tab.tsx';
import { SitesTab } from './sites-tab.tsx';
import { UnitsTab } from './units-tab.tsx';
import { WorkingTimeTab } from './working-time-tab.tsx';

/** Sectors, indicators, thresholds, organisations and the working calendar: what an administrator of the centre keeps. */
export default function CataloguePage() {
  useSectorTexts();
  const { t } = useTranslation(['admin', 'app']);
  const { can, user } = useSession();
  return (
    <Page title={t('app:navigation.catalogue')} hint={t('catalogue.hint')}>
      <Tabs defaultValue="sectors" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="sectors">{t('catalogue.tabs.sectors')}</Tabs.Tab>
          <Tabs.Tab value="indicators">{t('catalogue.tabs.indicators')}</Tabs.Tab>
          <Tabs.Tab value="rules">{t('catalogue.tabs.rules')}</Tabs.Tab>
          {can('report.handle') && <Tabs.Tab value="services">{t('catalogue.tabs.services')}</Tabs.Tab>}
          <Tabs.Tab value="units">{t('catalogue.tabs.units')}</Tabs.Tab>
          {canEverywhere(user, 'sector.manage') && <Tabs.Tab value="sites">{t('catalogue.tabs.sites')}</Tabs.Tab>}
          <Tabs.Tab value="workingTime">{t('catalogue.tabs.workingTime')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="sectors" pt="md">
          <SectorsTab />
        </Tabs.Panel>
        <Tabs.Panel value="indicators" pt="md">
          <IndicatorsTab />
        </Tabs.Panel>
        <Tabs.Panel value="rules" pt="md">
          <RulesTab />
        </Tabs.Panel>
        <Tabs.Panel value="services" pt="md">
          <ServicesTab />
        </Tabs.Panel>
        <Tabs.Panel value="units" pt="md">
          <UnitsTab />
        </Tabs.Panel>
        <Tabs.Panel value="sites" pt="md">
          <SitesTab />
        </Tabs.Panel>
        <Tabs.Panel value="workingTime" pt="md">
          <WorkingTimeTab />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
