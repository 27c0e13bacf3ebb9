import { NavLink } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { placeOf, placesFor } from './navigation.ts';
import { useSession } from './session.tsx';
import classes from './shell.module.css';

export function Shell({ children }: { children: ReactNode }) {
  const { t } = useTranslation('app');
  const { view } = useSession();
  const [path] = useLocation();
  const current = placeOf(path);
  return (
    <div className={classes.shell}>
      <nav className={classes.navigation} aria-label={t('navigation.label')}>
        {placesFor(view.permissions).map((place) => (
          <NavLink
            key={place.name}
            component={Link}
            href={place.path}
            label={t(`navigation.${place.name}`)}
            leftSection={<place.icon size={18} />}
            active={place === current}
          />
        ))}
      </nav>
      <main className={classes.main} id="main" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
