// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';

/** Ends this process in a sentence when the user may not write there; what is not there yet is nobody's. */
export function assertWritable(directory) {
  if (!fs.existsSync(directory)) return;
  try {
    fs.accessSync(directory, fs.constants.W_OK);
  } catch {
    console.error(
      `Deeptier has to write into ${directory}, and this user may not: start as the user it belongs to, or from a copy of your own`,
    );
    process.exit(1);
  }
}
