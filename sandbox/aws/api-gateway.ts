import { Hono } from 'hono';
import { z } from 'zod';
import { defined } from '../../lambdas/lib/defined';
import type { ApiKey, ApiKeyChange, PersistentApiKeys } from './api-key-store';
import { AwsError, page, parseInput, parseJson, unsupported } from './protocol';
import type { LocalAwsOptions, UsagePlanSpec } from './types';

const createApiKeySchema = z.object({
  name: z.string().max(1024).default(''),
  description: z.string().optional(),
  customerId: z.string().optional(),
  // As on AWS, a key made without the flag does not work yet.
  enabled: z.boolean().default(false),
  value: z
    .string()
    .regex(/^[A-Za-z0-9]{20,128}$/, 'must be 20 to 128 letters and digits')
    .optional(),
});
const patchSchema = z.object({
  patchOperations: z.array(z.object({ op: z.string(), path: z.string(), value: z.string().optional() })),
});
const usagePlanKeySchema = z.object({ keyId: z.string(), keyType: z.literal('API_KEY') });
const dateSchema = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a date like 2026-01-31');
const usageSchema = z.object({ keyId: z.string().optional(), startDate: dateSchema, endDate: dateSchema });
/** Days that one GetUsage may span (API Gateway developer guide, usage plans). */
const USAGE_DAYS = 90;
const limitSchema = z.coerce.number().int().min(1).max(500).default(25);

/**
 * API keys, usage plans and kept authorizer results of API Gateway's control plane (API Gateway V1 API reference). APIs and plans are those
 * of the Terraform plan and cannot be changed here; keys and their attachment can, and results can be dropped.
 */
export function apiGatewayRoutes(
  keys: PersistentApiKeys,
  {
    usagePlans,
    restApis = [],
    flushAuthorizers,
  }: Pick<LocalAwsOptions, 'usagePlans' | 'restApis' | 'flushAuthorizers'>,
): Hono {
  const app = new Hono();
  const plans = usagePlans.map((plan, order) => ({ plan, order }));
  const planOf = (id: string): UsagePlanSpec => {
    const found = usagePlans.find((plan) => plan.id === id);
    if (!found) {
      throw new AwsError('NotFoundException', 'Invalid Usage Plan identifier specified', 404);
    }
    return found;
  };
  const attachedKey = (planId: string, keyId: string): ApiKey => {
    planOf(planId);
    const key = keys.list().find((candidate) => candidate.id === keyId && candidate.usagePlanIds.includes(planId));
    if (!key) {
      throw new AwsError('NotFoundException', 'Invalid API Key identifier specified', 404);
    }
    return key;
  };

  app.post('/apikeys', async (c) => {
    if (c.req.query('mode') !== undefined) {
      throw unsupported('ImportApiKeys');
    }
    const input = parseInput(createApiKeySchema, parseJson(await c.req.text()), 'BadRequestException');
    const { name, enabled, value, description, customerId } = input;
    const key = keys.create({
      name,
      enabled,
      ...defined({ value, description, customerId }),
    });
    return c.json(keyBody(key, true), 201);
  });

  app.get('/apikeys', (c) => {
    const { name, customerId, includeValues } = c.req.query();
    const matching = keys
      .list()
      .filter((key) => key.name.startsWith(name ?? ''))
      .filter((key) => customerId === undefined || key.customerId === customerId);
    const { items, next } = page(matching, (key) => key.sequence, pageRequest(c.req.query()));
    return c.json({ item: items.map((key) => keyBody(key, includeValues === 'true')), position: next });
  });

  app.get('/apikeys/:id', (c) => c.json(keyBody(keys.get(c.req.param('id')), c.req.query('includeValue') === 'true')));

  app.patch('/apikeys/:id', async (c) => {
    const { patchOperations } = parseInput(patchSchema, parseJson(await c.req.text()), 'BadRequestException');
    const change: ApiKeyChange = Object.assign({}, ...patchOperations.map(keyChange));
    return c.json(keyBody(keys.update(c.req.param('id'), change), false));
  });

  app.delete('/apikeys/:id', (c) => {
    keys.delete(c.req.param('id'));
    return c.body(null, 202);
  });

  app.get('/restapis', (c) => {
    const listed = restApis.map(({ id, name }, order) => ({ api: { id, name }, order }));
    const { items, next } = page(listed, ({ order }) => order, pageRequest(c.req.query()));
    return c.json({ item: items.map(({ api }) => api), position: next });
  });

  app.delete('/restapis/:restApiId/stages/:stage/cache/authorizers', (c) => {
    const { restApiId, stage } = c.req.param();
    const ofApi = restApis.filter(({ id }) => id === restApiId);
    if (ofApi.length === 0) {
      throw new AwsError('NotFoundException', 'Invalid API identifier specified', 404);
    }
    if (!ofApi.some((api) => api.stage === stage)) {
      throw new AwsError('NotFoundException', 'Invalid stage identifier specified', 404);
    }
    flushAuthorizers?.(restApiId, stage);
    return c.body(null, 202);
  });

  app.get('/usageplans', (c) => {
    const keyId = c.req.query('keyId');
    const ofKey = keyId === undefined ? undefined : keys.plansOf(keys.get(keyId));
    const matching = plans.filter(({ plan }) => !ofKey || ofKey.includes(plan.id));
    const { items, next } = page(matching, ({ order }) => order, pageRequest(c.req.query()));
    return c.json({ item: items.map(({ plan }) => plan), position: next });
  });

  app.get('/usageplans/:planId', (c) => c.json(planOf(c.req.param('planId'))));

  app.get('/usageplans/:planId/usage', (c) => {
    const plan = planOf(c.req.param('planId'));
    const { keyId, startDate, endDate } = parseInput(usageSchema, c.req.query(), 'BadRequestException');
    const ids = keys.list().flatMap((key) => (key.usagePlanIds.includes(plan.id) ? [key.id] : []));
    const wanted = keyId === undefined ? ids : [attachedKey(plan.id, keyId).id];
    const days = daysBetween(startDate, endDate);
    const values = Object.fromEntries(
      wanted.map((id) => [id, days.map((day) => keys.usage(plan.id, id, day, plan.quota?.limit ?? 0))]),
    );
    // The wire calls "values" what the SDKs call items.
    return c.json({ usagePlanId: plan.id, startDate, endDate, values });
  });

  app.post('/usageplans/:planId/keys', async (c) => {
    const plan = planOf(c.req.param('planId'));
    const { keyId } = parseInput(usagePlanKeySchema, parseJson(await c.req.text()), 'BadRequestException');
    const key = keys.get(keyId);
    if (key.usagePlanIds.includes(plan.id)) {
      throw new AwsError('ConflictException', `the API key ${keyId} is in usage plan ${plan.id} already`, 409);
    }
    const updated = keys.update(keyId, { usagePlanIds: [...key.usagePlanIds, plan.id] });
    return c.json(usagePlanKeyBody(updated), 201);
  });

  app.get('/usageplans/:planId/keys', (c) => {
    const plan = planOf(c.req.param('planId'));
    const name = c.req.query('name') ?? '';
    const matching = keys.list().filter((key) => key.usagePlanIds.includes(plan.id) && key.name.startsWith(name));
    const { items, next } = page(matching, (key) => key.sequence, pageRequest(c.req.query()));
    return c.json({ item: items.map(usagePlanKeyBody), position: next });
  });

  app.get('/usageplans/:planId/keys/:keyId', (c) =>
    c.json(usagePlanKeyBody(attachedKey(c.req.param('planId'), c.req.param('keyId')))),
  );

  app.delete('/usageplans/:planId/keys/:keyId', (c) => {
    const planId = c.req.param('planId');
    const key = attachedKey(planId, c.req.param('keyId'));
    keys.update(key.id, { usagePlanIds: key.usagePlanIds.filter((id) => id !== planId) });
    return c.body(null, 202);
  });

  return app;
}

