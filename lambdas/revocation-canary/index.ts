import { setTimeout } from 'node:timers/promises';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { sendRequest } from '../lib/http-request';
import { stdoutLog } from '../lib/log';
import { RevocationCanary } from './canary';
import { CANARY_URL_VARIABLE, readRevocationCanaryConfig } from './config';
import { canaryTokens } from './tokens';

/** Longest time of a request, in milliseconds; API Gateway answers within 29 s. */
const TIMEOUT_MS = 30_000;
/** What of an answer is read: it is not looked at. */
const MAX_BYTES = 1_000_000;

const config = readRevocationCanaryConfig(__dirname);
const url = new URL(`${process.env[CANARY_URL_VARIABLE] ?? ''}${config.path}`);
const tokens = canaryTokens(new LambdaClient({ region: config.region }), config);

const canary = new RevocationCanary(config, {
  // A scheduled function goes by the machine's clock.
  now: () => Math.round(performance.timeOrigin + performance.now()),
  wait: setTimeout,
  ...tokens,
  call: async (token) => {
    const headers = { Authorization: `Bearer ${token}` };
    const bounds = { timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES, idempotent: true };
    return (await sendRequest({ url, method: 'GET', headers, ...bounds })).status;
  },
  log: stdoutLog(),
});

/** Lambda handler of the schedule. */
export const handler = () => canary.run();
