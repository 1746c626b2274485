using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Azure.Core;

namespace Embedded.DataTables.Protocol;

/// <summary>
/// One action's answer inside a transaction's: 'HTTP/1.1 204 No Content', headers, a blank line, perhaps a body. Headers stay bytes until
/// someone asks: of a hundred answers, mostly none is looked at.
/// </summary>
internal sealed class TransactionResponse : Response
{
    private readonly string _reason;
    private readonly ReadOnlyMemory<byte> _headers;

    private TransactionResponse(int status, string reason, ReadOnlyMemory<byte> headers, ReadOnlyMemory<byte> body)
    {
        Status = status;
        _reason = reason;
        _headers = headers;
        ContentStream = body.IsEmpty ? Stream.Null : new MemoryStream(body.ToArray(), 0, body.Length, writable: false, publiclyVisible: true);
    }

    public override int Status { get; }

    public override string ReasonPhrase => _reason;

    public override Stream? ContentStream { get; set; }

    public override string ClientRequestId { get; set; } = "";

    public override bool IsError => Status >= 400;

    public static TransactionResponse Parse(ReadOnlyMemory<byte> part)
    {
        var statusLine = TakeLine(ref part)["HTTP/1.1 ".Length..];
        if (!Utf8Parser.TryParse(statusLine.Span, out int status, out var digits))
        {
            throw new InvalidDataException("A transaction's answer has a part without a status.");
        }

        var headers = part;
        while (!TakeLine(ref part).IsEmpty)
        {
            // On to the blank line.
        }

        return new(status, Reason(status, statusLine.Span[digits..]), headers[..^part.Length], part.TrimEnd("\r\n"u8));
    }

    public override void Dispose() => ContentStream?.Dispose();

    protected override bool ContainsHeader(string name) => TryGetHeader(name, out _);

    protected override IEnumerable<HttpHeader> EnumerateHeaders()
    {
        var headers = _headers;
        for (var line = TakeLine(ref headers); !line.IsEmpty; line = TakeLine(ref headers))
        {
            var colon = line.Span.IndexOf((byte)':');
            if (colon > 0)
            {
                yield return new HttpHeader(Encoding.UTF8.GetString(line.Span[..colon]), Encoding.UTF8.GetString(line.Span[(colon + 1)..]).Trim());
            }
        }
    }

    protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value)
    {
        var headers = _headers;
        for (var line = TakeLine(ref headers); !line.IsEmpty; line = TakeLine(ref headers))
        {
            if (line.Length > name.Length && line.Span[name.Length] == ':' && Ascii.EqualsIgnoreCase(line.Span[..name.Length], name))
            {
                value = Encoding.UTF8.GetString(line.Span[(name.Length + 1)..]).Trim();
                return true;
            }
        }

        value = null;
        return false;
    }

    protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
    {
        values = TryGetHeader(name, out var value) ? [value] : null;
        return values is not null;
    }

    private static string Reason(int status, ReadOnlySpan<byte> text) => status == 204 ? "No Content" : Encoding.UTF8.GetString(text).Trim();

    private static ReadOnlyMemory<byte> TakeLine(ref ReadOnlyMemory<byte> text)
    {
        var end = text.Span.IndexOf((byte)'\n');
        var line = end < 0 ? text : text[..end];
        text = end < 0 ? default : text[(end + 1)..];
        return line.TrimEnd((byte)'\r');
    }
}
