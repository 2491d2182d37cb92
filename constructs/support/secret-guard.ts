const SECRET_NAME = /(^|_)(SECRET|TOKEN|PASSWORD|PASSWD|API_?KEY|PRIVATE_?KEY|SECRET_ACCESS_KEY)$/i;

/** Forms that only a credential has. */
const SECRET_FORMS: readonly (readonly [what: string, form: RegExp])[] = [
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ['an AWS access key', /\b(AKIA|ASIA)[0-9A-Z]{16}\b/],
  ['a signed token', /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/],
  ['an API token', /\b[a-z]{2,10}_(live|test)_[0-9A-Za-z]{54}\b/],
];

/** Whether an environment variable of this name is meant for a secret value. A name like `PEPPER_SECRET_ARN` is not. */
export function namesSecret(variable: string): boolean {
  return SECRET_NAME.test(variable);
}

/** What kind of credential a text holds, or `undefined`. Never returns a part of the text. */
export function findCredential(text: string): string | undefined {
  return SECRET_FORMS.find(([, form]) => form.test(text))?.[0];
}
