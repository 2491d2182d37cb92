import { join } from 'node:path';
import { type AuditReport, auditPath } from '../../audit';
import { findProviderMirror, findTerraform } from '../../cli/terraform/discover';
import { planStacks, stackFolders } from '../../cli/terraform/plan';
import { synthesize } from '../../stacks';
import { loadConfig } from '../../stacks/config';
import { filesContaining, temporaryFolder, writeExampleConfig } from '../e2e/support';

const binary = findTerraform();
const reason = binary === undefined ? ' (skipped: neither terraform nor tofu is on PATH)' : '';
const whereTerraformIs = binary === undefined ? describe.skip : describe;

whereTerraformIs(`the plans of OAuth endpoints${reason}`, () => {
  const folder = temporaryFolder();
  const plansFolder = join(folder.path, 'plans');
  let stacks: readonly string[];
  let ofPlan: AuditReport;
  let ofSynthesis: AuditReport;
  let synthesized: string;

  beforeAll(async () => {
    const out = join(folder.path, 'cdktf.out');
    const config = writeExampleConfig(folder.path, ({ environments, ...example }) => ({
      ...example,
      rotation: { signingKeys: {} },
      environments: {
        prod: {
          ...environments.prod,
          tokenEnvironment: 'live',
          identity: {
            publicUrl: 'https://auth.example.com/oauth',
            exchangeSeconds: 300,
            mtlsUrl: 'https://mtls.auth.example.com',
            throttle: { rateLimit: 20, burstLimit: 40 },
          },
        },
      },
    }));
    synthesize(loadConfig(config), out);
    // The platform's stack is planned with the example's.
    const folders = new Map([...stackFolders(out)].filter(([name]) => name === 'gateway-identity-prod'));
    const plans = await planStacks(folders, plansFolder, { binary: binary ?? '', mirror: findProviderMirror() });
    stacks = plans.map(({ stack }) => stack);
    ofPlan = auditPath(plansFolder);
    ofSynthesis = auditPath(out);
    synthesized = out;
  }, 600_000);

  afterAll(folder.remove);

  test('Terraform takes them, and the plan audit finds nothing', () => {
    expect(stacks).toEqual(['gateway-identity-prod']);
    expect(ofPlan.findings.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    // Token, revocation, introspection.
    expect(ofPlan.findings.filter(({ rule }) => rule === 'RATE-008')).toHaveLength(3);
  });

  test('with the platform it finds nothing either, and judged what the endpoint is set to', () => {
    expect(ofSynthesis.findings.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    // Issuer, key set, and the lives of exchanged tokens and of those of clients.
    expect(ofSynthesis.findings.filter(({ rule }) => rule === 'AUTHZ-021')).toHaveLength(4);
  });

  test('every route is public with a reason, and limited', () => {
    const routes = ofPlan.matrix.filter(({ path }) => /oauth2|well-known/.test(path));
    expect(routes.length).toBeGreaterThanOrEqual(6);
    expect(routes.filter(({ accessRule }) => !/^public \(.{20,}\)$/.test(accessRule))).toEqual([]);
    expect(new Set(routes.map(({ throttle }) => throttle))).toEqual(new Set(['20 rps / 40 burst']));
  });

  test('no resource keeps a secret of a client or a signing key', () => {
    const types = ['aws_secretsmanager_secret_version', 'random_password', 'tls_private_key'];
    expect(filesContaining(synthesized, [...types, 'PRIVATE KEY'])).toEqual([]);
  });
});
