import { lazy } from 'react';
import { useTranslation } from 'react-i18next';
import { Route, Switch } from 'wouter';
import { canEverywhere } from '../app/can-everywhere.ts';
import { NOTICES_PATH } from '../app/links.ts';
import NotFoundPage from '../app/not-found-page.tsx';
import { useSession } from '../app/session.tsx';
import { useSectorTexts } from '../sectors/texts.ts';
import { incidentsEn } from './text/en.ts';
import { incidentsVi } from './text/vi.ts';

const IncidentsPage = lazy(() => import('./incidents-page.tsx'));
const NoticesPage = lazy(() => import('./notices-page.tsx'));
const IncidentPage = lazy(() => import('./incident-page.tsx'));

export default function IncidentPages() {
  const { i18n } = useTranslation();
  const { can, user } = useSession();
  if (!i18n.hasResourceBundle('vi', 'incidents')) {
    i18n.addResourceBundle('vi', 'incidents', incidentsVi);
    i18n.addResourceBundle('en', 'incidents', incidentsEn);
  }
  useSectorTexts();
  if (!can('incident.manage')) return <NotFoundPage />;
  return (
    <Switch>
      <Route path="/incidents" component={IncidentsPage} />
      {canEverywhere(user, 'notice.publish') && <Route path={NOTICES_PATH} component={NoticesPage} />}
      <Route path="/incidents/:id">{({ id }) => <IncidentPage incidentId={id} key={id} />}</Route>
      <Route component={NotFoundPage} />
    </Switch>
  );
}