function pageRequest(query: Record<string, string>): { position: string | undefined; limit: number; code: string } {
  const code = 'BadRequestException';
  return { position: query.position, limit: parseInput(limitSchema, query.limit, code), code };
}

/** Days from one to another, both included, as `2026-01-31`. */
function daysBetween(startDate: string, endDate: string): string[] {
  const days: string[] = [];
  for (let day = Date.parse(startDate); day <= Date.parse(endDate); day += 86_400_000) {
    days.push(new Date(day).toISOString().slice(0, 10));
    if (days.length > USAGE_DAYS) {
      throw new AwsError('BadRequestException', `at most ${USAGE_DAYS} days are allowed`);
    }
  }
  if (days.length === 0) {
    throw new AwsError('BadRequestException', 'endDate must not be before startDate');
  }
  return days;
}

function keyChange(operation: { op: string; path: string; value?: string | undefined }): ApiKeyChange {
  const { op, path, value } = operation;
  if (op === 'replace' && value !== undefined) {
    if (path === '/enabled' && (value === 'true' || value === 'false')) {
      return { enabled: value === 'true' };
    }
    if (path === '/name') {
      return { name: value };
    }
    if (path === '/description') {
      return { description: value };
    }
    if (path === '/customerId') {
      return { customerId: value };
    }
  }
  throw new AwsError(
    'BadRequestException',
    `invalid patch operation ${op} ${path}: replace /enabled with true or false`,
  );
}

function keyBody(key: ApiKey, withValue: boolean): object {
  const { value, sequence: _sequence, usagePlanIds: _plans, ...shown } = key;
  return { ...shown, ...(withValue ? { value } : {}), stageKeys: [] };
}

function usagePlanKeyBody(key: ApiKey): object {
  return { id: key.id, type: 'API_KEY', value: key.value, name: key.name };
}
