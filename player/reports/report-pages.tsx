import { lazy } from 'react';
import { useTranslation } from 'react-i18next';
import { Route, Switch } from 'wouter';
import NotFoundPage from '../app/not-found-page.tsx';
import { useSession } from '../app/session.tsx';
import { useSectorTexts } from '../sectors/texts.ts';
import { reportsEn } from './text/en.ts';
import { reportsVi } from './text/vi.ts';

const ReportsPage = lazy(() => import('./reports-page.tsx'));
const ReportPage = lazy(() => import('./report-page.tsx'));

export default function ReportPages() {
  const { i18n } = useTranslation();
  const { can } = useSession();
  useSectorTexts();
  if (!i18n.hasResourceBundle('vi', 'reports')) {
    i18n.addResourceBundle('vi', 'reports', reportsVi);
    i18n.addResourceBundle('en', 'reports', reportsEn);
  }
  if (!can('report.handle')) return <NotFoundPage />;
  return (
    <Switch>
      <Route path="/reports" component={ReportsPage} />
      <Route path="/reports/:id">{({ id }) => <ReportPage reportId={id} key={id} />}</Route>
      <Route component={NotFoundPage} />
    </Switch>
  );
}
