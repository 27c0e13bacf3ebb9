import { IconFileImport, IconKeyboard, IconRadar2, type TablerIcon } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { TryDemoButton } from '../../app/try-demo-button.tsx';
import { Page } from '../../ui/page.tsx';
import classes from './choices.module.css';

/** No cameras yet: says what a camera can be and which three ways lead to the first one. */
export function FirstCamera() {
  const { t } = useTranslation('admin');
  return (
    <Page title={t('first.title')} hint={t('first.hint')}>
      <div className={classes.choices}>
        <Choice
          href="/admin/cameras/discover"
          icon={IconRadar2}
          title={t('ways.discover')}
          hint={t('ways.discoverHint')}
        />
        <Choice href="/admin/cameras/new" icon={IconKeyboard} title={t('ways.type')} hint={t('ways.typeHint')} />
        <Choice href="/admin/cameras/import" icon={IconFileImport} title={t('ways.csv')} hint={t('ways.csvHint')} />
      </div>
      <div>
        <TryDemoButton />
      </div>
    </Page>
  );
}

export function Choice(props: { href: string; icon: TablerIcon; title: string; hint: string }) {
  return (
    <Link href={props.href} className={classes.choice}>
      <props.icon size={22} stroke={1.5} aria-hidden />
      <span>
        <strong>{props.title}</strong>
        <span className={classes.hint}>{props.hint}</span>
      </span>
    </Link>
  );
}
