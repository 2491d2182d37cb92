import { awsEndpoint, environmentCredentials } from './aws-request';
import { sendRequest } from './http-request';
import { signRequest } from './sigv4';

/** A synchronous invocation of another function. */
export interface FunctionCall {
  readonly region: string;
  /** Name of the function. */
  readonly name: string;
  /** Alias by which it is invoked. @default - the newest code */
  readonly alias?: string;
  readonly payload: object;
  /** Time until the whole answer is there, in milliseconds. */
  readonly timeoutMs: number;
}

const LAMBDA = { name: 'lambda', endpointVariable: 'AWS_ENDPOINT_URL_LAMBDA' };
const MAX_ANSWER_BYTES = 100_000;

/**
 * Invokes a function and waits for its answer, signed with the credentials of the environment. Source: "Invoke", AWS Lambda API reference.
 *
 * @returns what the function answered, or where it rejected what Lambda says of its error: the two are told apart by what the function promises
 * @throws {Error} when it cannot be invoked, or the answer is no JSON
 */
export async function invokeFunction({
  region,
  name,
  alias = '$LATEST',
  payload,
  timeoutMs,
}: FunctionCall): Promise<unknown> {
  const endpoint = awsEndpoint(LAMBDA, region);
  const path = `/2015-03-31/functions/${encodeURIComponent(name)}/invocations`;
  const query = `Qualifier=${encodeURIComponent(alias)}`;
  const url = new URL(`${path}?${query}`, endpoint);
  const body = JSON.stringify(payload);
  const headers = signRequest(
    {
      method: 'POST',
      host: url.host,
      // What is signed is the path encoded once more.
      path: path.replaceAll('%', '%25'),
      query,
      headers: { 'content-type': 'application/json' },
      body,
    },
    { service: LAMBDA.name, region, date: new Date() },
    environmentCredentials(),
  );
  const response = await sendRequest({
    url,
    method: 'POST',
    headers,
    body,
    timeoutMs,
    maxBytes: MAX_ANSWER_BYTES,
    idempotent: false,
  });
  const text = response.body.toString();
  if (response.status !== 200) {
    throw new Error(`invocation of ${name} failed with status ${response.status}`);
  }
  return JSON.parse(text);
}
