import { nestingDepthMax } from '../base/limits.ts';
import { badRequest } from './status.ts';

export const DEPTH_TEXT = 'exceeded max depth';

/** For walkers of values that nobody has checked yet: their stack must hold. Throws 400. */
export function checkDepth(depth: number): void {
  if (depth > nestingDepthMax) throw badRequest(DEPTH_TEXT);
}
