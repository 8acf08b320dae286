/** DELETE of one object and of a collection. */
import { parseDeleteOptions } from '../../meta/delete-options.ts';
import { parseListOptions } from '../../meta/list-options.ts';
import type { KubeObject } from '../../meta/object.ts';
import { deleteObject } from '../../registry/delete.ts';
import { deleteCollection } from '../../registry/delete-collection.ts';
import { entryObject } from '../../registry/entry.ts';
import { storageOf } from '../../registry/resource.ts';
import { answerEntry, answerList, answerObject } from './answer.ts';
import { readOptions } from './body.ts';
import { type Call, writeRequest } from './call.ts';

export async function deleteVerb(call: Call): Promise<void> {
  const { services, ctx, resource } = call;
  const options = parseDeleteOptions(await readOptions(call), ctx.query);
  const request = { ...writeRequest(call, { dryRun: options.dryRun, fieldManager: '' }, 0), options };
  const { entry, gone } = await deleteObject(services.registry, request);
  if (!gone || storageOf(resource).behavior.deleteReturnsObject) {
    return answerEntry(call, !gone && options.orphanDependents === false ? 202 : 200, entry);
  }
  return answerObject(call, 200, deletedStatus(call, entryObject(entry)));
}

export async function deleteCollectionVerb(call: Call): Promise<void> {
  const { services, ctx } = call;
  const options = parseDeleteOptions(await readOptions(call), ctx.query);
  const request = { ...writeRequest(call, { dryRun: options.dryRun, fieldManager: '' }, 0), options };
  const entries = await deleteCollection(services.registry, request, parseListOptions(ctx.query));
  const revision = storageOf(call.resource).cache.revision();
  return answerList(call, { entries, revision, continueToken: '', remaining: null });
}

function deletedStatus(call: Call, object: KubeObject): KubeObject {
  const { group, resource } = call.resource.groupResource;
  const details = {
    name: object.metadata.name ?? '',
    ...(group === '' ? {} : { group }),
    kind: resource,
    uid: object.metadata.uid ?? '',
  };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}
