using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Azure.Identity;
using Microsoft.Extensions.Configuration;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Reprocessing.Functions.Observability;
using Reprocessing.Functions.Tests.DeadLetters;
using Reprocessing.Functions.Tests.Jobs.Requests;

namespace Reprocessing.Functions.Tests.Observability;

/// <summary>docs/telemetry.md says what is emitted, all of it and nothing else.</summary>
public sealed class TelemetryTests
{
    private const string FailedTrace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private static readonly string Page = File.ReadAllText(Path.Combine(Path.GetDirectoryName(Here())!, "../../../docs/telemetry.md"));
    private static readonly OrderInput Input = new("A", "C", [new("SKU", 1, 1)]);
    private static readonly Order Created = OrderTransitions.Create(Input, Backlog.Start).Order;

    [Fact]
    public void The_page_has_every_metric_with_its_kind_unit_and_attributes()
    {
        var meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();
        Dictionary<string, (string Row, SortedSet<string> Attributes)> emitted = [];
        HashSet<string> measured = [];
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, meters))
                {
                    emitted.Add(instrument.Name, ($"{instrument.Name} {Kind(instrument)} {instrument.Unit}", []));
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Measured(instrument, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Measured(instrument, tags));
        listener.Start();

        Measure(new ReprocessingMetrics(meters));
        See(new StateMetrics(meters, new SettableClock(Backlog.Start)));
        listener.RecordObservableInstruments();

        Assert.Equal(emitted.Keys.Order(), measured.Order());
        Assert.Equal(
            Rows("## Metrics").Select(row => $"{Codes(row[0]).Single()} {row[1]} {Codes(row[2]).Single()}: {string.Join(", ", Codes(row[3]).Order(StringComparer.Ordinal))}").Order(StringComparer.Ordinal),
            emitted.Values.Select(one => $"{one.Row}: {string.Join(", ", one.Attributes)}").Order(StringComparer.Ordinal));
        Assert.All(emitted.Values.SelectMany(one => one.Attributes), name => Assert.True(name == "error.type" || (name.StartsWith("reprocessing.", StringComparison.Ordinal) && !name.EndsWith(".id", StringComparison.Ordinal))));

        void Measured(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            measured.Add(instrument.Name);
            emitted[instrument.Name].Attributes.UnionWith(tags.ToArray().Select(tag => tag.Key));
        }
    }

    [Fact]
    public void The_page_has_every_span_of_the_app_with_its_attributes()
    {
        var spans = Spans(() =>
        {
            using (var first = Telemetry.StartAttempt(Start))
            {
                first.Fail("Broken");
            }

            using (var restart = Telemetry.StartAttempt(Start with { Attempt = 1, FailedTrace = FailedTrace }))
            {
                restart.Fail("Broken");
            }

            Telemetry.RecordItem("job-1", JobOperation.Retry, new("A", ItemState.Failed, ItemReasons.ProcessingFailed));
            Telemetry.RecordItem("job-1", JobOperation.Reprocess, new("A", ItemState.Started));
            using var call = Telemetry.StartCall(HttpMethod.Post, new Uri("https://warehouse.test/orders"));
            call.SetTag("http.response.status_code", 409);
            call.Fail("409");
        });

        Assert.Equal(
            Rows("## Spans").Select(row => $"{Codes(row[0]).Single()} {row[1]}: {string.Join(", ", Codes(row[2]).Order(StringComparer.Ordinal))}"),
            spans.Select(span => $"{span.DisplayName} {span.Kind.ToString().ToLowerInvariant()}: {string.Join(", ", span.TagObjects.Select(tag => tag.Key).Order(StringComparer.Ordinal))}"));
        Assert.All(spans, span => Assert.Equal(ActivityStatusCode.Error, span.Status));
    }

    [Fact]
    public void A_restart_is_linked_to_the_attempt_that_failed_and_a_first_start_to_nothing()
    {
        var failed = Applied(OrderTransitions.Fail(Created, OrderFailure.From(Report(Created)), Backlog.Start, Backlog.Start));
        var restarted = Applied(OrderTransitions.Restart(failed, "run-1", Backlog.Start));
        var begun = Applied(OrderTransitions.Begin(restarted, restarted.WorkflowId!, RestartPoint.Beginning, Backlog.Start));

        var spans = Spans(() =>
        {
            Telemetry.StartAttempt(Start)?.Dispose();
            Telemetry.StartAttempt(Start with { Attempt = 1, FailedTrace = restarted.FailedTrace })?.Dispose();
            Telemetry.StartAttempt(Start with { Attempt = 1, FailedTrace = "as another system calls it" })?.Dispose();
        });

        Assert.Equal(FailedTrace, begun.FailedTrace);
        Assert.Equal([0, 1, 0], spans.Select(span => span.Links.Count()));
        Assert.Equal(FailedTrace, $"00-{spans[1].Links.Single().Context.TraceId}-{spans[1].Links.Single().Context.SpanId}-01");
        Assert.Single(spans.Select(span => span.ParentSpanId).Distinct());
    }

    [Fact]
    public void The_end_of_a_restart_is_measured_once_and_that_of_a_first_attempt_never()
    {
        var meters = new MeterReader();
        var failed = Applied(OrderTransitions.Fail(Created, OrderFailure.From(Report(Created)), Backlog.Start, Backlog.Start));
        var restarted = Applied(OrderTransitions.Restart(failed, "run-1", Backlog.Start.AddMinutes(1)));
        var again = Applied(OrderTransitions.Fail(restarted, OrderFailure.From(Report(restarted) with { FailedAt = Backlog.Start.AddMinutes(3) }), Backlog.Start, Backlog.Start));
        var begun = Applied(OrderTransitions.Begin(restarted, restarted.WorkflowId!, RestartPoint.Beginning, Backlog.Start));
        var completed = Applied(OrderTransitions.Complete(begun, begun.WorkflowId!, Backlog.Start.AddMinutes(6)));

        meters.Metrics.AttemptEnded(new ChangeOutcome.Changed(failed));
        meters.Metrics.AttemptEnded(new ChangeOutcome.Changed(begun));
        meters.Metrics.AttemptEnded(new ChangeOutcome.Changed(again));
        meters.Metrics.AttemptEnded(new ChangeOutcome.Unchanged(again));
        meters.Metrics.AttemptEnded(new ChangeOutcome.Changed(completed));
        meters.Metrics.StartAbandoned(Start with { Attempt = 1, DecidedAt = Backlog.Start }, Backlog.Start.AddMinutes(10));

        Assert.Equal(
            [
                ("reprocessing.restart.duration", 120, "reprocessing.restart.outcome=failed,error.type=network"),
                ("reprocessing.restart.duration", 300, "reprocessing.restart.outcome=completed"),
                ("reprocessing.restart.duration", 600, "reprocessing.restart.outcome=failed,error.type=timeout"),
            ],
            meters.Read());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1, "OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4317")]
    [InlineData(1, "APPLICATIONINSIGHTS_CONNECTION_STRING=InstrumentationKey=00000000-0000-0000-0000-000000000001")]
    [InlineData(0, "OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4317", "OTEL_SDK_DISABLED=true")]
    public void Nothing_is_built_unless_a_variable_says_where_to_send(int providers, params string[] variables)
    {
        var settings = new ConfigurationBuilder()
            .AddInMemoryCollection(variables.Select(variable => variable.Split('=', 2)).Select(pair => KeyValuePair.Create(pair[0], (string?)pair[1])))
            .Build();
        using var services = new ServiceCollection().AddSingleton<IConfiguration>(settings).AddLogging().AddTelemetry(settings).BuildServiceProvider();

        Assert.Equal(providers, services.GetServices<TracerProvider>().Count());
        Assert.Equal(providers, services.GetServices<MeterProvider>().Count());
    }

    [Fact]
    public void Application_Insights_is_told_by_the_identity_where_the_platform_says_so()
    {
        Assert.IsType<ManagedIdentityCredential>(Telemetry.CredentialOf("ClientId=11111111-2222-3333-4444-555555555555;Authorization=AAD"));
        Assert.IsType<ManagedIdentityCredential>(Telemetry.CredentialOf("Authorization=AAD"));
        Assert.Null(Telemetry.CredentialOf(null));
    }

    private static OrderStart Start { get; } = new("A", "order-fulfillment-A", Attempt: 0, Generation: 0, Input);

    private static FailureReport Report(Order order) =>
        new("A", FailureStatuses.ShippingFailed, order.WorkflowId!, Backlog.Start, "no", ErrorType.Network) { TraceParent = FailedTrace };

    private static void Measure(ReprocessingMetrics metrics)
    {
        metrics.RunEnded(TimeSpan.FromSeconds(1), "failed", "run_failed");
        metrics.OrdersProcessed("restarted", 1);
        metrics.TickSkipped("disabled");
        metrics.MaintenanceStepTaken(TimeSpan.FromSeconds(1), "outcomes", "Exception");
        metrics.Removed("plan", 1);
        metrics.AlertChanged("backlog", "raised");
        metrics.JobItemsEnded("retry", "succeeded", 1);
        metrics.LeasesAsked(acquired: 1, refused: 1);
        metrics.StartAbandoned(Start with { Attempt = 1 }, Backlog.Start);
        metrics.WorkflowStarted("run", "Exception");
        metrics.StageCalled(TimeSpan.FromSeconds(1), "pick", "timeout");
        metrics.WebhookSent("restart", "timeout");
    }

    private static void See(StateMetrics states)
    {
        states.DeadLettersCounted(DeadLetterCountTests.Count);
        states.BacklogCounted(new(1, Backlog.Start));
        states.JobsCounted(new Dictionary<JobOperation, int> { [JobOperation.Retry] = 1 });
        states.AlertsAre([AlertKind.Backlog]);
    }

    /// <summary>Of the app's source, below a span of the test's own: other tests make spans too.</summary>
    private static List<Activity> Spans(Action work)
    {
        using var root = new Activity("test").Start();
        List<Activity> spans = [];
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Telemetry.SourceName,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (span.TraceId == root.TraceId)
                {
                    spans.Add(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        work();
        return spans;
    }

    private static Order Applied(Transition transition) => ((Transition.Applied)transition).Order;

    private static string Kind(Instrument instrument) =>
        instrument.GetType().Name.Split('`')[0].Replace("Observable", string.Empty, StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>The cells of the first table below a heading that begins with a name in code.</summary>
    private static IEnumerable<string[]> Rows(string heading) => Page[Page.IndexOf(heading, StringComparison.Ordinal)..].Split("\n## ")[0].Split('\n')
        .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
        .Select(line => line.Split('|').Skip(1).Select(cell => cell.Trim()).ToArray());

    private static IEnumerable<string> Codes(string cell) => cell.Split('`').Where((_, index) => index % 2 == 1);

    private static string Here([CallerFilePath] string path = "") => path;
}
