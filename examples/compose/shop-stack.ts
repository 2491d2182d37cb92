import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { LocalBackend, TerraformOutput, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { ApiDefinition, parseOpenApi, TOKEN_SERVICE_BACKEND } from 'gatehouse/constructs/api';
import { TokenAuthorizer } from 'gatehouse/constructs/authorizer';
import { RestGateway } from 'gatehouse/constructs/gateway';
import { GatewayDashboard } from 'gatehouse/constructs/observability';
import { RotatingSecret, RotationKind, RotationStore } from 'gatehouse/constructs/rotation';
import { Names, NodeFunction } from 'gatehouse/constructs/support';
import { TokenService, TokenStore, TokenSweeper } from 'gatehouse/constructs/tokens';
import { UsageTiers } from 'gatehouse/constructs/usage';

const location = { account: '123456789012', region: 'eu-central-1' };

/** Told of every alarm. */
const topicArns = ['arn:aws:sns:eu-central-1:123456789012:on-call'];

/** The compiled files are in dist/, the document beside it. */
const DOCUMENT = parseOpenApi(readFileSync(join(__dirname, '../openapi.yaml'), 'utf8'), 'openapi.yaml');

const SCOPES = {
  'orders:read': 'Read orders',
  'orders:write': 'Place orders',
  'tokens:read': 'List and read the records of tokens',
  'tokens:write': 'Issue and revoke tokens, register applications',
  'teams:write': 'Change teams, their members and their policies',
  'trail:read': 'Read the audit trail',
};

const TIERS = {
  free: { rateLimit: 2, burstLimit: 5, quota: { limit: 1000, period: 'DAY' } },
  partner: { rateLimit: 50, burstLimit: 100, quota: { limit: 1_000_000, period: 'MONTH' } },
} as const;

export interface ShopStackProps {
  readonly environment: string;
  /** Second word of the API tokens, `shop_live_…` or `shop_test_…`. */
  readonly tokenEnvironment: 'live' | 'test';
  /** Whether tokens and keys are protected from being destroyed. */
  readonly protect: boolean;
}

/** One environment of the shop: its API, and the token system that protects it. */
export class ShopStack extends TerraformStack {
  constructor(scope: Construct, id: string, { environment, tokenEnvironment, protect }: ShopStackProps) {
    super(scope, id);
    new AwsProvider(this, 'Aws', {
      region: location.region,
      allowedAccountIds: [location.account],
      defaultTags: [{ tags: { application: 'shop', environment } }],
    });
    this.addOverride('terraform.required_providers.aws.version', '>= 5.100.0, < 7.0.0');
    new LocalBackend(this, { path: `${id}.tfstate` });
    const names = new Names('shop', environment);

    // Everything that is true of the API, said once, and handed to whoever needs it.
    const orders = ApiDefinition.fromOpenApi(DOCUMENT, {
      id: 'orders',
      scopes: Object.keys(SCOPES),
      resultCacheSeconds: 30,
      usageKeys: true,
      cors: { allowOrigins: ['https://www.example.com'] },
      tokenService: { basePath: '/v1' },
    });

    const tokenStore = new TokenStore(this, 'Tokens', {
      ...location,
      names,
      brand: 'shop',
      tokenEnvironment,
      deletionProtection: protect,
    });
    const common = { ...location, names, logKeyArn: tokenStore.keyArn };
    const authorizer = new TokenAuthorizer(this, 'Authorizer', { ...common, tokenStore, apis: [orders] });
    const tokenService = new TokenService(this, 'TokenService', {
      ...common,
      tokenStore,
      api: orders,
      scopes: SCOPES,
      tiers: Object.keys(TIERS),
    });
    // Goes on with what a crash interrupted, such as a job over many tokens.
    new TokenSweeper(this, 'TokenSweeper', { ...common, tokenStore, service: tokenService, topicArns });

    // The pepper gets its first value when the stack is applied, and another every other month.
    new RotatingSecret(this, 'Pepper', {
      ...common,
      kind: RotationKind.pepper({ tokenStore }),
      secret: { secretName: tokenStore.pepperSecretName, secretArn: tokenStore.pepperSecretArn },
      store: new RotationStore(this, 'Rotations', { ...location, names, deletionProtection: protect }),
      keyArn: tokenStore.keyArn,
      deletionProtection: protect,
      readers: [authorizer.function.resource, tokenService.function.resource],
      rotateImmediately: true,
      topicArns,
    });

    const gateway = new RestGateway(this, 'Orders', {
      api: orders,
      gatewayName: names.restApi('orders'),
      stageName: environment,
      authorizer,
      integrations: {
        orders: new NodeFunction(this, 'Backend', {
          ...location,
          functionName: names.backend('orders', 'backend'),
          bundle: join(__dirname, 'orders'),
        }),
        [TOKEN_SERVICE_BACKEND]: tokenService,
      },
    });
    new UsageTiers(this, 'Tiers', { names, gateway, tiers: TIERS });
    new GatewayDashboard(this, 'Dashboard', { ...location, gateway, authorizer, topicArns });

    new TerraformOutput(this, 'invoke_url', { value: gateway.invokeUrl });
    new TerraformOutput(this, 'token_service', { value: tokenService.functionName });
  }
}
