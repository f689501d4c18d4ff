import * as z from 'zod/mini'

/** A JSON Schema (draft 2020-12), as it is: the server does not read it. */
export const JsonSchema = z.record(z.string(), z.unknown())
export type JsonSchema = z.infer<typeof JsonSchema>

/** What callers may know of a method. */
export const MethodInfo = z.object({
  description: z.optional(z.string()),
  params: z.optional(JsonSchema),
  result: z.optional(JsonSchema),
})
export type MethodInfo = z.infer<typeof MethodInfo>

/** Methods by name: what an instance announces by the user property `methods` of its SUBSCRIBE. */
export const ServiceMethods = z.record(z.string(), MethodInfo)
export type ServiceMethods = z.infer<typeof ServiceMethods>

/** The retained payload of `daak/services/{service}`, and what `services/describe` answers. */
export const ServiceInfo = z.object({
  service: z.string(),
  /** Connections that take its calls now; 1 for a service of the server itself. */
  instances: z.int(),
  version: z.optional(z.string()),
  description: z.optional(z.string()),
  /** Absent where no instance has announced any. */
  methods: z.optional(ServiceMethods),
})
export type ServiceInfo = z.infer<typeof ServiceInfo>

/** A service as `services/list` tells it: of its methods, the names. */
export const ServiceSummary = z.extend(ServiceInfo, { methods: z.optional(z.array(z.string())) })
export type ServiceSummary = z.infer<typeof ServiceSummary>

/** `services/list`: in the order of their names, after the one of that name. At most 1,000 at once; 100 where no limit is given. */
export const ListServices = z.object({
  after: z.optional(z.string()),
  limit: z.optional(z.int().check(z.positive(), z.maximum(1000))),
})
export type ListServices = z.infer<typeof ListServices>

export const ServiceList = z.object({ services: z.array(ServiceSummary) })
export type ServiceList = z.infer<typeof ServiceList>

/** `services/describe`. */
export const DescribeService = z.object({ service: z.string() })
export type DescribeService = z.infer<typeof DescribeService>
