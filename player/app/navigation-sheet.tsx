import { Drawer, NavLink } from '@mantine/core';
import { IconLogout, IconUser } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { Place } from './navigation.ts';
import { useSession } from './session.tsx';

/** The places that a phone's bar has no room for. */
export function NavigationSheet(props: {
  opened: boolean;
  places: readonly Place[];
  current: Place | undefined;
  onClose: () => void;
}) {
  const { t } = useTranslation('app');
  const { user, signOut } = useSession();
  return (
    <Drawer
      opened={props.opened}
      onClose={props.onClose}
      position="bottom"
      size="auto"
      styles={{ inner: { alignItems: 'flex-end' }, content: { flex: '0 0 100%', height: 'auto' } }}
      title={user.displayName}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {props.places.map((place) => (
        <NavLink
          key={place.name}
          component={Link}
          href={place.path}
          label={t(`navigation.${place.name}`)}
          leftSection={<place.icon size={20} stroke={1.6} />}
          active={place === props.current}
          onClick={props.onClose}
        />
      ))}
      <NavLink
        component={Link}
        href="/account"
        label={t('navigation.account')}
        leftSection={<IconUser size={20} stroke={1.6} />}
        onClick={props.onClose}
      />
      <NavLink
        component="button"
        label={t('navigation.signOut')}
        leftSection={<IconLogout size={20} stroke={1.6} />}
        onClick={() => void signOut()}
      />
    </Drawer>
  );
}
