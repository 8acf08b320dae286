/** Served versions that upstream calls deprecated, with the text of the Warning header that each request to them gets. */
const DEPRECATIONS: Readonly<Record<string, string>> = {
  '/v1/componentstatuses': 'v1 ComponentStatus is deprecated in v1.19+',
  '/v1/endpoints': 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
};

/** Null: not deprecated. `key`: `<group>/<version>/<resource>`. */
export function deprecationOf(key: string): string | null {
  return DEPRECATIONS[key] ?? null;
}
