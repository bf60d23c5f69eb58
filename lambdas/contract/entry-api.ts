/** The two public routes: where everything begins, and the description of all the others. */
import * as z from 'zod/mini';

/** Answer of `GET /`: links by what they lead to. */
export const entryAnswer = z.object({
  name: z.string(),
  _links: z.record(
    z.string(),
    z.object({ href: z.string(), templated: z.optional(z.literal(true)) }),
  ),
});

/** Answer of `GET /openapi.json`: any document of OpenAPI 3.1. */
export const descriptionAnswer = z.looseObject({ openapi: z.literal('3.1.0') });
