import { AthenaNamedQuery } from '@cdktf/provider-aws/lib/athena-named-query';
import { AthenaWorkgroup } from '@cdktf/provider-aws/lib/athena-workgroup';
import { GlueCatalogDatabase } from '@cdktf/provider-aws/lib/glue-catalog-database';
import { GlueCatalogTable } from '@cdktf/provider-aws/lib/glue-catalog-table';
import { Construct } from 'constructs';
import { defined } from '../../lambdas/lib/defined';
import { ACCESS_LINE_TABLE, DAY_COLUMN, SAVED_QUERIES } from '../../lambdas/lib/usage/queries';
import { ACCESS_LOG_FIELDS } from '../gateway/access-log';
import type { Location } from '../support/arn';
import type { Names } from '../support/names';
import { LINES_FOLDER, RESULTS_FOLDER } from './access-line-folders';

export interface AccessLineQueriesProps extends Location {
  readonly names: Names;
  /** Name of the bucket of the lines. */
  readonly bucketName: string;
  /** @default - those of the provider */
  readonly tags?: Readonly<Record<string, string>>;
}

/** Most that one query may read: a query of all days of a busy API would cost more than somebody expects. */
const MOST_BYTES = 100 * 1024 ** 3;

/**
 * The archived lines as a table of Athena, with a workgroup and saved queries. A new day needs nothing to be done: Athena works out the folders
 * (partition projection).
 *
 * @see https://docs.aws.amazon.com/athena/latest/ug/partition-projection.html
 */
export class AccessLineQueries extends Construct {
  readonly databaseName: string;
  readonly workgroupName: string;
  readonly table: GlueCatalogTable;

  constructor(scope: Construct, id: string, props: AccessLineQueriesProps) {
    super(scope, id);
    const { names, bucketName, tags } = props;
    this.workgroupName = names.accessLines;
    // Athena takes no hyphen in a name that is not quoted.
    this.databaseName = names.accessLines.replaceAll('-', '_');
    const location = `s3://${bucketName}/${LINES_FOLDER}`;
    const database = new GlueCatalogDatabase(this, 'Database', {
      name: this.databaseName,
      description: `Gatehouse ${names.base}: access logs`,
    });
    this.table = new GlueCatalogTable(this, 'Table', {
      databaseName: database.name,
      name: ACCESS_LINE_TABLE,
      tableType: 'EXTERNAL_TABLE',
      parameters: {
        EXTERNAL: 'TRUE',
        classification: 'json',
        'projection.enabled': 'true',
        [`projection.${DAY_COLUMN}.type`]: 'date',
        [`projection.${DAY_COLUMN}.format`]: 'yyyy-MM-dd',
        [`projection.${DAY_COLUMN}.range`]: 'NOW-400DAYS,NOW+1DAY',
        [`projection.${DAY_COLUMN}.interval`]: '1',
        [`projection.${DAY_COLUMN}.interval.unit`]: 'DAYS',
        'storage.location.template': `${location}${DAY_COLUMN}=$\${${DAY_COLUMN}}/`,
      },
      partitionKeys: [{ name: DAY_COLUMN, type: 'string' }],
      storageDescriptor: {
        location,
        inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
        outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
        serDeInfo: {
          name: 'json',
          serializationLibrary: 'org.openx.data.jsonserde.JsonSerDe',
          // A line that is cut is a row without values, and does not end the query.
          parameters: { 'ignore.malformed.json': 'true', 'case.insensitive': 'true' },
        },
        columns: accessLineColumns().map(({ name, type }) => ({ name, type })),
      },
    });
    const workgroup = new AthenaWorkgroup(this, 'Workgroup', {
      name: this.workgroupName,
      description: `Gatehouse ${names.base}: questions about access logs`,
      configuration: {
        enforceWorkgroupConfiguration: true,
        publishCloudwatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: MOST_BYTES,
        resultConfiguration: {
          outputLocation: `s3://${bucketName}/${RESULTS_FOLDER}`,
          encryptionConfiguration: { encryptionOption: 'SSE_S3' },
        },
      },
      ...defined({ tags: tags && { ...tags } }),
    });
    for (const { name, description, sql } of SAVED_QUERIES) {
      new AthenaNamedQuery(this, `Query-${name}`, {
        name: `${names.accessLines}-${name}`,
        description,
        workgroup: workgroup.name,
        database: database.name,
        query: sql,
      });
    }
  }
}

/** Columns of the table: every field of the access log, numbers as numbers. Athena knows names in lower case only. */
export function accessLineColumns(): { readonly name: string; readonly type: 'bigint' | 'string' }[] {
  return [
    { name: 'v', type: 'bigint' },
    ...Object.entries(ACCESS_LOG_FIELDS).map(([name, { numeric = false }]) => ({
      name: name.toLowerCase(),
      type: numeric ? ('bigint' as const) : ('string' as const),
    })),
  ];
}
