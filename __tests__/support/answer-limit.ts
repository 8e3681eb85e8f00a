/** Beyond this an answer doesn't come; no judgement about speed. */
export const ANSWER_LIMIT_MS = 120_000;

/** Ends a request that is not answered, so that a test that hangs says where. */
export function answerLimit(): AbortSignal {
  return AbortSignal.timeout(ANSWER_LIMIT_MS);
}
