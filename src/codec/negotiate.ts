/** Content negotiation: which form of a response the Accept header asks for. */
import { acceptCacheEntriesMax, acceptCacheKeyLengthMax } from '../base/limits.ts';
import { type AcceptClause, parseAccept } from './accept.ts';

export type Media = 'json' | 'yaml' | 'protobuf';

export const MEDIA_TYPES: Readonly<Record<Media, string>> = {
  json: 'application/json',
  yaml: 'application/yaml',
  protobuf: 'application/vnd.kubernetes.protobuf',
};

/** Another object than the one stored: `application/json;as=Table;g=meta.k8s.io;v=v1`. */
export interface Transform {
  readonly kind: string;
  readonly group: string;
  readonly version: string;
}

export interface Negotiated {
  readonly media: Media;
  /** null: the object as it is. */
  readonly as: Transform | null;
  /** `pretty=1` among the parameters; see `wantsPretty`. */
  readonly pretty: boolean;
  /** `watch` or ''. */
  readonly stream: string;
  /** Discovery: `nopeer` or ''. */
  readonly profile: string;
}

/** What an endpoint can answer. */
export interface Offer {
  /** In order of preference: the first one answers an absent Accept header. */
  readonly media: readonly Media[];
  /** Whether it has this form. `as` null: the object as it is. */
  allows(media: Media, as: Transform | null): boolean;
}

const ALL: readonly Media[] = ['json', 'yaml', 'protobuf'];

/** Built-in resources. */
export const resourceOffer: Offer = {
  media: ALL,
  allows: (media, as) => as === null || allowsMetaTransform(media, as),
};

/** Custom resources have no protobuf form, their metadata has. */
export const customResourceOffer: Offer = {
  media: ALL,
  allows: (media, as) => (as === null ? media !== 'protobuf' : allowsMetaTransform(media, as)),
};

/** Errors, discovery documents of one group, version: no transformations. */
export const plainOffer: Offer = { media: ALL, allows: (_media, as) => as === null };

/** /api and /apis, also as one aggregated document. */
export const discoveryOffer: Offer = {
  media: ALL,
  allows: (media, as) =>
    as === null ||
    (media !== 'yaml' &&
      as.group === 'apidiscovery.k8s.io' &&
      as.version === 'v2' &&
      as.kind === 'APIGroupDiscoveryList'),
};

/** The media types that a 406 lists; `stream`: those of a watch. */
export function offeredMediaTypes(offer: Offer, stream = false): string[] {
  const offered = offer.media.filter((media) => !stream || media !== 'yaml');
  return offered.map((media) => (stream ? `${MEDIA_TYPES[media]};stream=watch` : MEDIA_TYPES[media]));
}

/** null: nothing that is accepted is offered (406). A result is shared between requests, and so frozen. */
export type Negotiate = (accept: string | undefined) => Negotiated | null;

/** Clients send few different Accept headers: outcomes are remembered, up to a bound. */
export function createNegotiator(offer: Offer): Negotiate {
  const known = new Map<string, Negotiated | null>();
  const unasked: Negotiated = Object.freeze({
    media: offer.media[0] ?? 'json',
    as: null,
    pretty: false,
    stream: '',
    profile: '',
  });
  return (accept) => {
    if (accept === undefined || accept === '') return unasked;
    const remembered = known.get(accept);
    if (remembered !== undefined) return remembered;
    const outcome = negotiate(accept, offer);
    if (accept.length <= acceptCacheKeyLengthMax) {
      if (known.size >= acceptCacheEntriesMax) known.clear();
      known.set(accept, outcome);
    }
    return outcome;
  };
}

/** A watch cannot be sent as YAML. */
export function canStream(negotiated: Negotiated): boolean {
  return negotiated.media !== 'yaml';
}

const PARAMETER = /^[ \t]*[!#$%&'*+.^_`|~0-9A-Za-z-]+=(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+|"[^"\\]*")[ \t]*$/;

/**
 * The media type that a Content-Type header names, in lower case and without parameters; '' for an absent header. A
 * header with malformed parameters is answered as it is, so that it names no type at all.
 */
export function mediaTypeOf(contentType: string | undefined): string {
  if (contentType === undefined || contentType === '' || contentType === MEDIA_TYPES.json) return contentType ?? '';
  const [type = '', ...parameters] = contentType.split(';');
  const wellFormed = parameters.every((parameter) => parameter.trim() === '' || PARAMETER.test(parameter));
  return wellFormed ? type.trim().toLowerCase() : contentType;
}

const TRUE_TEXTS: readonly string[] = ['1', 't', 'T', 'TRUE', 'true', 'True'];

/** Indented JSON: by Accept, by `?pretty=`, or because a person seems to look. `pretty`: the parameter, null if absent. */
export function wantsPretty(negotiated: Negotiated, pretty: string | null, userAgent: string | undefined): boolean {
  if (negotiated.media !== 'json') return false;
  if (negotiated.pretty) return true;
  if (pretty !== null && pretty !== '') return TRUE_TEXTS.includes(pretty);
  if (userAgent === undefined) return false;
  return userAgent.startsWith('curl') || userAgent.startsWith('Wget') || userAgent.startsWith('Mozilla/5.0');
}

function negotiate(accept: string, offer: Offer): Negotiated | null {
  for (const clause of parseAccept(accept)) {
    for (const media of offer.media) {
      const outcome = isWanted(clause, media) ? accepted(clause, media, offer) : null;
      if (outcome !== null) return outcome;
    }
  }
  return null;
}

function isWanted(clause: AcceptClause, media: Media): boolean {
  if (clause.type === '*' && clause.subtype === '*') return true;
  return (
    clause.type === 'application' && (clause.subtype === '*' || MEDIA_TYPES[media] === `application/${clause.subtype}`)
  );
}

function accepted(clause: AcceptClause, media: Media, offer: Offer): Negotiated | null {
  const { parameters } = clause;
  const stream = parameters.get('stream') ?? '';
  if (stream !== '' && (stream !== 'watch' || media === 'yaml')) return null;
  // The version of the server's own group for generic answers, of which there is one.
  const serverVersion = parameters.get('sv') ?? '';
  if (serverVersion !== '' && serverVersion !== 'v1') return null;
  const as = transformOf(parameters);
  if (!offer.allows(media, as)) return null;
  return Object.freeze({
    media,
    as,
    pretty: parameters.get('pretty') === '1',
    stream,
    profile: parameters.get('profile') ?? '',
  });
}

function transformOf(parameters: ReadonlyMap<string, string>): Transform | null {
  const [kind, group, version] = [parameters.get('as'), parameters.get('g'), parameters.get('v')];
  if (kind === undefined && group === undefined && version === undefined) return null;
  return Object.freeze({ kind: kind ?? '', group: group ?? '', version: version ?? '' });
}

function allowsMetaTransform(media: Media, as: Transform): boolean {
  if (as.group !== 'meta.k8s.io' || (as.version !== 'v1' && as.version !== 'v1beta1')) return false;
  if (as.kind === 'Table') return media !== 'protobuf';
  return as.kind === 'PartialObjectMetadata' || as.kind === 'PartialObjectMetadataList';
}
