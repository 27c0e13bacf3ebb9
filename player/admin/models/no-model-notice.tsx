import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { useActiveModel } from '../../api/queries.ts';
import { MODELS_PATH } from '../../app/links.ts';
import { useSession } from '../../app/session.tsx';
import { Notice } from '../../ui/notice.tsx';

/** Says that objects are not recognised, and who can change it; nothing while they are. */
export function NoModelNotice() {
  const { t } = useTranslation('app');
  const { view } = useSession();
  const mayChange = view.permissions.includes('system.manage');
  const active = useActiveModel(view.permissions.includes('camera.configure'));
  const reason = active.data?.reason ?? null;
  if (reason === null || reason === 'starting') return null;
  return (
    <Notice kind="warn" title={t('noModel.title')}>
      {t(`noModel.reasons.${reason}`)} {t('noModel.still')}{' '}
      {mayChange ? <Link href={MODELS_PATH}>{t('noModel.change')}</Link> : t('noModel.ask')}
    </Notice>
  );
}
