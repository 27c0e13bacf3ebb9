import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Loading } from '../ui/loading.tsx';
import { WayIn } from './way-in.tsx';

const TotpEnrolment = lazy(() => import('./totp-enrolment.tsx'));

/** A role of this person demands a second factor, and there is none yet. */
export function FirstTotpPage() {
  const { t } = useTranslation('app');
  return (
    <WayIn title={t('totp.must')} hint={t('totp.mustHint')} wide>
      <Suspense fallback={<Loading />}>
        <TotpEnrolment />
      </Suspense>
    </WayIn>
  );
}
