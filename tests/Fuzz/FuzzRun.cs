using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fuzz;

internal sealed record FuzzOptions(int Requests, int Seed)
{
    public int? Only { get; init; }

    public Uri? Address { get; init; }

    public string? Key { get; init; }

    public int? ProcessId { get; init; }

    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(10);

    public int Parallel { get; init; } = 4;
}

/// <param name="Refusal">The beginning of an answer that is no success.</param>
internal sealed record Answered(string Operation, int Status, TimeSpan Took, string? Refusal);

internal sealed record FuzzReport(IReadOnlyList<string> Failures, IReadOnlyCollection<Answered> Answered, string Text);

/// <summary>Sends the requests of a seed and checks every answer, and what is left in the end.</summary>
internal sealed class FuzzRun(FuzzOptions options, App app, ApiDocument document, KnownIds ids)
{
    /// <summary>More of them say the same.</summary>
    private const int MostFailures = 25;

    /// <summary>Pools and caches that fill up once are no leak.</summary>
    private const double AllowedGrowth = 48 * 1024 * 1024;

    private readonly ConcurrentQueue<string> _failures = new();
    private readonly ConcurrentDictionary<string, int> _alike = new();
    private readonly ConcurrentQueue<Answered> _answered = new();

    public static async Task<FuzzReport> RunAsync(FuzzOptions options, TextWriter progress, CancellationToken cancellationToken)
    {
        await using var app = await App.StartAsync(options);
        var document = new ApiDocument((await app.GetAsync("/api/openapi.json", cancellationToken))!.AsObject());
        var run = new FuzzRun(options, app, document, new KnownIds(options.Seed));
        await run.SeedAsync(cancellationToken);
        var before = app.UsedBytes();
        await run.SendAllAsync(progress, cancellationToken);
        await run.CheckEndAsync(before, cancellationToken);
        return new([.. run._failures], run._answered, run.Describe());
    }

    /// <summary>Orders of each kind, and one of everything else, so that requests find something from the first one on.</summary>
    private async Task SeedAsync(CancellationToken cancellationToken)
    {
        for (var number = 0; number < 40; number++)
        {
            var orderId = ids.Order(number);
            await app.PostAsync("/api/orders", Order(orderId, isRunElsewhere: number % 2 == 1), cancellationToken);
            if (number % 2 == 1)
            {
                var failure = new JsonObject { ["failureStatus"] = Texts.Statuses[number % 5], ["workflowId"] = $"outside-{orderId}", ["reason"] = "The shelf was empty." };
                await app.PostAsync($"/api/orders/{orderId}/failures", failure, cancellationToken);
            }

            if (number % 4 == 1)
            {
                ids.LearnFrom(await app.PostAsync($"/api/orders/{orderId}/dead-letter", By("hopeless"), cancellationToken));
            }
        }

        var plan = new JsonObject { ["operation"] = "retry", ["selection"] = new JsonObject { ["filter"] = "failureStatus = packing_failed" }, ["requestedBy"] = "fuzz" };
        ids.LearnFrom(await app.PostAsync("/api/plans", plan, cancellationToken));
        var job = plan.DeepClone();
        job["dryRun"] = false;
        job["reason"] = "seed";
        ids.LearnFrom(await app.PostAsync("/api/jobs", job, cancellationToken));
        ids.LearnFrom(await app.PostAsync("/api/exports", new JsonObject { ["requestedBy"] = "fuzz" }, cancellationToken));
        foreach (var list in (string[])["dead-letters", "failure-groups", "jobs", "plans", "workflows", "reprocessing/runs"])
        {
            ids.LearnFrom(await app.GetAsync($"/api/{list}", cancellationToken));
        }

        static JsonObject By(string reason) => new() { ["reason"] = reason, ["requestedBy"] = "fuzz" };
        static JsonObject Order(string orderId, bool isRunElsewhere) => new()
        {
            ["orderId"] = orderId,
            ["customerId"] = "customer-1",
            ["items"] = new JsonArray(new JsonObject { ["sku"] = "SKU-1", ["quantity"] = 1, ["weight"] = 0.5 }),
            ["customer"] = new JsonObject { ["tier"] = "gold" },
            ["runElsewhere"] = isRunElsewhere,
        };
    }

    private async Task SendAllAsync(TextWriter progress, CancellationToken cancellationToken)
    {
        var maker = new RequestMaker(options.Seed, document, ids);
        IEnumerable<int> numbers = options.Only is { } only ? [only] : Enumerable.Range(0, options.Requests);
        await Parallel.ForEachAsync(numbers, new ParallelOptions { MaxDegreeOfParallelism = options.Parallel, CancellationToken = cancellationToken }, async (number, cancelled) =>
        {
            if (_failures.Count < MostFailures)
            {
                await SendAsync(maker.Make(number), cancelled);
            }

            if (number % 500 == 499)
            {
                await progress.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{number + 1} requests, {_failures.Count} failures").AsMemory(), cancelled);
            }
        });
    }

