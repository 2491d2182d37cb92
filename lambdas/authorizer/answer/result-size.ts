/** Largest answer, in bytes: API Gateway refuses more than about 8 KB. */
export const MAX_RESULT_BYTES = 7000;
