// SPDX-License-Identifier: Apache-2.0
import type { RequestHandler } from 'express';

/** Until there is a console, the front page is the documentation. */
export const showDocs: RequestHandler = (req, res, next) => {
  if (req.path === '/' && req.method === 'GET') res.redirect(302, '/docs');
  else next();
};
