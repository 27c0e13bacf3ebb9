import { lazy } from 'react';
import { Route, Switch } from 'wouter';
import NotFoundPage from '../app/not-found-page.tsx';
import { useSession } from '../app/session.tsx';
import { useSectorTexts } from './texts.ts';

const SectorsPage = lazy(() => import('./sectors-page.tsx'));
const SectorPage = lazy(() => import('./sector-page.tsx'));
const LeaguePage = lazy(() => import('./league-page.tsx'));

export default function SectorPages() {
  useSectorTexts();
  const { can } = useSession();
  if (!can('sector.read')) return <NotFoundPage />;
  return (
    <Switch>
      <Route path="/sectors" component={SectorsPage} />
      <Route path="/sectors/league" component={LeaguePage} />
      <Route path="/sectors/:key">{({ key }) => <SectorPage sectorKey={key} key={key} />}</Route>
      <Route component={NotFoundPage} />
    </Switch>
  );
}
