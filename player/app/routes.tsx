import { lazy, Suspense, useEffect, useRef } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { Loading } from '../ui/loading.tsx';
import {
  alertLink,
  DIRECTIVES_PATH,
  FEEDS_PATH,
  QUEUE_PATH,
  REPORTS_PATH,
  SECTORS_PATH,
  STATISTICS_PATH,
} from './links.ts';
import { landingPath, startPath } from './navigation.ts';
import { PageBoundary } from './page-boundary.tsx';
import { useSession } from './session.tsx';
import { Shell } from './shell.tsx';

const LivePage = lazy(() => import('../live/live-page.tsx'));
const WallPage = lazy(() => import('../live/wall-page.tsx'));
const AlertsPage = lazy(() => import('../alerts/alerts-page.tsx'));
const AlertQualityPage = lazy(() => import('../alerts/quality-page.tsx'));
const IncidentPages = lazy(() => import('../incidents/incident-pages.tsx'));
const PlaybackPage = lazy(() => import('../playback/playback-page.tsx'));
const HoldsPage = lazy(() => import('../holds/holds-page.tsx'));
const StatisticsPage = lazy(() => import('../statistics/statistics-page.tsx'));
const SectorPages = lazy(() => import('../sectors/sector-pages.tsx'));
const KioskPage = lazy(() => import('../sectors/kiosk-page.tsx'));
const MapPage = lazy(() => import('../map/map-page.tsx'));
const QueuePage = lazy(() => import('../queue/queue-page.tsx'));
const DirectivesPage = lazy(() => import('../directives/directives-page.tsx'));
const ReportPages = lazy(() => import('../reports/report-pages.tsx'));
const FeedPages = lazy(() => import('../feeds/feed-pages.tsx'));
const EventsPage = lazy(() => import('../events/events-page.tsx'));
const AdminPages = lazy(() => import('../admin/admin-pages.tsx'));
const AccountPage = lazy(() => import('./account-page.tsx'));
const NotFoundPage = lazy(() => import('./not-found-page.tsx'));

/** Every address of the console. A wall and a kiosk have no shell: they are screens without controls. */
export function Routes() {
  return (
    <Switch>
      <Route path="/wall/:id">
        {({ id }) => (
          <PageBoundary>
            <Suspense fallback={<Loading />}>
              <WallPage layoutId={id} />
            </Suspense>
          </PageBoundary>
        )}
      </Route>
      <Route path="/kiosk">
        <PageBoundary>
          <Suspense fallback={<Loading />}>
            <KioskPage />
          </Suspense>
        </PageBoundary>
      </Route>
      <Route>
        <Shell>
          <Pages />
        </Shell>
      </Route>
    </Switch>
  );
}

function Pages() {
  const [path] = useLocation();
  const { can, view } = useSession();
  useLanding();
  return (
    <PageBoundary key={path}>
      <Suspense fallback={<Loading />}>
        <Switch>
          <Route path="/">
            {can('camera.view') ? <LivePage /> : <Redirect replace to={startPath(view.permissions)} />}
          </Route>
          <Route path="/alerts" component={AlertsPage} />
          <Route path="/alerts/quality" component={AlertQualityPage} />
          <Route path="/alerts/:id">{({ id }) => <Redirect replace to={alertLink(id)} />}</Route>
          <Route path="/incidents/*?" component={IncidentPages} />
          <Route path="/playback" component={PlaybackPage} />
          <Route path="/holds" component={HoldsPage} />
          <Route path={QUEUE_PATH} component={QueuePage} />
          <Route path={`${SECTORS_PATH}/*?`} component={SectorPages} />
          <Route path="/map" component={MapPage} />
          <Route path={`${REPORTS_PATH}/*?`} component={ReportPages} />
          <Route path={DIRECTIVES_PATH} component={DirectivesPage} />
          <Route path={`${FEEDS_PATH}/*?`} component={FeedPages} />
          <Route path="/events" component={EventsPage} />
          <Route path={STATISTICS_PATH} component={StatisticsPage} />
          <Route path="/admin/*?">
            <AdminPages path={path} />
          </Route>
          <Route path="/account" component={AccountPage} />
          <Route component={NotFoundPage} />
        </Switch>
      </Suspense>
    </PageBoundary>
  );
}

/** Takes who comes without asking for a page to the one that they work with; from then on every page is theirs. */
function useLanding(): void {
  const [path, navigate] = useLocation();
  const { user, view } = useSession();
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) return;
    first.current = false;
    if (path !== '/' || window.location.search !== '') return;
    const roles = user.grants.map(({ role }) => role);
    const landing = landingPath(roles, view.permissions);
    if (landing !== '/') navigate(landing, { replace: true });
  }, [path, navigate, user.grants, view.permissions]);
}
