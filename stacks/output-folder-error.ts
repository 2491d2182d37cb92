/** The folder to synthesize into holds something that is not the kit's. Nothing was written. */
export class OutputFolderError extends Error {
  override readonly name = 'OutputFolderError';
}
