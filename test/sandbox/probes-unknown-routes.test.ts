import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SandboxFixture } from './support/sandbox';

/** Where there is no route API Gateway looks for an AWS signature, and answers by what it finds. */
describe('a path without a route', () => {
  const fixture = new SandboxFixture();

  beforeAll(() => fixture.start());
  afterAll(() => fixture.remove());

  const get = (authorization: string | undefined, more: { api?: string; headers?: Record<string, string> } = {}) =>
    fixture.get('/none', {
      ...more,
      headers: { ...more.headers, ...(authorization === undefined ? {} : { Authorization: authorization }) },
    });
  const digest = (text: string) => createHash('sha256').update(text).digest('base64');

  test('and without Authorization is MISSING_AUTHENTICATION_TOKEN', async () => {
    const answer = await get(undefined);
    expect([answer.status, answer.json]).toEqual([403, { message: 'Missing Authentication Token' }]);
    expect(answer.headers['x-amzn-errortype']).toBe('MissingAuthenticationTokenException');
  });

  test('and with a bearer token lacks an equal sign', async () => {
    const answer = await get('Bearer acme_test_canary');
    expect([answer.status, answer.headers['x-amzn-errortype']]).toEqual([403, 'IncompleteSignatureException']);
    expect(answer.json).toEqual({
      message: `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${digest('Bearer acme_test_canary')}'.`,
    });
  });

  test('and with a text of one word lacks every part of a signature', async () => {
    const { status, json } = await get('eyJ0eXAi.eyJzdWIi.c2ln');
    expect(status).toBe(403);
    expect((json as { message: string }).message).toMatch(
      /^Authorization header requires 'Credential' parameter\. Authorization header requires 'Signature' parameter\. Authorization header requires 'SignedHeaders' parameter\. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header\. \(Hashed/,
    );
  });

  test('and with a signature is INVALID_SIGNATURE', async () => {
    const signature =
      'AWS4-HMAC-SHA256 Credential=AKIA/20260114/eu-west-1/execute-api/aws4_request, SignedHeaders=host, Signature=00';
    const answer = await get(signature, { headers: { 'X-Amz-Date': '20260114T120000Z' } });
    expect([answer.status, answer.headers['x-amzn-errortype']]).toEqual([403, 'InvalidSignatureException']);
  });

  test('has its own gateway response for each: customising one leaves the other', async () => {
    expect((await get(undefined, { api: 'styled' })).status).toBe(404);
    // The family's status of that API.
    expect((await get('Bearer x', { api: 'styled' })).status).toBe(418);
  });

  test('a method that needs a signature answers the same', async () => {
    expect((await fixture.get('/signed')).headers['x-amzn-errortype']).toBe('MissingAuthenticationTokenException');
    const signed = await fixture.get('/signed', { headers: { Authorization: 'AWS4-HMAC-SHA256 x' } });
    expect([signed.status, signed.headers['x-amzn-errortype']]).toEqual([403, 'IncompleteSignatureException']);
  });

  test('no credential is in an answer or a log', async () => {
    for (const authorization of ['Bearer acme_test_canary', 'acme_test_canary', 'AWS4-HMAC-SHA256 acme_test_canary']) {
      expect((await get(authorization)).text).not.toContain('canary');
    }
    expect(JSON.stringify(fixture.accessLog)).not.toContain('canary');
    const { restApiId } = fixture.sandbox.apis.find(({ api }) => api === 'shop') ?? {};
    const log = join(fixture.stateDir, 'logs', `API-Gateway-Execution-Logs_${restApiId}`, 'dev.log');
    expect(readFileSync(log, 'utf8')).not.toContain('canary');
  });
});
