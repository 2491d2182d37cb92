import type { AccessRule } from '../../../lambdas/lib/access-rule';
import { type JsonObject, type OpenApiDocument, type Place, show } from './document';
import { AUTHENTICATED_EXTENSION, PUBLIC_EXTENSION } from './extensions';

/** What a security scheme of the document means to the gateway. */
type Scheme = { readonly kind: 'iam' } | { readonly kind: 'token'; readonly scopes: ReadonlySet<string> | undefined };

/** Reads access rules from the `security` of operations. */
export class SecurityReader {
  /** Places of the schemes by name; one that no operation requires may be of any type. */
  private readonly declared = new Map<string, Place>();
  private readonly read = new Map<string, Scheme>();

  /** @param scopes what may be required besides what a scheme declares. @default - any */
  constructor(
    private readonly document: OpenApiDocument,
    private readonly scopes?: readonly string[],
  ) {
    const components = document.member(document.root, 'components');
    const schemes = components && document.member(document.object(components), 'securitySchemes');
    for (const { name, place } of schemes ? document.members(document.object(schemes)) : []) {
      this.declared.set(name, place);
    }
  }

  /**
   * The access rule of an operation: each requirement is all-of, the list of them any-of.
   *
   * @param label `GET /v1/status`, for errors
   * @throws {OpenApiError} when there is no rule, or one that a gateway cannot keep, or a scheme of it is neither for tokens nor for
   *   AWS signatures
   */
  ruleOf(operation: Place<JsonObject>, label: string): AccessRule {
    const { document } = this;
    const security = document.member(operation, 'security') ?? document.member(document.root, 'security');
    const reason = document.member(operation, PUBLIC_EXTENSION);
    const scopeless = document.member(operation, AUTHENTICATED_EXTENSION);
    if (security === undefined) {
      return document.fail(
        operation,
        `operation ${label} has no access rule, allowed are "security" on the operation or the document, or [] with "${PUBLIC_EXTENSION}"`,
      );
    }
    const requirements = document.list(security).map((item) => this.requirement(item, label, scopeless !== undefined));
    if (scopeless !== undefined) {
      if (reason !== undefined) {
        document.fail(reason, `operation ${label} is public and takes every valid credential, allowed is one of them`);
      }
      return this.authenticatedRule(security, requirements, scopeless, label);
    }
    if (requirements.every((requirement) => requirement === 'none')) {
      return this.publicRule(operation, reason, label);
    }
    if (reason !== undefined) {
      document.fail(reason, `operation ${label} has a reason to be public, but its security requires a credential`);
    }
    if (requirements.includes('none')) {
      document.fail(security, `operation ${label} makes its security optional, allowed is either required or public`);
    }
    if (requirements.every((requirement) => requirement === 'iam')) {
      return { kind: 'iam' };
    }
    const anyOf = requirements.filter((requirement) => requirement !== 'none' && requirement !== 'iam');
    if (anyOf.length < requirements.length) {
      document.fail(
        security,
        `operation ${label} takes tokens and AWS signatures, a method of API Gateway takes one of them`,
      );
    }
    return { kind: 'scopes', anyOf };
  }

  private publicRule(operation: Place<JsonObject>, reason: Place | undefined, label: string): AccessRule {
    const text = reason === undefined ? '' : this.document.text(reason).trim();
    if (text === '') {
      this.document.fail(
        reason ?? operation,
        `operation ${label} is public without a reason, "${PUBLIC_EXTENSION}" has to hold one`,
      );
    }
    return { kind: 'public', reason: text };
  }

  /** The reason stands where every requirement is a token without a scope: what opens an operation is said twice. */
  private authenticatedRule(
    security: Place,
    requirements: readonly (readonly string[] | 'iam' | 'none')[],
    scopeless: Place,
    label: string,
  ): AccessRule {
    const { document } = this;
    const isScopeless = (one: (typeof requirements)[number]) => typeof one !== 'string' && one.length === 0;
    if (requirements.length === 0 || !requirements.every(isScopeless)) {
      document.fail(
        security,
        `operation ${label} has "${AUTHENTICATED_EXTENSION}", allowed beside it is "security" of tokens without a scope, such as [{ "token": [] }]`,
      );
    }
    const reason = document.text(scopeless).trim();
    if (reason === '') {
      document.fail(
        scopeless,
        `operation ${label} takes every valid credential without a reason, "${AUTHENTICATED_EXTENSION}" has to hold why no scope is needed`,
      );
    }
    return { kind: 'authenticated', reason };
  }

  /** @param mayLackScopes whether the operation says that it takes tokens without a scope */
  private requirement(place: Place, label: string, mayLackScopes: boolean): readonly string[] | 'iam' | 'none' {
    const { document } = this;
    const entries = document.members(document.object(place));
    if (entries.length === 0) {
      return 'none';
    }
    const scopes: string[] = [];
    for (const { name, place: list } of entries) {
      const scheme = this.schemeOf(name);
      if (scheme === undefined) {
        return document.fail(
          list,
          `operation ${label} requires the scheme ${show(name)}, declared are ${show([...this.declared.keys()])}`,
        );
      }
      if (scheme.kind === 'iam') {
        if (entries.length > 1) {
          document.fail(
            place,
            `operation ${label} requires an AWS signature and a token, API Gateway takes one of them`,
          );
        }
        return 'iam';
      }
      const items = document.list(list);
      if (items.length === 0 && !mayLackScopes) {
        document.fail(
          list,
          `operation ${label} requires a token without a scope, allowed is at least one scope, or none with "${AUTHENTICATED_EXTENSION}" and the reason`,
        );
      }
      for (const item of items) {
        const scope = document.text(item);
        if (scheme.scopes !== undefined && !scheme.scopes.has(scope)) {
          document.fail(
            item,
            `operation ${label} requires the scope ${show(scope)}, scheme ${show(name)} declares ${[...scheme.scopes].join(', ')}`,
          );
        }
        if (this.scopes !== undefined && !this.scopes.includes(scope)) {
          document.fail(
            item,
            `route ${label} requires the scope ${show(scope)}, allowed are ${this.scopes.join(', ')}`,
          );
        }
        scopes.push(scope);
      }
    }
    return [...new Set(scopes)];
  }

  private schemeOf(name: string): Scheme | undefined {
    const known = this.read.get(name);
    const place = this.declared.get(name);
    if (known !== undefined || place === undefined) {
      return known;
    }
    const scheme = this.scheme(this.document.object(place));
    this.read.set(name, scheme);
    return scheme;
  }

  private scheme(place: Place<JsonObject>): Scheme {
    const { document } = this;
    const { value } = place;
    if (value['x-amazon-apigateway-authtype'] === 'awsSigv4') {
      return { kind: 'iam' };
    }
    if (value.type === 'oauth2') {
      const flows = document.member(place, 'flows');
      const scopes = new Set<string>();
      for (const flow of flows ? document.members(document.object(flows)) : []) {
        const declared = document.member(document.object(flow.place), 'scopes');
        for (const { name } of declared ? document.members(document.object(declared)) : []) {
          scopes.add(name);
        }
      }
      return { kind: 'token', scopes: scopes.size === 0 ? undefined : scopes };
    }
    // Neither of these can declare its scopes.
    if (value.type === 'openIdConnect' || (value.type === 'http' && /^bearer$/i.test(String(value.scheme)))) {
      return { kind: 'token', scopes: undefined };
    }
    return document.fail(
      place,
      `security scheme has the type ${show(value.type)}, allowed are oauth2, openIdConnect, http bearer, or "x-amazon-apigateway-authtype": "awsSigv4"`,
    );
  }
}
