import { writeFileSync } from "node:fs";

/** Writes "<passed> <failed>" to the file that HUB_TEST_SUMMARY names, for `.ci/run`. A test file that cannot run counts as one failure. */
export default class SummaryReporter {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites }) {
    const file = process.env.HUB_TEST_SUMMARY;
    if (file) writeFileSync(file, `${numPassedTests} ${numFailedTests + numRuntimeErrorTestSuites}\n`);
  }
}
