import { randomBase62 } from '../../lib/base62';
import type { CredentialEntry } from '../../lib/rotation-record';
import type { UpstreamTokenConfig } from '../config';
import { RotationAbandonedError, RotationRefusedError, RotationRetryableError } from '../errors';
import type { CreateContext, SecretKind, StepContext } from '../kind';
import { succeedsInARow } from '../retry';
import { UpstreamTokenReaper } from './upstream-token-reaper';
import { labelPrefix, type ProvidedToken, type UpstreamToken, type UpstreamTokenPorts } from './upstream-token-target';

const SUPPLIED_LENGTH = 48;

/** How long a failing rotation may be repeated by Secrets Manager, in seconds, before the next is due. */
const RETRY_HORIZON_SECONDS = 86_400;

/**
 * A token of an upstream API. The provider makes it in `create`, named after the version, so that whatever a crash leaves behind
 * can be found by its name. A token whose name has the id of a version with another token is nobody's.
 */
export function upstreamToken(
  config: UpstreamTokenConfig,
  bounds: { readonly intervalSeconds: number; readonly testSeconds: number; readonly testSuccesses: number },
  { provider, recovery }: UpstreamTokenPorts,
): SecretKind<UpstreamToken> {
  const { clientSupplied, idempotent, maxActive, overlap } = config.provider;
  const reaper = new UpstreamTokenReaper(config, provider);
  const { overlapMs } = reaper;

  /** The token before the one in use, while it is accepted. */
  function replaced(entries: readonly CredentialEntry[]): CredentialEntry | undefined {
    return entries.find((entry) => entry.promotedAt !== undefined && entry.demotedAt !== undefined);
  }

  async function makeRoom(context: CreateContext<UpstreamToken>, label: string): Promise<void> {
    if (overlap === 'none') {
      // The provider makes room itself, and what an attempt before made is in the second store.
      return;
    }
    const { secretName, current, entries, mayDestroy } = context;
    const before = replaced(entries);
    if (before) {
      const due = new Date(reaper.retireAt(before) ?? 0).toISOString();
      throw new RotationRefusedError(`token ${before.id} was due at ${due} and could not be revoked`);
    }
    const inUse = current?.document.payload.token;
    const listed = await provider.list(labelPrefix(secretName), inUse);
    let active = listed?.length ?? entries.length;
    for (const orphan of listed?.filter((one) => one.label === label) ?? []) {
      // Of this very version, which has no value yet. It goes only for want of room: a twin may be about to store it.
      if (!idempotent && active >= maxActive && (await mayDestroy({ id: label }))) {
        if (await context.hasValue()) {
          throw new RotationRetryableError(`version ${context.versionId} has a value by now`);
        }
        await provider.revoke(orphan.id, inUse);
        active -= 1;
      }
    }
    const isRepeated = idempotent && listed?.some((one) => one.label === label);
    if (active >= maxActive && !isRepeated) {
      throw new RotationRefusedError(`the provider has ${active} tokens, of at most ${maxActive}`);
    }
  }

  function checkLife({ expiresAt }: ProvidedToken, now: number): void {
    const needed = (bounds.intervalSeconds + RETRY_HORIZON_SECONDS) * 1000 + overlapMs;
    if (expiresAt !== undefined && !(Date.parse(expiresAt) - now >= needed)) {
      throw new RotationRefusedError(
        `the provider's token expires at ${expiresAt}, expected at least ${needed / 1000} s from now`,
      );
    }
  }

  /** Gives a chosen token to the provider, unless it has it. */
  async function supply({ label, token }: UpstreamToken, context: StepContext<UpstreamToken>): Promise<string> {
    const entry = (await context.record.read())?.credentials.find(({ id }) => id === label);
    if (entry?.targetId !== undefined) {
      return entry.targetId;
    }
    const current = context.current?.document.payload.token;
    const listed = await provider.list(label, current);
    const found = listed?.find((one) => one.label === label);
    const { id } =
      found ??
      (await provider.create({
        label,
        idempotencyKey: context.versionId,
        token,
        ...(current !== undefined && { current }),
      }));
    return id;
  }

  return {
    name: 'upstream-token',
    readPayload: readUpstreamToken,
    credentials: ({ label, tokenId }) => [
      { id: label, role: 'current', ...(tokenId !== null && { targetId: tokenId }) },
    ],

    tooEarly({ entries, now }) {
      const before = overlap === 'none' ? undefined : replaced(entries);
      const until = before && reaper.retireAt(before);
      return before && until !== undefined && now < until
        ? { reason: `token ${before.id} is accepted until ${new Date(until).toISOString()}`, until }
        : undefined;
    },

    async create(context) {
      const { secretName, versionId, current, clock } = context;
      const label = labelOf(secretName, versionId);
      await makeRoom(context, label);
      if (clientSupplied) {
        return { label, tokenId: null, token: randomBase62(SUPPLIED_LENGTH) };
      }
      const inUse = current?.document.payload.token;
      const saved = overlap === 'none' ? await recovery.load(versionId) : undefined;
      const provided =
        saved ??
        (await provider.create({
          label,
          idempotencyKey: versionId,
          ...(inUse !== undefined && { current: inUse }),
        }));
      if (overlap === 'none' && !saved) {
        await recovery.save(versionId, provided);
      }
      checkLife(provided, clock.now());
      const { id, token, expiresAt } = provided;
      return { label, tokenId: id, token, ...(expiresAt !== undefined && { expiresAt }) };
    },

    async set(context) {
      const { payload, record, versionId } = context;
      const targetId = payload.tokenId ?? (await supply(payload, context));
      await record.note({ id: payload.label, versionId, targetId });
    },

    async test({ payload, clock, secretName, current }) {
      if (await succeedsInARow(clock, bounds, () => provider.probe(payload.token))) {
        return;
      }
      const listed = await provider.list(labelPrefix(secretName), current?.document.payload.token);
      if (listed && payload.tokenId !== null && !listed.some(({ id }) => id === payload.tokenId)) {
        throw new RotationAbandonedError(`token ${payload.label} is not at the provider any more`);
      }
      throw new RotationRetryableError(`the provider does not accept the token ${payload.label} yet`);
    },

    async dryRun({ secretName }) {
      await provider.list(labelPrefix(secretName));
    },

    reap: (context) => reaper.reap(context),
    retireAt: (entry) => reaper.retireAt(entry),
    rollBackUntil: (since) => (overlap === 'none' ? Number.NEGATIVE_INFINITY : since + overlapMs),
  };
}

function labelOf(secretName: string, versionId: string): string {
  return labelPrefix(secretName) + versionId;
}

function readUpstreamToken(value: unknown): UpstreamToken | undefined {
  const { label, tokenId, token, expiresAt } = (value ?? {}) as Partial<UpstreamToken>;
  return isText(label) &&
    isText(token) &&
    (tokenId === null || isText(tokenId)) &&
    (expiresAt === undefined || isText(expiresAt))
    ? { label, tokenId, token, ...(expiresAt !== undefined && { expiresAt }) }
    : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
