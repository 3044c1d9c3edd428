// SPDX-License-Identifier: Apache-2.0
import { config, use } from 'chai';
import chaiAsPromised from 'chai-as-promised';

use(chaiAsPromised);
config.truncateThreshold = 0; // a failure shows both values whole

// When the run is killed, this file's tests end with all that they started; a database of theirs sees to itself.
process.once('disconnect', () => process.kill(-process.pid, 'SIGKILL'));
process.channel?.unref();
