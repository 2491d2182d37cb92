import { randomUUID } from 'node:crypto';

/** The answer to STS GetCallerIdentity (query protocol), so that `aws sts get-caller-identity` shows where one is. */
export function callerIdentity(accountId: string): string {
  const arn = `arn:aws:iam::${accountId}:user/sandbox`;
  return (
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
    `<Arn>${arn}</Arn><UserId>AIDASANDBOX</UserId><Account>${accountId}</Account></GetCallerIdentityResult>` +
    `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></GetCallerIdentityResponse>`
  );
}
