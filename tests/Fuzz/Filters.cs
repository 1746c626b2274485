namespace Fuzz;

/// <summary>Filters on dead letters and on workflows: those that the grammar allows, those with a fault, and those that cost.</summary>
internal static class Filters
{
    private static readonly string[] DeadLetterTerms =
    [
        "errorType = timeout", "error_type=timeout", "errorType IN (timeout, network)", "failureStatus = picking_failed", "status != picking_failed", "reason CONTAINS 'shelf'", "failedAt >= now-1d",
        "failedAt BETWEEN '2026-01-01' AND '2030-01-31'", "age > 7d", "age < 1h", "failureCount >= 1", "failureCount BETWEEN 0 AND 5", "retryCount <= 3", "reopenCount < 3", "customerId STARTSWITH fuzz", "priority = same_day",
        "orderId STARTS_WITH 'fuzz-'", "resolution = unresolved", "resolution IN (cancelled, escalated)", "text CONTAINS 'conveyor'", "$.customer.tier = 'gold'", "$.items[*].sku = 'SKU-1'", "$..tier IS NULL", "$.promisedDeliveryAt IS NOT NULL",
        "$['odd name'].x = 1", "$.items[0].quantity > 1",
    ];

    private static readonly string[] WorkflowTerms =
    [
        "WorkflowType = 'OrderFulfillment'", "WorkflowType = 'LoyaltyProgram'", "ExecutionStatus = 'Failed'", "ExecutionStatus IN ('Running', 'Completed')", "StartTime > '2026-01-01'", "CloseTime BETWEEN '2026-01-01' AND '2030-01-01'",
        "OrderStatus = 'dead_letter'", "CustomerId STARTS_WITH 'fuzz'", "RetryCount >= 0", "InstanceId STARTS_WITH 'order-fulfillment-'", "CloseTime IS NULL",
    ];

    private static readonly string[] Costly =
    [
        string.Join(" OR ", Enumerable.Repeat("$..a[*][*] = 1", 40)), string.Join(" AND ", Enumerable.Repeat("text CONTAINS 'aaaa'", 190)), new string('(', 40) + "age > 1d" + new string(')', 40), string.Concat(Enumerable.Repeat("NOT ", 200)) + "age > 1d",
        $"orderId IN ({string.Join(", ", Enumerable.Range(0, 501))})", $"reason CONTAINS '{new string('s', 4_100)}'", $"$.{string.Join('.', Enumerable.Repeat("a", 33))} = 1", string.Join(" OR ", Enumerable.Repeat("age > 1d", 201)),
        "$..* = 1", "$.*.*.*.*.*.*.* = 1", "$..[*][*][*] = 1", "$.items[?(@.a==1)].b = 1", "$..a..b..c = 1", "$.items[99999999999] = 1", "$.items[-1] = 1", "failureCount > 99999999999999999999999999999999999", "age > 99999999999w", "failedAt > now-99999999999w", "failedAt > '9999-12-31T23:59:59-14:00'",
        "failedAt > now+99999999d", "age > 9223372036854775807ms", "retryCount = 1e309", "retryCount = 0.00000000000000000000000000000000000001", "заказ = 1", "reason CONTAINS 'ж\u2028'", "orderId = '😀'", "orderId = ''", "$ = 1", "$. = 1", "$[''] = 1", "$['a\\'b'] = 1",
    ];

    private static readonly string[] Broken = ["", " ", "=", "errorType", "errorType =", "errorType = timout", "AND", "x = 1", "age > 1d AND", "(age > 1d", "age > 1d)", "'", "errorType == = timeout", "reason = 'it's'", "age > > 1d", "priority > same_day", "resolution = null", "errorType IN ()", "BETWEEN 1 AND 2", "age BETWEEN 1d", "NOT", "errorType LIKE 'a'", "errorType = timeout; DROP TABLE orders", "age > 1d -- x", "\u0000", "age>1d\u2028AND age>1d"];

    public static string Make(Random random, bool ofWorkflows, Tone tone)
    {
        var terms = ofWorkflows ? WorkflowTerms : DeadLetterTerms;
        var valid = random.Pick(terms);
        for (var more = random.Next(3); more > 0; more--)
        {
            valid = $"{(random.Chance(0.2) ? "NOT " : "")}{(random.Chance(0.2) ? $"({valid})" : valid)} {random.Pick(["AND", "OR", "and"])} {random.Pick(terms)}";
        }

        return tone switch
        {
            Tone.Valid => valid,
            Tone.Near => random.Next(4) switch
            {
                0 => random.Pick(Broken),
                1 => valid[..random.Next(valid.Length)],
                2 => valid.Insert(random.Next(valid.Length), random.Pick(["'", "(", "\"", "\\", " OR ", "\u00a0", "$", "\t", "!"])),
                // The other one's fields.
                _ => random.Pick(ofWorkflows ? DeadLetterTerms : WorkflowTerms),
            },
            _ => random.Chance(0.6) ? random.Pick(Costly) : Texts.HostileOr(random, mayBeLong: true),
        };
    }
}
