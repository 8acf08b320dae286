/** The objects that an API server makes and keeps by itself, as pure functions of what is there and what should be. */
export * from './bootstrap/api-services.ts';
export * from './bootstrap/basics.ts';
export * from './bootstrap/config-maps.ts';
export {
  danglingStatus,
  defaultFlowSchemas,
  defaultPriorityLevels,
  type FlowControlDefault,
  obsoleteFlowControl,
  reconcileFlowControl,
} from './bootstrap/flow-control.ts';
export * from './bootstrap/identity-lease.ts';
export * from './bootstrap/kubernetes-service.ts';
export { rbacObjects, reconcileRbac } from './bootstrap/rbac.ts';
export { type Reconciled, reconcileMissing } from './bootstrap/reconcile.ts';
