/** The sandbox cannot use its state folder or a port; the message says which and what to do. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';
}
