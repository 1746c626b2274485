using System.Diagnostics.CodeAnalysis;
using Azure.Core;

namespace Embedded.DataTables.Protocol;

/// <summary>One action's answer inside a transaction's.</summary>
internal sealed class TransactionResponse(int status, string reason, Dictionary<string, string> headers, byte[] body) : Response
{
    public override int Status => status;

    public override string ReasonPhrase => reason;

    public override Stream? ContentStream { get; set; } = new MemoryStream(body, 0, body.Length, writable: false, publiclyVisible: true);

    public override string ClientRequestId { get; set; } = "";

    public override bool IsError => status >= 400;

    public override void Dispose() => ContentStream?.Dispose();

    protected override bool ContainsHeader(string name) => headers.ContainsKey(name);

    protected override IEnumerable<HttpHeader> EnumerateHeaders() => headers.Select(header => new HttpHeader(header.Key, header.Value));

    protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value) => headers.TryGetValue(name, out value);

    protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
    {
        values = headers.TryGetValue(name, out var value) ? [value] : null;
        return values is not null;
    }
}
