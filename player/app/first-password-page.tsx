import { useTranslation } from 'react-i18next';
import { PasswordForm } from './password-form.tsx';
import { WayIn } from './way-in.tsx';

/** The password was set by somebody else: nothing else can be done before it is changed. */
export function FirstPasswordPage() {
  const { t } = useTranslation('app');
  return (
    <WayIn title={t('password.mustChange')} hint={t('password.mustChangeHint')}>
      <PasswordForm />
    </WayIn>
  );
}
