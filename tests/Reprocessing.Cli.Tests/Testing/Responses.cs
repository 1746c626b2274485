namespace Reprocessing.Cli.Tests.Testing;

/// <summary>Responses as the app gives them, cut to what the command line reads.</summary>
internal static class Responses
{
    public const string PlanId = "plan-20260301-090000-000-abc";

    public const string JobId = "job-20260301-090000-000-abc";

    public static string Plan(string operation = "retry", int count = 3, string further = "") => $$"""
        {"planId":"{{PlanId}}","operation":"{{operation}}","state":"ready","selection":"all","requestedBy":"dana","createdAt":"2026-03-01T09:00:00Z",
         "expiresAt":"2026-03-01T10:00:00Z","count":{{count}},"hash":"0a1b2c","countByGroup":{"3f2a":{{count}}},"ineligibleCount":0,"ineligibleByReason":{},
         "sample":[{"id":"order-1","group":"3f2a","seen":"4"}],"estimate":{"leastSeconds":2,"mostSeconds":1110,"leastBackendActions":3,"mostBackendActions":135,"basis":{"parallelism":5,"hasOutcome":true,"attempts":3,"timeoutSeconds":300,"pauseSeconds":180,"actionsPerAttempt":15}
         }{{further}}}
        """;

    public static string Started { get; } = $$"""{"jobId":"{{JobId}}","planId":"{{PlanId}}","operation":"retry","state":"pending","links":{"self":"/api/jobs/{{JobId}}"} }""";

    public static string Job(string state, int succeeded = 3, int failed = 0, int skipped = 0, string further = "", int started = 0) => $$"""
        {"jobId":"{{JobId}}","planId":"{{PlanId}}","operation":"retry","state":"{{state}}","demand":"run","reason":"The shelf is full again.","requestedBy":"dana",
         "createdAt":"2026-03-01T09:00:00Z","selection":"all","pace":{"parallelism":5,"itemsPerSecond":0},"totalItems":3,
         "counts":{"found":{{started + succeeded + failed + skipped}},"started":{{started}},"succeeded":{{succeeded}},"deadLettered":0,"failed":{{failed}},"skipped":{{skipped}},"pending":0}{{further}}}
        """;

    public static string Page(string? next, params string[] items) =>
        $$"""{"items":[{{string.Join(',', items)}}]{{(next is null ? string.Empty : $",\"nextPageToken\":\"{next}\"")}}}""";

    public static string Letter(string orderId, string reason = "The shelf was empty.") => $$"""
        {"orderId":"{{orderId}}","customerId":"customer-1","finalFailureStatus":"picking_failed","errorType":"command_failure","totalRetryAttempts":5,
         "reopenCount":0,"movedToQueueAt":"2026-03-01T08:00:00Z","fingerprint":"3f2a","finalFailureReason":"{{reason}}"}
        """;
}
