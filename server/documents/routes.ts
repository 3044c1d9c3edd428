// SPDX-License-Identifier: Apache-2.0
import type { Route } from '../http/route.ts';
import { bringingRoutes } from './bringing-routes.ts';
import type { DocumentParts } from './commands.ts';
import { readingRoutes } from './reading-routes.ts';

/** Invoices and credit notes: bringing them, trying a file, and looking at what was brought. */
export function documentRoutes(parts: DocumentParts): readonly Route[] {
  return [...bringingRoutes(parts), ...readingRoutes(parts)];
}
