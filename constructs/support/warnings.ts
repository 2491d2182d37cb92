import { AnnotationMetadataEntryType } from 'cdktf';
import type { IConstruct } from 'constructs';

/**
 * Warns at synthesis, at the path of a construct. `Annotations` of cdktf would write a stack trace into `manifest.json` too,
 * which names this machine's folders.
 */
export function warn(scope: IConstruct, text: string): void {
  scope.node.addMetadata(AnnotationMetadataEntryType.WARN, text);
}
