/** The webhooks of an organization, and what they were told. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";
import { usePages } from "../api/pages";

export type Webhook = Schemas["Webhook"];
export type Delivery = Schemas["WebhookDelivery"];
export type WebhookFields = { name: string; url: string; events: string[] };

export function useWebhooks(org: string) {
  return useQuery({
    queryKey: ["webhooks", org],
    queryFn: async () =>
      (await data(api.GET("/v1/orgs/{orgID}/webhooks", { params: { path: { orgID: org } } }))).webhooks,
  });
}

export function useWebhook(org: string, id: string) {
  return useQuery({
    queryKey: ["webhooks", org, id],
    queryFn: async () => {
      const params = { path: { orgID: org, webhookID: id } };
      return (await data(api.GET("/v1/orgs/{orgID}/webhooks/{webhookID}", { params }))).webhook;
    },
  });
}

/** What a webhook was told; while something is on its way, it is looked at again every second. */
export function useDeliveries(org: string, id: string, status: string) {
  const list = usePages(["webhooks", org, id, "deliveries", status], (cursor) => {
    const query = { limit: "50", status, ...(cursor ? { cursor } : {}) };
    const params = { path: { orgID: org, webhookID: id }, query };
    return data(api.GET("/v1/orgs/{orgID}/webhooks/{webhookID}/deliveries", { params }));
  });
  return list;
}

export function useDelivery(org: string, id: string, delivery: string) {
  return useQuery({
    queryKey: ["webhooks", org, id, "delivery", delivery],
    queryFn: async () => {
      const params = { path: { orgID: org, webhookID: id, deliveryID: delivery } };
      return data(api.GET("/v1/orgs/{orgID}/webhooks/{webhookID}/deliveries/{deliveryID}", { params }));
    },
    refetchInterval: (query) => (query.state.data?.delivery.status === "pending" ? 1000 : false),
  });
}

function useChange<Input, Result>(org: string, run: (input: Input) => Promise<Result>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSettled: () => queries.invalidateQueries({ queryKey: ["webhooks", org] }),
  });
}

export function useCreateWebhook(org: string) {
  return useChange(org, async (body: WebhookFields) => {
    const params = { path: { orgID: org } };
    return (await data(api.POST("/v1/orgs/{orgID}/webhooks", { params, body }))).webhook;
  });
}

export function useUpdateWebhook(org: string, id: string) {
  return useChange(org, async (body: Schemas["UpdateWebhookRequest"]) => {
    const params = { path: { orgID: org, webhookID: id } };
    await api.PUT("/v1/orgs/{orgID}/webhooks/{webhookID}", { params, body });
  });
}

export function useRotateWebhook(org: string, id: string) {
  return useChange(org, async () => {
    const params = { path: { orgID: org, webhookID: id } };
    return (await data(api.POST("/v1/orgs/{orgID}/webhooks/{webhookID}/rotate", { params }))).webhook;
  });
}

export function useDeleteWebhook(org: string, id: string) {
  return useChange(org, async () => {
    await api.DELETE("/v1/orgs/{orgID}/webhooks/{webhookID}", {
      params: { path: { orgID: org, webhookID: id } },
    });
  });
}

/** Has a webhook called once; gives the delivery that says what came of it. */
export function useTestWebhook(org: string, id: string) {
  return useChange(org, async () => {
    const params = { path: { orgID: org, webhookID: id } };
    return (await data(api.POST("/v1/orgs/{orgID}/webhooks/{webhookID}/test", { params }))).delivery;
  });
}

export function useRedeliver(org: string, id: string) {
  return useChange(org, async (delivery: string) => {
    const params = { path: { orgID: org, webhookID: id, deliveryID: delivery } };
    await api.POST("/v1/orgs/{orgID}/webhooks/{webhookID}/deliveries/{deliveryID}/redeliver", { params });
  });
}