    private async Task SendAsync(FuzzRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var (status, contentType, etag, text, took) = await app.SendAsync(request, cancellationToken);
            _answered.Enqueue(new(request.Operation?.Id ?? "(none)", status, took, status < 300 ? null : text[..Math.Min(text.Length, 400)]));
            if (FaultOf(request, status, contentType, text, took) is { } fault)
            {
                Fail(request, fault, $"{status} {contentType} {text[..Math.Min(text.Length, 600)]}");
            }

            if (etag is not null)
            {
                ids.Learn("ETag", etag);
            }

            if (status < 300 && contentType?.StartsWith("application/json", StringComparison.Ordinal) == true && request.Operation is not null)
            {
                ids.LearnFrom(JsonNode.Parse(text));
            }
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or JsonException && !cancellationToken.IsCancellationRequested)
        {
            Fail(request, $"no answer: {e.Message}", string.Empty);
        }
    }

    private string? FaultOf(FuzzRequest request, int status, string? contentType, string text, TimeSpan took) =>
        took > options.Limit ? string.Create(CultureInfo.InvariantCulture, $"the answer took {took.TotalSeconds:F1} s")
        : status >= 500 ? $"{status} is an answer for faults of the app"
        : request.Operation is null || (request.IsForServer && status is 400 or 413 or 414 or 431 && text.Length == 0) ? null
        : request.Method == "HEAD" ? null
        : document.FindFault(request.Operation, status, contentType, text);

    private void Fail(FuzzRequest request, string fault, string answer)
    {
        // One of each kind says enough.
        if (_alike.AddOrUpdate($"{request.Operation?.Id} {string.Concat(fault.Where(letter => !char.IsAsciiDigit(letter)))}", 1, (_, count) => count + 1) == 1)
        {
            var repeat = string.Create(CultureInfo.InvariantCulture, $"dotnet run --project tests/Fuzz -- --seed {options.Seed} --only {request.Number}");
            _failures.Enqueue($"{request.Name}: {fault}\n  answer: {answer}\n  {request.ToCurl(app.Address, options.Seed)}\n  again:  {repeat}");
        }
    }

    private async Task CheckEndAsync(long? before, CancellationToken cancellationToken)
    {
        try
        {
            var health = (string)(await app.GetAsync("/api/health", cancellationToken))!["status"]!;
            if (health != "healthy")
            {
                _failures.Enqueue($"health says {health}");
            }

            foreach (var fault in await new SettledState(app).CheckAsync(cancellationToken))
            {
                _failures.Enqueue(fault);
            }

            await app.VerifyAsync();
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // An assertion of the rows' check as well as an app that does not answer any more.
            _failures.Enqueue($"at the end: {e.Message}");
        }

        var after = app.UsedBytes();
        if (after - before > AllowedGrowth)
        {
            _failures.Enqueue(string.Create(CultureInfo.InvariantCulture, $"memory grew from {before / 1024 / 1024} to {after / 1024 / 1024} MiB"));
        }

        Memory = string.Create(CultureInfo.InvariantCulture, $"{before / 1024 / 1024} MiB before, {after / 1024 / 1024} MiB after");
    }

    private string Memory { get; set; } = string.Empty;

    private string Describe()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"Seed {options.Seed}: {_answered.Count} answers, {_failures.Count} failures. Memory: {Memory}.");
        text.AppendJoin(", ", _answered.GroupBy(answer => answer.Status).OrderBy(group => group.Key).Select(group => $"{group.Key}: {group.Count()}")).AppendLine();
        foreach (var slow in _answered.OrderByDescending(answer => answer.Took).Take(3))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"slowest: {slow.Took.TotalSeconds:F2} s {slow.Operation} {slow.Status}");
        }

        var never = document.Operations.Select(operation => operation.Id).Except(_answered.Where(answer => answer.Status < 300).Select(answer => answer.Operation)).ToList();
        text.AppendLine(never.Count == 0 ? "Every operation has succeeded at least once." : "Never succeeded, and what was answered last:");
        foreach (var operation in never)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {operation}: {_answered.LastOrDefault(answer => answer.Operation == operation)?.Refusal}");
        }

        foreach (var failure in _failures)
        {
            text.AppendLine().AppendLine(failure);
        }

        foreach (var (kind, count) in _alike.Where(alike => alike.Value > 1))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{count} times: {kind}");
        }

        return text.Append(_failures.IsEmpty ? string.Empty : app.Complaints).ToString();
    }
}
