using System.Globalization;
using System.Text;

namespace Embedded.DataTables.Protocol;

/// <summary>
/// Reads a transaction's multipart answer. Every part is an HTTP answer: a part header, a blank line, the status line,
/// headers, a blank line and perhaps a body. A refused transaction has one part, that of the action at fault.
/// </summary>
internal static class TransactionAnswer
{
    public static List<Response> Read(ReadOnlySpan<byte> answer)
    {
        var responses = new List<Response>();
        for (var start = answer.IndexOf("HTTP/1.1 "u8); start >= 0;)
        {
            var part = answer[start..];
            var end = part.IndexOf("\n--"u8);
            responses.Add(ReadPart(end < 0 ? part : part[..end]));
            answer = end < 0 ? [] : part[end..];
            start = answer.IndexOf("HTTP/1.1 "u8);
        }

        return responses;
    }

    private static TransactionResponse ReadPart(ReadOnlySpan<byte> part)
    {
        var statusLine = ReadLine(ref part);
        var headers = new Dictionary<string, string>(8, StringComparer.OrdinalIgnoreCase);
        for (var line = ReadLine(ref part); line.Length > 0; line = ReadLine(ref part))
        {
            var colon = line.IndexOf(':');
            if (colon > 0)
            {
                headers[line[..colon]] = line[(colon + 1)..].Trim();
            }
        }

        // 'HTTP/1.1 204 No Content'
        var words = statusLine.Split(' ', 3);
        return new(int.Parse(words[1], CultureInfo.InvariantCulture), words.Length > 2 ? words[2] : "", headers, part.Trim("\r\n"u8).ToArray());
    }

    private static string ReadLine(ref ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)'\n');
        var line = end < 0 ? text : text[..end];
        text = end < 0 ? [] : text[(end + 1)..];
        return Encoding.UTF8.GetString(line.TrimEnd((byte)'\r'));
    }
}
