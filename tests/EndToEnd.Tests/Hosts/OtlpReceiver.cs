using System.Collections.Concurrent;
using System.Text;
using EndToEnd.Tests.Waiting;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace EndToEnd.Tests.Hosts;

/// <param name="Links">Trace and span, as a context has them: <c>trace-span</c>.</param>
internal sealed record OtlpSpan(
    string Service, string Source, string TraceId, string SpanId, string ParentId, string Name, IReadOnlyDictionary<string, string> Attributes, IReadOnlyList<string> Links, bool IsError)
{
    public string Context => $"{TraceId}-{SpanId}";

    public override string ToString() => $"{Source}: {Name} {Context} below {ParentId}, links {string.Join(' ', Links)}";
}

/// <summary>A collector: takes what comes over OTLP (http/protobuf) and reads what the tests ask for, by the field numbers of opentelemetry-proto.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly ConcurrentQueue<OtlpSpan> _spans = new();
    private readonly ConcurrentDictionary<string, string> _metrics = new();
    private readonly ConcurrentQueue<(string TraceId, string Line)> _logs = new();

    private OtlpReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _server = builder.Build();
        Map("/v1/traces", resource => Read(resource, (scope, service) => _spans.Enqueue(SpanOf(scope.In, scope.Item, service))));
        Map("/v1/metrics", resource => Read(resource, (scope, _) => _metrics[scope.Item.Text(1)] = scope.Item.Text(3)));
        Map("/v1/logs", resource => Read(resource, (scope, _) => _logs.Enqueue((scope.Item.Hex(9), scope.Item.Messages(5).Select(body => body.Text(1)).FirstOrDefault(string.Empty)))));
    }

    public IReadOnlyList<OtlpSpan> Spans => [.. _spans];

    /// <summary>Names with their units.</summary>
    public IReadOnlyDictionary<string, string> Metrics => _metrics;

    public IReadOnlyList<(string TraceId, string Line)> Logs => [.. _logs];

    public static async Task<OtlpReceiver> StartAsync()
    {
        var receiver = new OtlpReceiver();
        await receiver._server.StartAsync();
        return receiver;
    }

    /// <summary>The standard environment variables; what waits to be sent is sent soon.</summary>
    public (string, string)[] AsTarget(string service, params (string, string)[] more) =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", _server.Urls.First()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_SERVICE_NAME", service),
        ("OTEL_BSP_SCHEDULE_DELAY", "100"), ("OTEL_BLRP_SCHEDULE_DELAY", "100"), ("OTEL_METRIC_EXPORT_INTERVAL", "500"), .. more,
    ];

    public Task<OtlpSpan> WaitForAsync(Func<OtlpSpan, bool> wanted, Func<string> log) => Eventually.GetAsync(
        () => Task.FromResult(Spans.FirstOrDefault(wanted)), TimeSpan.FromMinutes(2), () => $"{string.Join(Environment.NewLine, Spans)}{Environment.NewLine}{log()}");

    /// <summary>The span and those above it, once they have all come; its own name first.</summary>
    public async Task<IReadOnlyList<OtlpSpan>> WaitForPathAsync(OtlpSpan span, Func<string> log)
    {
        List<OtlpSpan> path = [span];
        while (path[^1].ParentId is { Length: > 0 } parent)
        {
            path.Add(await WaitForAsync(one => one.TraceId == span.TraceId && one.SpanId == parent, log));
        }

        return path;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private void Map(string path, Action<ProtoFields> read) => _server.MapPost(path, async context =>
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        foreach (var resource in ProtoFields.Parse(body.ToArray()).Messages(1))
        {
            read(resource);
        }

        context.Response.ContentType = "application/x-protobuf";
    });

    private static void Read(ProtoFields resource, Action<(ProtoFields In, ProtoFields Item), string> take)
    {
        var service = Attributes(resource.Messages(1).Single(), 1).GetValueOrDefault("service.name", string.Empty);
        foreach (var scope in resource.Messages(2))
        {
            foreach (var item in scope.Messages(2))
            {
                take((scope.Messages(1).Single(), item), service);
            }
        }
    }

    private static OtlpSpan SpanOf(ProtoFields scope, ProtoFields span, string service) => new(
        service,
        scope.Text(1),
        span.Hex(1),
        span.Hex(2),
        span.Hex(4),
        span.Text(5),
        Attributes(span, 9),
        [.. span.Messages(13).Select(link => $"{link.Hex(1)}-{link.Hex(2)}")],
        span.Messages(15).Any(status => status.Number(3) == 2));

    private static Dictionary<string, string> Attributes(ProtoFields message, int field) =>
        message.Messages(field).ToDictionary(pair => pair.Text(1), pair => pair.Messages(2).Select(value => value.Text(1)).FirstOrDefault(string.Empty));

    /// <summary>A message as its fields, without its schema.</summary>
    private sealed class ProtoFields
    {
        private readonly List<(int Field, ulong Number, byte[] Bytes)> _fields = [];

        public static ProtoFields Parse(byte[] bytes)
        {
            var message = new ProtoFields();
            var input = new CodedInputStream(bytes);
            for (var tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
            {
                var field = WireFormat.GetTagFieldNumber(tag);
                message._fields.Add(WireFormat.GetTagWireType(tag) switch
                {
                    WireFormat.WireType.LengthDelimited => (field, 0, input.ReadBytes().ToByteArray()),
                    WireFormat.WireType.Fixed64 => (field, input.ReadFixed64(), []),
                    WireFormat.WireType.Fixed32 => (field, input.ReadFixed32(), []),
                    _ => (field, input.ReadUInt64(), []),
                });
            }

            return message;
        }

        public IEnumerable<ProtoFields> Messages(int field) => All(field).Select(one => Parse(one.Bytes));

        public string Text(int field) => All(field).Select(one => Encoding.UTF8.GetString(one.Bytes)).FirstOrDefault(string.Empty);

        public string Hex(int field) => All(field).Select(one => Convert.ToHexStringLower(one.Bytes)).FirstOrDefault(string.Empty);

        public ulong Number(int field) => All(field).Select(one => one.Number).FirstOrDefault();

        private IEnumerable<(int Field, ulong Number, byte[] Bytes)> All(int field) => _fields.Where(one => one.Field == field);
    }
}
