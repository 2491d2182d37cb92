/**
 * Why somebody was not signed in, as the page of the portal is told. `denied`: the person or the provider said no. `expired`: it took too long,
 * or was begun in another browser. `second-factor`: the provider did not show that there was one. `another-person`: somebody else signed in
 * for a step-up. `disabled`: the person may not use the portal. `unavailable`: the provider is out of reach. `failed`: a check refused the answer.
 */
export type SignInReason =
  | 'denied'
  | 'expired'
  | 'second-factor'
  | 'another-person'
  | 'disabled'
  | 'unavailable'
  | 'failed';

/** A sign-in was refused or broken off. The page shows the reason; the cause goes to the log alone. */
export class SignInError extends Error {
  override readonly name = 'SignInError';

  constructor(
    readonly reason: SignInReason,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
