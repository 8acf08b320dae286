/** The core group. */
import type { Behavior, Conversion } from '../../registry/definition.ts';
import { componentStatuses } from './componentstatuses.ts';
import { configMaps } from './configmaps.ts';
import { endpoints } from './endpoints.ts';
import { events } from './events.ts';
import { limitRanges } from './limitranges.ts';
import { namespaces } from './namespaces.ts';
import { nodes } from './nodes.ts';
import { persistentVolumeClaims } from './persistentvolumeclaims.ts';
import { persistentVolumes } from './persistentvolumes.ts';
import { pods } from './pods.ts';
import { podTemplates } from './podtemplates.ts';
import { replicationControllers } from './replicationcontrollers.ts';
import { resourceQuotas } from './resourcequotas.ts';
import { secrets } from './secrets.ts';
import { serviceAccounts } from './serviceaccounts.ts';
import { services } from './services.ts';

export const coreBehaviors: Record<string, Behavior> = {
  '/componentstatuses': componentStatuses,
  '/configmaps': configMaps,
  '/endpoints': endpoints,
  '/events': events,
  '/limitranges': limitRanges,
  '/namespaces': namespaces,
  '/nodes': nodes,
  '/persistentvolumeclaims': persistentVolumeClaims,
  '/persistentvolumes': persistentVolumes,
  '/pods': pods,
  '/podtemplates': podTemplates,
  '/replicationcontrollers': replicationControllers,
  '/resourcequotas': resourceQuotas,
  '/secrets': secrets,
  '/serviceaccounts': serviceAccounts,
  '/services': services,
};

export const coreConversions: Record<string, Conversion> = {};
