import { ActionIcon, Tooltip, UnstyledButton } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import {
  IconDots,
  IconLayoutSidebarLeftCollapse,
  IconLayoutSidebarLeftExpand,
  IconLogout,
  IconUser,
} from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { registerServiceWorker } from '../alerts/push.ts';
import { useAlarm } from '../alerts/use-alarm.ts';
import { useAlerts } from '../api/queries.ts';
import { useAction } from '../api/use-action.ts';
import { DemoBanner } from './demo-banner.tsx';
import { Mark } from './mark.tsx';
import { followsAlerts, type Place, phonePlaces, placeOf, placesFor } from './navigation.ts';
import { NavigationSheet } from './navigation-sheet.tsx';
import { RetentionBanner } from './retention-banner.tsx';
import { useSession } from './session.tsx';
import classes from './shell.module.css';

/** Navigation at the side (a bar at the bottom of a phone) and the page beside it. */
export function Shell({ children }: { children: ReactNode }) {
  const { t } = useTranslation('app');
  const [path] = useLocation();
  const [collapsed, setCollapsed] = useLocalStorage({ key: 'tamnhin.navigation.collapsed', defaultValue: false });
  const fresh = useNewAlerts();
  useAlarm();
  useEffect(registerServiceWorker, []);
  useDocumentTitle(path, fresh);
  return (
    <div className={classes.shell} data-collapsed={collapsed}>
      <a className={classes.skip} href="#main">
        {t('navigation.skip')}
      </a>
      <SideNavigation path={path} fresh={fresh} collapsed={collapsed} toggle={() => setCollapsed((now) => !now)} />
      <div className={classes.content}>
        <DemoBanner />
        <RetentionBanner path={path} />
        <main className={classes.main} id="main" tabIndex={-1}>
          {children}
        </main>
      </div>
      <BottomNavigation path={path} fresh={fresh} />
    </div>
  );
}

function SideNavigation(props: { path: string; fresh: number; collapsed: boolean; toggle: () => void }) {
  const { path, fresh, collapsed, toggle } = props;
  const { t } = useTranslation('app');
  const { view, user, signOut } = useSession();
  const places = placesFor(view.permissions);
  const current = placeOf(path);
  const administration = places.filter((place) => place.section === 'administration');
  const leave = useAction({ run: () => signOut() });
  const CollapseIcon = collapsed ? IconLayoutSidebarLeftExpand : IconLayoutSidebarLeftCollapse;
  return (
    <nav className={classes.navigation} aria-label={t('navigation.label')}>
      <div className={classes.brand}>
        <Mark />
        <span className={classes.word}>{t('product')}</span>
        <Tooltip label={t(collapsed ? 'navigation.expand' : 'navigation.collapse')} position="right">
          <ActionIcon
            className={classes.collapse}
            variant="subtle"
            color="gray"
            aria-label={t(collapsed ? 'navigation.expand' : 'navigation.collapse')}
            onClick={toggle}
          >
            <CollapseIcon size={18} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      </div>
      <ul className={classes.places}>
        {places
          .filter((place) => place.section === 'main')
          .map((place) => (
            <PlaceLink
              key={place.name}
              place={place}
              fresh={place.name === 'alerts' ? fresh : 0}
              active={place === current}
              collapsed={collapsed}
            />
          ))}
      </ul>
      {administration.length > 0 && (
        <>
          <h2 className={classes.section}>
            <span className={classes.word}>{t('navigation.administration')}</span>
          </h2>
          <ul className={classes.places}>
            {administration.map((place) => (
              <PlaceLink key={place.name} place={place} fresh={0} active={place === current} collapsed={collapsed} />
            ))}
          </ul>
        </>
      )}
      <div className={classes.person}>
        <NavigationTip label={t('navigation.account')} collapsed={collapsed}>
          <Link href="/account" className={classes.place} aria-current={path === '/account' ? 'page' : undefined}>
            <IconUser size={18} stroke={1.6} aria-hidden />
            <span className={classes.word}>{user.displayName}</span>
          </Link>
        </NavigationTip>
        <Tooltip label={t('navigation.signOut')} position="right">
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('navigation.signOut')}
            loading={leave.isPending}
            onClick={() => leave.mutate(undefined)}
          >
            <IconLogout size={18} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      </div>
    </nav>
  );
}

function PlaceLink(props: { place: Place; fresh: number; active: boolean; collapsed: boolean }) {
  const { place, fresh, active, collapsed } = props;
  const { t } = useTranslation('app');
  const label = t(`navigation.${place.name}`);
  return (
    <li>
      <NavigationTip label={label} collapsed={collapsed}>
        <Link href={place.path} className={classes.place} aria-current={active ? 'page' : undefined}>
          <place.icon size={18} stroke={1.6} aria-hidden />
          <span className={classes.word}>{label}</span>
          <Badge count={fresh} />
        </Link>
      </NavigationTip>
    </li>
  );
}

/** How many alerts nobody has claimed. */
function Badge({ count }: { count: number }) {
  const { t } = useTranslation('alerts');
  if (count === 0) return null;
  const words = t('badge', { count });
  return (
    <span className={classes.badge} role="img" aria-label={words} title={words}>
      {count > 99 ? '99+' : count}
    </span>
  );
}

function NavigationTip(props: { label: string; collapsed: boolean; children: ReactNode }) {
  return (
    <Tooltip label={props.label} position="right" disabled={!props.collapsed}>
      {props.children}
    </Tooltip>
  );
}

/** On a phone: the main places, and everything else in a sheet. */
function BottomNavigation({ path, fresh }: { path: string; fresh: number }) {
  const { t } = useTranslation('app');
  const { view } = useSession();
  const [opened, setOpened] = useState(false);
  const current = placeOf(path);
  const places = placesFor(view.permissions);
  const main = phonePlaces(view.permissions);
  return (
    <nav className={classes.bottom} aria-label={t('navigation.label')}>
      {main.map((place) => (
        <Link
          key={place.name}
          href={place.path}
          className={classes.bottomPlace}
          aria-current={place === current ? 'page' : undefined}
        >
          <place.icon size={22} stroke={1.6} aria-hidden />
          {t(`navigation.${place.name}`)}
          {place.name === 'alerts' && <Badge count={fresh} />}
        </Link>
      ))}
      <UnstyledButton
        className={classes.bottomPlace}
        aria-expanded={opened}
        aria-current={main.some((place) => place === current) ? undefined : 'page'}
        onClick={() => setOpened(true)}
      >
        <IconDots size={22} stroke={1.6} aria-hidden />
        {t('navigation.menu')}
      </UnstyledButton>
      <NavigationSheet
        opened={opened}
        places={places.filter((place) => !main.includes(place))}
        current={current}
        onClose={() => setOpened(false)}
      />
    </nav>
  );
}

/** Alerts that are nobody's yet. */
function useNewAlerts(): number {
  const { can } = useSession();
  const alerts = useAlerts(followsAlerts(can));
  return alerts.data?.filter(({ state }) => state === 'new').length ?? 0;
}

function useDocumentTitle(path: string, fresh: number): void {
  const { t } = useTranslation('app');
  useEffect(() => {
    const place = placeOf(path);
    const title = place === undefined ? t('product') : `${t(`navigation.${place.name}`)} · ${t('product')}`;
    document.title = fresh === 0 ? title : `(${fresh}) ${title}`;
  }, [path, fresh, t]);
}
