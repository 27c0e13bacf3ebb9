import { lazy } from 'react';
import { useTranslation } from 'react-i18next';
import { Redirect, Route, Switch } from 'wouter';
import { MODELS_PATH, STORAGE_PATH } from '../app/links.ts';
import { PLACES, placeOf } from '../app/navigation.ts';
import NotFoundPage from '../app/not-found-page.tsx';
import { useSession } from '../app/session.tsx';
import { adminEn } from './text/en.ts';
import { adminVi } from './text/vi.ts';

const CamerasPage = lazy(() => import('./cameras/cameras-page.tsx'));
const AddCameraPage = lazy(() => import('./cameras/add-camera-page.tsx'));
const DiscoveryPage = lazy(() => import('./cameras/discovery-page.tsx'));
const ImportPage = lazy(() => import('./cameras/import-page.tsx'));
const EditCameraPage = lazy(() => import('./cameras/edit-camera-page.tsx'));
const GroupsPage = lazy(() => import('./groups-page.tsx'));
const RecordingPage = lazy(() => import('./recording/recording-page.tsx'));
const StoragePage = lazy(() => import('./storage/storage-page.tsx'));
const ModelsPage = lazy(() => import('./models/models-page.tsx'));
const CataloguePage = lazy(() => import('./catalogue/catalogue-page.tsx'));
const PeoplePage = lazy(() => import('./people/people-page.tsx'));
const OutputsPage = lazy(() => import('./outputs/outputs-page.tsx'));
const TokensPage = lazy(() => import('./tokens/tokens-page.tsx'));
const AuditPage = lazy(() => import('./audit-page.tsx'));
const SystemPage = lazy(() => import('./system-page.tsx'));

/** The administration; an address that a person may not open looks like one that does not exist. */
export default function AdminPages({ path }: { path: string }) {
  const { i18n } = useTranslation();
  const { view } = useSession();
  if (!i18n.hasResourceBundle('vi', 'admin')) {
    i18n.addResourceBundle('vi', 'admin', adminVi);
    i18n.addResourceBundle('en', 'admin', adminEn);
  }
  const place = placeOf(path);
  if (place !== undefined && !view.permissions.includes(place.permission)) return <NotFoundPage />;
  return (
    <Switch>
      <Route path="/admin">
        <Redirect replace to={PLACES.find(({ section }) => section === 'administration')?.path ?? '/'} />
      </Route>
      <Route path="/admin/cameras" component={CamerasPage} />
      <Route path="/admin/cameras/new" component={AddCameraPage} />
      <Route path="/admin/cameras/discover" component={DiscoveryPage} />
      <Route path="/admin/cameras/import" component={ImportPage} />
      <Route path="/admin/cameras/:id">{({ id }) => <EditCameraPage cameraId={id} key={id} />}</Route>
      <Route path="/admin/groups" component={GroupsPage} />
      <Route path="/admin/recording" component={RecordingPage} />
      <Route path={STORAGE_PATH} component={StoragePage} />
      <Route path={MODELS_PATH} component={ModelsPage} />
      <Route path="/admin/sectors" component={CataloguePage} />
      <Route path="/admin/people" component={PeoplePage} />
      <Route path="/admin/outputs" component={OutputsPage} />
      <Route path="/admin/tokens" component={TokensPage} />
      <Route path="/admin/audit" component={AuditPage} />
      <Route path="/admin/system" component={SystemPage} />
      <Route component={NotFoundPage} />
    </Switch>
  );
}
