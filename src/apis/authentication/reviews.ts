/** Token and self reviews are answered and never stored. */
import type { SelfSubjectReview, TokenReview } from '../../generated/interfaces.ts';
import { badRequest, type StatusError } from '../../meta/status.ts';
import { behavior } from '../behavior.ts';

export const tokenReviews = behavior<TokenReview>({});

export const selfSubjectReviews = behavior<SelfSubjectReview>({});

/** 400 for a review without a token, which no authenticator could answer; null: fine. */
export function tokenReviewProblem(review: TokenReview): StatusError | null {
  return (review.spec?.token ?? '') === '' ? badRequest('token is required for TokenReview in authentication') : null;
}
