// SPDX-License-Identifier: Apache-2.0
import { cii } from './cii.ts';
import { fapiao } from './fapiao.ts';
import { fapiaoXbrl } from './fapiao-xbrl.ts';
import type { DocumentFormat } from './format.ts';
import { ubl } from './ubl.ts';

/** All formats that are read; the first that recognises a document reads it. */
export const documentFormats: readonly DocumentFormat[] = [ubl, cii, fapiao, fapiaoXbrl];
