import { createServer } from 'node:http';
import { devNull } from 'node:os';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { listen, stop } from '../shared/listen';
import { apiGatewayRoutes } from './api-gateway';
import { PersistentApiKeys } from './api-key-store';
import { BucketStore } from './bucket-store';
import { createCredentials, removeCredentials, type SandboxCredentials, writeCredentials } from './credentials';
import { startDynamoDb } from './dynamodb';
import { guarded } from './guard';
import { functionNameOf, lambdaRoutes } from './lambda';
import { AwsError, errorBody, parseJson, unknownOperation } from './protocol';
import { s3Routes } from './s3';
import { RotationDriver } from './secret-rotation';
import { SecretStore } from './secret-store';
import { secretsManager } from './secrets-manager';
import { SigningKeys } from './signing-keys';
import { callerIdentity } from './sts';
import type { LocalAws, LocalAwsOptions } from './types';
import { tokenEndpoint, UserPoolClients } from './user-pool-clients';

const COGNITO = 'AWSCognitoIdentityProviderService.';
const KMS = 'TrentService.';

/** Lambda's largest synchronous payload (AWS Lambda quotas), which is the largest request of these services. */
const MAX_BODY_BYTES = 6 * 1024 * 1024;

/**
 * Local endpoints of the AWS services that the kit's functions and tools use: DynamoDB, Secrets Manager, API Gateway's
 * keys and usage plans, buckets of S3, keys of KMS that sign, secrets of Cognito app clients, Lambda Invoke and STS GetCallerIdentity. Bound to 127.0.0.1. Requests must be signed with
 * credentials that are new at every start; they are in the environment that is given back, and in a file of the state folder for tools on this
 * machine. State is on disk before a change is answered.
 *
 * @throws Error when the port is taken, another process uses the state, or the state does not fit the plan.
 */
export async function startLocalAws(options: LocalAwsOptions): Promise<LocalAws> {
  const { stateDir, region = 'us-east-1', accountId = '000000000000' } = options;
  const { clock = Date.now, onTrouble = () => undefined } = options;
  const now = () => clock() / 1000;
  const apiKeys = new PersistentApiKeys(stateDir, options.usagePlans, now);
  const secrets = new SecretStore({ stateDir, secrets: options.secrets, region, accountId, now });
  const rotations = new RotationDriver({
    store: secrets,
    invoke: (functionArn, event) => (options.rotate ?? options.invoke)(functionNameOf(functionArn), event),
    refusal: options.rotationRefusal ?? (() => undefined),
    planned: new Map(options.secrets.flatMap(({ name, rotation }) => (rotation ? [[name, rotation]] : []))),
    onRotation: options.onRotation ?? (() => undefined),
    onTrouble,
    retryDelaysMs: options.rotationRetryDelaysMs,
  });
  const userPoolClients = new UserPoolClients(stateDir, options.userPoolClients ?? [], now);
  const signingKeys = new SigningKeys(stateDir, options.signingKeys ?? []);
  const buckets = new BucketStore(stateDir, options.buckets ?? [], now);
  const credentials = createCredentials();
  const dynamoDb = await startDynamoDb(stateDir, options.tables, credentials, onTrouble);
  const listener = getRequestListener(
    routes(options, { apiKeys, secrets, rotations, userPoolClients, signingKeys, buckets, accountId }).fetch,
  );

  const server = createServer(
    guarded(credentials, (request, response) => {
      if (String(request.headers['x-amz-target'] ?? '').startsWith('DynamoDB_')) {
        dynamoDb.handle(request, response);
      } else {
        void listener(request, response);
      }
    }),
  );
  let port: number;
  try {
    port = await listen(server, options.port ?? 0);
    writeCredentials(stateDir, credentials);
  } catch (error) {
    await dynamoDb.close();
    throw error;
  }

  const endpoint = `http://127.0.0.1:${port}`;
  return {
    endpoint,
    environment: sdkEnvironment(endpoint, dynamoDb.endpoint, region, credentials),
    credentials,
    apiKeys,
    rotations,
    close: async () => {
      // First, while what the functions call still answers.
      await rotations.close();
      await stop(server);
      removeCredentials(stateDir, credentials);
      await dynamoDb.close();
    },
  };
}

interface Services {
  readonly apiKeys: PersistentApiKeys;
  readonly secrets: SecretStore;
  readonly rotations: RotationDriver;
  readonly userPoolClients: UserPoolClients;
  readonly signingKeys: SigningKeys;
  readonly buckets: BucketStore;
  readonly accountId: string;
}

function routes(options: LocalAwsOptions, services: Services): Hono {
  const app = new Hono();
  app.use(
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: () => {
        throw new AwsError('RequestEntityTooLargeException', `the request is above ${MAX_BODY_BYTES} bytes`, 413);
      },
    }),
  );
  app.onError((error) => {
    if (!(error instanceof AwsError)) {
      options.onTrouble?.(`a local AWS service failed: ${error.message}`);
    }
    const known = error instanceof AwsError ? error : new AwsError('InternalFailure', error.message, 500);
    const { headers, body } = errorBody(known);
    return new Response(body, { status: known.status, headers });
  });
  app.notFound((c) => {
    throw unknownOperation(`${c.req.method} ${c.req.path}`);
  });

  app.post('/', async (c) => {
    const target = c.req.header('x-amz-target');
    const text = await c.req.text();
    if (target?.startsWith('secretsmanager.')) {
      const operation = target.slice('secretsmanager.'.length);
      const output = secretsManager(services.secrets, services.rotations, operation, parseJson(text));
      return c.body(JSON.stringify(output), 200, { 'content-type': 'application/x-amz-json-1.1' });
    }
    if (target?.startsWith(COGNITO)) {
      const output = services.userPoolClients.call(target.slice(COGNITO.length), parseJson(text));
      return c.body(JSON.stringify(output), 200, { 'content-type': 'application/x-amz-json-1.1' });
    }
    if (target?.startsWith(KMS)) {
      const output = services.signingKeys.call(target.slice(KMS.length), parseJson(text));
      return c.body(JSON.stringify(output), 200, { 'content-type': 'application/x-amz-json-1.1' });
    }
    const action = target ?? new URLSearchParams(text).get('Action') ?? 'without X-Amz-Target and Action';
    if (action !== 'GetCallerIdentity') {
      throw unknownOperation(action);
    }
    return c.body(callerIdentity(services.accountId), 200, { 'content-type': 'text/xml' });
  });
  app.route('/', apiGatewayRoutes(services.apiKeys, options));
  app.route('/', lambdaRoutes(options.invoke));
  app.route('/', tokenEndpoint(services.userPoolClients));
  app.route('/', s3Routes(services.buckets, options.buckets ?? []));
  return app;
}

function sdkEnvironment(
  endpoint: string,
  dynamoDbEndpoint: string,
  region: string,
  { accessKeyId, secretAccessKey }: SandboxCredentials,
): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDbEndpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint,
    AWS_ENDPOINT_URL_API_GATEWAY: endpoint,
    AWS_ENDPOINT_URL_LAMBDA: endpoint,
    AWS_ENDPOINT_URL_STS: endpoint,
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ENDPOINT_URL_KMS: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    // Keeps profiles, credentials and metadata services of the developer's machine out of the functions.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
    // Functions run on this machine's Node.js, of which the SDK would warn in every worker.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}
