/** The synthesized stacks cannot be run by the sandbox; the message names the stack and the resource. */
export class SynthError extends Error {
  override readonly name = 'SynthError';
}
