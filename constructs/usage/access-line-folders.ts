/** Folder of the lines in the bucket. */
export const LINES_FOLDER = 'lines/';

/** Folder of what Firehose could not write. */
export const ERRORS_FOLDER = 'errors/';

/** Folder of the results of queries, which are deleted after a week. */
export const RESULTS_FOLDER = 'results/';
