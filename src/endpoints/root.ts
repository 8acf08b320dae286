/** `/`: which paths there are. */
import type { RouteHandler } from './context.ts';
import { encodePrettyJson } from './encode.ts';
import { JSON_TYPE, sendBytes } from './respond.ts';

/** `paths` is asked at each request, and sorted here. */
export function createRootRoutes(paths: () => Iterable<string>): readonly (readonly [string, RouteHandler])[] {
  const root: RouteHandler = (ctx) => {
    const sorted = [...new Set(paths())].sort();
    return sendBytes(ctx, 200, JSON_TYPE, encodePrettyJson({ paths: sorted }));
  };
  return [
    ['/', root],
    ['/index.html', root],
  ];
}
