namespace Embedded.DataTables.Protocol;

/// <summary>
/// Reads a transaction's multipart answer. Every part is an HTTP answer after a header of its own. A refused transaction has one
/// part, that of the action at fault.
/// </summary>
internal static class TransactionAnswer
{
    public static List<Response> Read(ReadOnlyMemory<byte> answer)
    {
        var responses = new List<Response>();
        for (var start = StartOf(answer); start >= 0; start = StartOf(answer))
        {
            var part = answer[start..];
            var end = part.Span.IndexOf("\n--"u8);
            responses.Add(TransactionResponse.Parse(end < 0 ? part : part[..end]));
            answer = end < 0 ? default : part[end..];
        }

        return responses;
    }

    private static int StartOf(ReadOnlyMemory<byte> answer) => answer.Span.IndexOf("HTTP/1.1 "u8);
}
