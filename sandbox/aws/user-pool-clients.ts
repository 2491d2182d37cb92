import { createHash, timingSafeEqual } from 'node:crypto';
import * as path from 'node:path';
import { Hono } from 'hono';
import { z } from 'zod';
import { randomBase62 } from '../../lambdas/lib/base62';
import { JsonFile } from './json-file';
import { AwsError, parseInput, unknownOperation } from './protocol';
import type { UserPoolClientSpec } from './types';

const INVALID = 'InvalidParameterException';
/** Secrets that an app client may have at a time (Cognito API reference, AddUserPoolClientSecret). */
const MOST_SECRETS = 2;
const GENERATED_LENGTH = 51;

const clientSchema = z.object({
  userPoolId: z.string(),
  clientId: z.string(),
  secrets: z.array(z.object({ id: z.string(), value: z.string(), createdDate: z.number() })),
});
const documentSchema = z.object({ schema: z.literal(1), clients: z.array(clientSchema) });

type Client = z.infer<typeof clientSchema>;

const clientShape = { UserPoolId: z.string().min(1).max(55), ClientId: z.string().min(1).max(128) };
const schemas = {
  Add: z.object({
    ...clientShape,
    ClientSecret: z
      .string()
      .regex(/^[\w+]{24,64}$/, 'must be 24 to 64 letters, digits, _ or +')
      .optional(),
  }),
  List: z.object(clientShape),
  Delete: z.object({ ...clientShape, ClientSecretId: z.string().min(1).max(128) }),
};

/**
 * App clients of Cognito user pools, as far as their secrets go: two at a time, each accepted by the token endpoint. A client
 * begins with a secret that Cognito generated. Kept in `<stateDir>/user-pool-clients.json`.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AddUserPoolClientSecret.html
 */
export class UserPoolClients {
  private readonly file: JsonFile<z.infer<typeof documentSchema>>;
  private clients: readonly Client[];

  constructor(
    stateDir: string,
    planned: readonly UserPoolClientSpec[],
    /** Epoch seconds. */
    private readonly now: () => number,
  ) {
    this.file = new JsonFile(path.join(stateDir, 'user-pool-clients.json'), documentSchema);
    this.clients = this.file.read()?.clients ?? [];
    for (const { userPoolId, clientId } of planned) {
      if (this.clients.some((client) => client.clientId === clientId && client.userPoolId === userPoolId)) {
        continue;
      }
      this.commit(this.withSecret({ userPoolId, clientId, secrets: [] }, randomBase62(GENERATED_LENGTH)));
    }
  }

  /** @throws AwsError with the name that Cognito uses. */
  call(operation: string, input: unknown): object {
    switch (operation) {
      case 'AddUserPoolClientSecret':
        return this.add(parseInput(schemas.Add, input, INVALID));
      case 'ListUserPoolClientSecrets': {
        const { secrets } = this.find(parseInput(schemas.List, input, INVALID));
        return { ClientSecrets: secrets.map(descriptor) };
      }
      case 'DeleteUserPoolClientSecret':
        return this.delete(parseInput(schemas.Delete, input, INVALID));
      default:
        throw unknownOperation(`Cognito user pools ${operation}`);
    }
  }

  /** Whether the secret is one of the client's. */
  accepts(clientId: string, secret: string): boolean {
    const client = this.clients.find((candidate) => candidate.clientId === clientId);
    return client?.secrets.some(({ value }) => timingSafeEqual(digest(value), digest(secret))) ?? false;
  }

  private add(input: z.infer<typeof schemas.Add>): object {
    const client = this.find(input);
    if (client.secrets.length >= MOST_SECRETS) {
      throw new AwsError('LimitExceededException', `the app client has ${MOST_SECRETS} secrets already`);
    }
    const value = input.ClientSecret ?? randomBase62(GENERATED_LENGTH);
    const added = this.withSecret(client, value).secrets.at(-1);
    if (!added) {
      throw new Error('no secret was added');
    }
    this.commit({ ...client, secrets: [...client.secrets, added] });
    // A secret that the caller chose is not given back.
    const shown = input.ClientSecret === undefined ? { ClientSecretValue: value } : {};
    return { ClientSecretDescriptor: { ...descriptor(added), ...shown } };
  }

  private delete(input: z.infer<typeof schemas.Delete>): object {
    const client = this.find(input);
    const secrets = client.secrets.filter(({ id }) => id !== input.ClientSecretId);
    if (secrets.length === client.secrets.length) {
      throw new AwsError('ResourceNotFoundException', 'the app client has no secret of this id');
    }
    if (secrets.length === 0) {
      throw new AwsError(INVALID, 'the only secret of an app client cannot be deleted');
    }
    this.commit({ ...client, secrets });
    return {};
  }

  private find({ UserPoolId: userPoolId, ClientId: clientId }: z.infer<typeof schemas.List>): Client {
    const found = this.clients.find((client) => client.userPoolId === userPoolId && client.clientId === clientId);
    if (!found) {
      throw new AwsError('ResourceNotFoundException', `User pool client ${clientId} does not exist.`);
    }
    return found;
  }

  /** Ids have the form `<client id>--<epoch of creation>`. */
  private withSecret(client: Client, value: string): Client {
    const latest = Math.max(0, ...client.secrets.map(({ id }) => Number(id.split('--')[1])));
    const epoch = Math.max(Math.floor(this.now() * 1000), latest + 1);
    const added = { id: `${client.clientId}--${epoch}`, value, createdDate: this.now() };
    return { ...client, secrets: [...client.secrets, added] };
  }

  /** The file first: memory never holds what the disk does not. */
  private commit(changed: Client): void {
    const same = (other: Client) => other.clientId === changed.clientId && other.userPoolId === changed.userPoolId;
    const clients = [...this.clients.filter((other) => !same(other)), changed];
    this.file.write({ schema: 1, clients });
    this.clients = clients;
  }
}

/** The token endpoint of a user pool's domain, for client credentials (RFC 6749, 4.4; client secrets by 2.3.1). */
export function tokenEndpoint(clients: UserPoolClients): Hono {
  const app = new Hono();
  app.post('/oauth2/token', async (c) => {
    const form = new URLSearchParams(await c.req.text());
    if (form.get('grant_type') !== 'client_credentials') {
      return c.json({ error: 'unsupported_grant_type' }, 400);
    }
    const { clientId, secret } = clientCredentials(c.req.header('authorization'), form);
    if (!clients.accepts(clientId, secret)) {
      return c.json({ error: 'invalid_client' }, 400);
    }
    return c.json({ access_token: `sandbox.${randomBase62(32)}`, token_type: 'Bearer', expires_in: 3600 });
  });
  return app;
}

function clientCredentials(authorization: string | undefined, form: URLSearchParams) {
  const [, encoded] = /^Basic (\S+)$/i.exec(authorization ?? '') ?? [];
  if (encoded === undefined) {
    return { clientId: form.get('client_id') ?? '', secret: form.get('client_secret') ?? '' };
  }
  const [clientId = '', ...rest] = Buffer.from(encoded, 'base64').toString().split(':');
  return { clientId: decode(clientId), secret: decode(rest.join(':')) };
}

/** Both parts are form-encoded before they are joined (RFC 6749, 2.3.1); one that is not is taken as it is. */
function decode(text: string): string {
  return new URLSearchParams(`x=${text.replaceAll('&', '%26')}`).get('x') ?? text;
}

function descriptor({ id, createdDate }: Client['secrets'][number]): object {
  return { ClientSecretId: id, ClientSecretCreateDate: createdDate };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
